//! The scanner: reads a text once, byte classes first, words by the automaton, everything in place.

use super::block::Block;
use super::class::{CLASS, Class, continues_word, is_prose, is_wordlike, joins_contraction};
use super::findings::TextFindings;
use super::glyph::{Glyph, Quote, decode, glyph};
use super::guard::Guard;
use super::key::{EXACT_BYTES, Key, KeyBuilder};
use super::problem::Clues;
use crate::lexicon::{Automaton, Concept, Hit, START, State, Token, UNKNOWN, automaton};

/// The state of one scan.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) bytes: &'t [u8],
    automaton: &'static Automaton,
    pub(super) found: TextFindings,
    state: State,
    /// Words and CJK characters read so far.
    pub(super) position: u32,
    pub(super) guard: Guard,
    /// Where the last "first" and the last "next" stood; 0 for none.
    pub(super) first: u32,
    pub(super) next: u32,
    pub(super) operators: u32,
    pub(super) numbered: u32,
    pub(super) clues: Clues,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            bytes: text.as_bytes(),
            automaton: automaton(),
            found: TextFindings::default(),
            state: START,
            position: 0,
            guard: Guard::new(),
            first: 0,
            next: 0,
            operators: 0,
            numbered: 0,
            clues: Clues::default(),
        }
    }

    /// Reads the whole text. Each turn consumes at least one byte and looks back or ahead a bounded distance, so the time is
    /// linear in the length.
    pub(super) fn run(mut self) -> TextFindings {
        let mut at = self.line_begin(0);
        let mut block = Block::read(self.bytes, at);
        loop {
            let (length, unsure) = block.run(at);
            let end = at + length;
            let next = self.bytes.get(end).copied();
            let exact = (1..=EXACT_BYTES).contains(&length);
            if exact && next == Some(b' ') {
                self.word(at, end);
                at = end + 1;
            } else if unsure && !block.begins(at) {
                block = Block::read(self.bytes, at);
            } else if exact && !next.is_some_and(continues_word) {
                self.word(at, end);
                at = end;
            } else if length > 0 {
                at = self.composite_word(at);
            } else if next.is_none() {
                break;
            } else {
                while let Some(&byte) = self.bytes.get(at)
                    && !byte.is_ascii_alphabetic()
                {
                    at = self.other(at, byte);
                }
            }
        }
        self.finish();
        self.count_characters();
        self.found
    }

    /// A word of so few ASCII letters that its key holds it exactly.
    #[inline]
    fn word(&mut self, begin: usize, end: usize) {
        let key = Key::letters(self.bytes, begin, end - begin);
        self.read(self.automaton.token(key), begin, end);
    }

    /// What does not begin with an ASCII letter.
    #[inline]
    fn other(&mut self, at: usize, byte: u8) -> usize {
        match CLASS[usize::from(byte)] {
            Class::Space => at + 1,
            Class::Letter => self.composite_word(at),
            Class::Wide => self.wide(at),
            Class::Digit => self.number(at),
            Class::Line => {
                self.end_line();
                self.line_begin(at + 1)
            }
            Class::Stop => self.stop(at),
            Class::Question => self.question(at, 1),
            Class::Quote => self.quotation(at, byte),
            Class::Symbol => self.symbol(at, byte),
        }
    }

    /// A word with anything but ASCII letters in it, or a long one. `at` is on a letter.
    fn composite_word(&mut self, at: usize) -> usize {
        let mut key = KeyBuilder::default();
        let mut end = at;
        while let Some(&byte) = self.bytes.get(end) {
            end += match CLASS[usize::from(byte)] {
                Class::Letter => {
                    key.push(byte | 0x20);
                    1
                }
                Class::Digit => {
                    key.push(byte);
                    1
                }
                Class::Symbol if byte == b'_' && self.joins_name(end) => {
                    self.mark(Concept::SnakeCase, self.position + 1);
                    key.push(byte);
                    1
                }
                Class::Quote if byte == b'\'' && joins_contraction(&self.bytes[end + 1..]) => 1,
                Class::Wide => match self.push_wide(&mut key, end) {
                    0 => break,
                    length => length,
                },
                _ => break,
            };
        }
        self.read(self.automaton.token(key.key()), at, end);
        end
    }

    /// Appends the character at `at` to the word; 0 when it does not belong to it.
    #[inline]
    fn push_wide(&self, key: &mut KeyBuilder, at: usize) -> usize {
        let (character, length) = decode(self.bytes, at);
        match glyph(character) {
            Glyph::Letter(unit) => key.push_wide(unit),
            Glyph::Ascii(letter) => key.push(letter),
            Glyph::Pair(first, second) => {
                key.push(first);
                key.push(second);
            }
            Glyph::Skip => {}
            Glyph::Apostrophe if joins_contraction(&self.bytes[at + length..]) => {}
            _ => return 0,
        }
        length
    }

    /// Whether the underscore at `at` joins two parts of a name.
    fn joins_name(&self, at: usize) -> bool {
        self.bytes.get(at + 1).copied().is_some_and(is_wordlike)
    }

    /// A character beyond ASCII that is not inside a word.
    #[inline]
    fn wide(&mut self, at: usize) -> usize {
        let (character, length) = decode(self.bytes, at);
        match glyph(character) {
            Glyph::Letter(_) | Glyph::Ascii(_) | Glyph::Pair(..) => return self.composite_word(at),
            Glyph::Dense => {
                self.found.dense += 1;
                self.read(self.automaton.character(character), at, at + length);
            }
            Glyph::Stop => {
                self.list_separator(matches!(
                    character,
                    0x3001 | 0xFF0C | 0xFF1B | 0x060C | 0x061B
                ));
                self.end_clause();
            }
            Glyph::Question => return self.question(at, length),
            Glyph::Quote(kind) => self.quote(kind, true),
            Glyph::Apostrophe => self.quote(Quote::Single, false),
            Glyph::Operator => {
                self.clues.equations = self.clues.equations.saturating_add(1);
                self.mark(Concept::Notation, self.position);
            }
            Glyph::Skip | Glyph::Separator => {}
        }
        at + length
    }

    fn number(&mut self, at: usize) -> usize {
        let end = self.bytes[at..]
            .iter()
            .position(|byte| !byte.is_ascii_digit())
            .map_or(self.bytes.len(), |digits| at + digits);
        self.count_number(at);
        self.read(self.automaton.number(), at, end);
        end
    }

    /// One word, character or number of the text, at these bytes.
    #[inline]
    fn read(&mut self, token: Token, begin: usize, end: usize) {
        self.position += 1;
        if token == UNKNOWN {
            self.state = START;
        } else {
            self.known(token, begin, end);
        }
    }

    /// A word of some spelling.
    #[inline]
    fn known(&mut self, token: Token, begin: usize, end: usize) {
        let state = self.automaton.step(self.state, token);
        self.state = self.automaton.resume(state);
        let hits = self.automaton.hits(state);
        if hits.is_empty() {
            return;
        }
        let found = &self.found.concepts;
        let nothing_new =
            self.automaton.counts_once(state) && hits.iter().all(|hit| found.contains(hit.concept));
        if !nothing_new {
            self.act(hits, begin, end);
        }
    }

    /// A run of question marks asks once.
    fn question(&mut self, at: usize, length: usize) -> usize {
        self.found.questions += 1;
        self.clues.separators = 0;
        self.end_clause();
        let end = at + length;
        self.bytes[end..]
            .iter()
            .position(|byte| *byte != b'?' && *byte != b'!')
            .map_or(self.bytes.len(), |marks| end + marks)
    }

    /// Punctuation that ends a clause, unless it is inside a number or a name.
    #[inline]
    fn stop(&mut self, at: usize) -> usize {
        if self.bytes[at] == b':' && self.bytes[at..].starts_with(b"://") {
            return self.skip_url(at);
        }
        if !self.bytes.get(at + 1).copied().is_some_and(is_wordlike) || self.bytes[at] == b';' {
            self.list_separator(
                matches!(self.bytes[at], b',' | b';') && at > 0 && is_prose(self.bytes[at - 1]),
            );
            self.end_clause();
        }
        at + 1
    }

    #[inline]
    fn end_clause(&mut self) {
        self.state = START;
        self.guard.end_clause(self.position);
    }

    fn end_line(&mut self) {
        self.clues.separators = 0;
        self.clues.lines = self.clues.lines.saturating_add(1);
        self.guard.end_clause(self.position);
        self.release_quotation();
    }

    /// The spellings that end with the word just read.
    fn act(&mut self, hits: &[Hit], begin: usize, end: usize) {
        let phrase = hits.last().is_some_and(|hit| hit.length > 1);
        let glued = self.bytes.get(end) != Some(&b'(')
            && !phrase
            && begin >= 2
            && self.bytes[begin - 1] == b'.'
            && is_wordlike(self.bytes[begin - 2]);
        if glued && hits.iter().any(|hit| hit.concept == Concept::Extension) {
            return self.file_name(end);
        }
        for hit in hits {
            let start = self.position + 1 - u32::from(hit.length);
            if hit.opening && !self.guard.begins_clause(start) {
                continue;
            }
            if hit.concept.is_control() {
                self.control(hit.concept, start);
            } else {
                self.mark(hit.concept, start);
            }
        }
    }

    fn count_characters(&mut self) {
        let ascii = count(self.bytes, |byte| byte < 0x80);
        let characters = count(self.bytes, |byte| byte & 0xC0 != 0x80);
        self.found.ascii = ascii;
        self.found.other = characters - ascii - self.found.dense;
    }
}

