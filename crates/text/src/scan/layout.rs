//! What the layout of a text says: lists, diffs, fences, paths, operators, quotation marks.

use super::class::{CLASS, Class, is_wordlike};
use super::glyph::Quote;
use super::scanner::Scanner;
use crate::lexicon::Concept;

/// So many operators make a text look like code.
const CODE_OPERATORS: u32 = 2;

/// So many numbered lines make a list.
const LIST_ITEMS: u32 = 2;

/// How a line of a diff begins.
const DIFF_STARTS: [&[u8]; 5] = [b"diff --git ", b"@@ -", b"--- a/", b"+++ b/", b"<<<<<<< "];

/// Whether the two characters stand together in code and hardly anywhere else.
const fn is_operator(first: u8, second: u8) -> bool {
    matches!(
        (first, second),
        (b'=', b'>' | b'=')
            | (b'-', b'>')
            | (b'&', b'&')
            | (b'|', b'|')
            | (b'+', b'=')
            | (b'<', b'/')
            | (b'{' | b')', b'\n')
    )
}

impl Scanner<'_> {
    /// The start of a line: skips its indentation and gives where its text begins.
    pub(super) fn line_begin(&mut self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let indent = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))
            .unwrap_or(rest.len());
        let line = &rest[indent..];
        match line.first() {
            Some(b'0'..=b'9') => self.numbered_item(line),
            Some(b'd' | b'@' | b'-' | b'+' | b'<')
                if DIFF_STARTS.iter().any(|start| line.starts_with(start)) =>
            {
                self.mark(Concept::Diff, self.position);
            }
            _ => {}
        }
        at + indent
    }

    /// "1. " or "2) " begins an item.
    fn numbered_item(&mut self, line: &[u8]) {
        let digits = line
            .iter()
            .take(4)
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or_default();
        let closed = matches!(line.get(digits), Some(b'.' | b')'))
            && matches!(line.get(digits + 1), Some(b' ' | b'\t'));
        if digits > 0 && closed {
            self.numbered += 1;
            if self.numbered == LIST_ITEMS {
                self.mark(Concept::NumberedList, self.position);
            }
        }
    }

    /// An ASCII quotation mark, or a fence of three backticks.
    pub(super) fn quotation(&mut self, at: usize, byte: u8) -> usize {
        if byte == b'`' && self.bytes[at..].starts_with(b"```") {
            self.release_quotation();
            self.mark(Concept::CodeFence, self.position);
            return at + 3;
        }
        let kind = match byte {
            b'"' => Quote::Double,
            b'\'' => Quote::Single,
            _ => Quote::Backtick,
        };
        let before = at.checked_sub(1).map(|before| self.bytes[before]);
        let follows = before.is_some_and(|before| {
            is_wordlike(before) || matches!(before, b'.' | b',' | b'!' | b'?')
        });
        let leads = self.bytes.get(at + 1).copied().is_some_and(is_wordlike);
        self.quote(kind, leads && !follows);
        at + 1
    }

    /// The rest of a URL whose "://" stands at `at`: its words are no prose, and neither is the scheme before it.
    pub(super) fn skip_url(&mut self, at: usize) -> usize {
        self.take_back(self.position);
        let ends = |byte: &u8| matches!(byte, 0..=b' ' | b'"' | b'\'' | b'<' | b'>' | b')' | b']' | b'`' | 0x80..);
        self.bytes[at..]
            .iter()
            .position(ends)
            .map_or(self.bytes.len(), |length| at + length)
    }

    /// Any other ASCII character.
    pub(super) fn symbol(&mut self, at: usize, byte: u8) -> usize {
        let next = self.bytes.get(at + 1).copied().unwrap_or_default();
        let before = at.checked_sub(1).map_or(b' ', |before| self.bytes[before]);
        match byte {
            b'/' if next.is_ascii_alphabetic() && self.begins_path(at, before) => {
                self.mark(Concept::FilePath, self.position);
            }
            b'(' if next == b')' && is_wordlike(before) => self.mark(Concept::Call, self.position),
            b'+' | b'#' if self.ends_c_name(at, byte, next) => {
                self.mark(Concept::CFamily, self.position);
            }
            b'{' => self.clues.braces = self.clues.braces.saturating_add(1),
            b'^' if is_wordlike(before) => {
                self.clues.equations = self.clues.equations.saturating_add(1);
            }
            b'=' if self.equates(at) => {
                self.clues.equations = self.clues.equations.saturating_add(1);
            }
            b'$' if next == b'(' || next == b'\\' => self.mark(Concept::Notation, self.position),
            _ => {}
        }
        if is_operator(byte, next) {
            self.operators = self.operators.saturating_add(1);
            if self.operators == CODE_OPERATORS {
                self.mark(Concept::Operators, self.position);
            }
            return at + 1 + usize::from(next != b'\n');
        }
        at + 1
    }

    /// Whether the slash at `at` is the first of a path: "/usr", "./src", "~/notes".
    fn begins_path(&self, at: usize, before: u8) -> bool {
        match before {
            b'.' | b'~' => at < 2 || !is_wordlike(self.bytes[at - 2]),
            b'"' | b'\'' | b'`' | b'(' => true,
            _ => matches!(CLASS[usize::from(before)], Class::Space | Class::Line),
        }
    }

    /// "C++" or "C#".
    fn ends_c_name(&self, at: usize, byte: u8, next: u8) -> bool {
        let named = at > 0 && self.bytes[at - 1].eq_ignore_ascii_case(&b'c');
        named && !(at > 1 && is_wordlike(self.bytes[at - 2])) && (byte == b'#' || next == b'+')
    }
}
