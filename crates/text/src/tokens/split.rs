//! Cuts text into the pieces within which byte pairs are merged: the published patterns of `cl100k_base` and `o200k_base`,
//! written as scanners. A test holds them against a regular-expression engine that runs the patterns themselves.

use super::classes::{Classes, LETTER, LOWER, MARK, NEWLINE, NUMBER, SPACE, UNCASED, UPPER};

/// What a word of `o200k_base` may begin with: `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`.
const HEAD: u8 = UPPER | UNCASED | MARK;

/// What it may go on with: `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
const TAIL: u8 = LOWER | UNCASED | MARK;

/// Which pattern cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`
    Cl100k,
    /// Two kinds of words, `[^\r\n\p{L}\p{N}]?HEAD*TAIL+(?i:'s|'t|'re|'ve|'m|'ll|'d)?` before `…HEAD+TAIL*…`, then
    /// `\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    O200k,
}

/// One text being cut.
pub(super) struct Splitter<'a> {
    pub(super) classes: &'a Classes,
    pub(super) text: &'a [u8],
    pub(super) pattern: Pattern,
}

impl Splitter<'_> {
    /// The end of the piece that begins at `at`, which is before the end of the text.
    pub(super) fn piece(&self, at: usize) -> usize {
        let (class, length) = self.class(at);
        if let Some(end) = self.word(at, class, at + length) {
            return end;
        }
        if class & NUMBER != 0 {
            return self.number(at + length);
        }
        if class & SPACE == 0 {
            return self.symbols(at + length);
        }
        if self.text[at] == b' ' {
            let (next, length) = self.class(at + 1);
            if length > 0 && next & (SPACE | LETTER | NUMBER) == 0 {
                return self.symbols(at + 1 + length);
            }
        }
        self.space(at)
    }

    #[inline]
    fn class(&self, at: usize) -> (u8, usize) {
        self.classes.at(self.text, at)
    }

    /// The end of the run of characters with any bit of `mask` that begins at `at`.
    #[inline]
    fn run(&self, mut at: usize, mask: u8) -> usize {
        loop {
            let (class, length) = self.class(at);
            if class & mask == 0 {
                return at;
            }
            at += length;
        }
    }

    /// The end of a word at `at`, whose first character is of `class` and ends at `next`.
    fn word(&self, at: usize, class: u8, next: usize) -> Option<usize> {
        match self.pattern {
            Pattern::Cl100k => {
                if self.text[at] == b'\''
                    && let Some(end) = self.contraction(at)
                {
                    return Some(end);
                }
                let start = match class {
                    class if class & LETTER != 0 => at,
                    class if class & (NEWLINE | NUMBER) == 0 => next,
                    _ => return None,
                };
                let end = self.run(start, LETTER);
                (end > start).then_some(end)
            }
            Pattern::O200k => {
                let prefixed = (class & (NEWLINE | LETTER | NUMBER) == 0).then_some(next);
                let starts = || prefixed.into_iter().chain([at]);
                let end = starts()
                    .find_map(|start| self.cased(start))
                    .or_else(|| starts().find_map(|start| self.capitals(start)))?;
                Some(self.contraction(end).unwrap_or(end))
            }
        }
    }

    /// `HEAD*TAIL+` at `start`. Where nothing follows the heads that is a tail alone, the last head that may be one is given back.
    fn cased(&self, start: usize) -> Option<usize> {
        let mut at = start;
        let mut given_back = None;
        loop {
            let (class, length) = self.class(at);
            if class & HEAD == 0 {
                let ends = class & LOWER != 0;
                return if ends {
                    Some(self.run(at + length, TAIL))
                } else {
                    given_back
                };
            }
            at += length;
            if class & TAIL != 0 {
                given_back = Some(at);
            }
        }
    }

    /// `HEAD+TAIL*` at `start`, where `HEAD*TAIL+` does not match: so there is no tail.
    fn capitals(&self, start: usize) -> Option<usize> {
        let end = self.run(start, HEAD);
        (end > start).then_some(end)
    }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at `at`. Without regard to case, `ſ` (U+017F) is an s.
    fn contraction(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?.strip_prefix(b"'")?;
        let lower = |index: usize| rest.get(index).map(u8::to_ascii_lowercase);
        match (lower(0)?, lower(1)) {
            (b's' | b't' | b'm' | b'd', _) => Some(at + 2),
            (b'r' | b'v', Some(b'e')) | (b'l', Some(b'l')) | (0xC5, Some(0xBF)) => Some(at + 3),
            _ => None,
        }
    }

    /// `\p{N}{1,3}`, whose first ends at `at`.
    fn number(&self, mut at: usize) -> usize {
        for _ in 0..2 {
            let (class, length) = self.class(at);
            if class & NUMBER == 0 {
                break;
            }
            at += length;
        }
        at
    }

    /// `[^\s\p{L}\p{N}]+` and the line ends behind it; its first character ends at `at`.
    fn symbols(&self, mut at: usize) -> usize {
        loop {
            let (class, length) = self.class(at);
            if length == 0 || class & (SPACE | LETTER | NUMBER) != 0 {
                break;
            }
            at += length;
        }
        let slash = self.pattern == Pattern::O200k;
        let follows = |byte: &u8| matches!(byte, b'\r' | b'\n') || (slash && *byte == b'/');
        at + self.text[at..]
            .iter()
            .take_while(|byte| follows(byte))
            .count()
    }

    /// White space: up to its last line end; without one, all of it at the end of the text, and all but the last character
    /// before anything else. At the end of the text `cl100k_base` takes all of it, line ends or not.
    fn space(&self, start: usize) -> usize {
        let mut at = start;
        let mut last = start;
        let mut line_end = None;
        loop {
            let (class, length) = self.class(at);
            if class & SPACE == 0 {
                break;
            }
            last = at;
            at += length;
            if class & NEWLINE != 0 {
                line_end = Some(at);
            }
        }
        let ends = at == self.text.len();
        match line_end {
            Some(end) if !(ends && self.pattern == Pattern::Cl100k) => end,
            _ if ends || last == start => at,
            _ => last,
        }
    }
}