/// How many bytes are such; counted in single bytes first, which the compiler turns into vector instructions.
#[inline]
fn count(bytes: &[u8], such: impl Fn(u8) -> bool) -> u64 {
    bytes
        .chunks(usize::from(u8::MAX))
        .map(|chunk| {
            let count = chunk
                .iter()
                .fold(0u8, |count, byte| count + u8::from(such(*byte)));
            u64::from(count)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: [&str; 40] = [
        "prove",
        "THEOREM",
        "Explain",
        "how",
        "a",
        "is",
        "the",
        "don't",
        "not",
        "don’t",
        "step by step",
        "first",
        "then",
        "sixteenlettersxx",
        "seventeenletterss",
        "internationalisation",
        "counterexample",
        "kubernetes",
        "snake_case",
        "utf8",
        "naïve",
        "Straße",
        "доказать",
        "证明",
        "しないで",
        "l'algorithme",
        "main.rs:4",
        "https://x.org/a",
        "C++",
        "`",
        "\"",
        "?",
        ", ",
        ". ",
        ";",
        "\n",
        "\n1. ",
        "12",
        "é",
        "😀",
    ];

    /// Reads letter by letter, without blocks and masks.
    fn run_plainly(text: &str) -> TextFindings {
        let mut scanner = Scanner::new(text);
        let mut at = scanner.line_begin(0);
        while let Some(&byte) = scanner.bytes.get(at) {
            at = scanner.other(at, byte);
        }
        scanner.finish();
        scanner.found.ascii = text.chars().filter(char::is_ascii).count() as u64;
        let characters = text.chars().count() as u64;
        scanner.found.other = characters - scanner.found.ascii - scanner.found.dense;
        scanner.found
    }

    #[test]
    fn blocks_find_what_single_letters_find() {
        let mut random: u64 = 1;
        let mut below = |bound: usize| {
            random = random.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            usize::try_from(random >> 33).expect("it has 31 bits") % bound
        };
        for trial in 0..4000 {
            let mut text = String::new();
            for _ in 0..below(40) {
                text.push_str(PIECES[below(PIECES.len())]);
                text.push_str(["", " ", " ", " ", "  "][below(5)]);
            }
            if trial % 8 == 0 {
                text.push_str(&"x".repeat(below(200)));
            }
            assert_eq!(Scanner::new(&text).run(), run_plainly(&text), "{text:?}");
        }
    }
}
