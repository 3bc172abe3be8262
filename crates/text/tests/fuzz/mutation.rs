//! Texts and rules made by seeded mutation of pieces that have been trouble before.

use signalbox_text::{KeywordRule, Method, Operator};

/// Pieces of texts: markers, scripts, marks, surrogate pairs, letters that change length when folded, code, hostile runs.
const PIECES: [&str; 40] = [
    "prove",
    "step by step",
    "do not ",
    "first ",
    "then ",
    "read_file",
    "git",
    "digit",
    "紧急",
    "情况",
    "テスト",
    "срочно",
    "größe",
    "ß",
    "\u{212A}",
    "İ",
    "ſ",
    "ΰ",
    "é",
    "e\u{301}",
    "\u{301}",
    "😀",
    "👩\u{200d}👧",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{10ffff}",
    " ",
    "\n",
    "\t",
    "-",
    "_",
    ".",
    "?",
    "```\n",
    "@@ -1 +1 @@",
    "src/a.rs:12",
    "\"",
    "ا",
    "हिन्दी",
];

/// Pieces of patterns, most of them valid only together.
const PATTERN_PIECES: [&str; 24] = [
    "a", "b+", "(", ")", "[a-z]", "[^x]", "|", "*", "{2,5}", "?", r"\b", r"\w", r"\d{3}", "^", "$",
    ".", r"\p{Han}", "(?i)", "紧", "é", "(?=a)", r"\1", "[", r"\",
];

/// Knuth's 64-bit linear congruential generator (MMIX).
pub(crate) struct Mutation(u64);

impl Mutation {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn joined(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1))
            .map(|_| self.one(pieces))
            .collect()
    }

    /// A text of pieces, then mutated: characters dropped, doubled, swapped, or replaced by any other.
    pub(crate) fn text(&mut self, most: usize) -> String {
        let mut characters: Vec<char> = self.joined(&PIECES, most).chars().collect();
        for _ in 0..self.below(6) {
            if characters.is_empty() {
                break;
            }
            let at = self.below(characters.len());
            let other = self.below(characters.len());
            match self.below(5) {
                0 => drop(characters.remove(at)),
                1 => characters.insert(at, characters[other]),
                2 => characters.swap(at, other),
                3 => characters[at] = self.character(),
                _ => {
                    let run = characters[at];
                    let times = self.below(300);
                    characters.splice(at..at, std::iter::repeat_n(run, times));
                }
            }
        }
        characters.into_iter().collect()
    }

    fn character(&mut self) -> char {
        let bound = self.one(&[0x80, 0x800, 0x1_0000, 0x11_0000]);
        u32::try_from(self.below(bound))
            .ok()
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// A few rules; about half of such lists compile.
    pub(crate) fn rules(&mut self) -> Vec<KeywordRule> {
        let count = 1 + self.below(4);
        (0..count).map(|place| self.rule(place)).collect()
    }

    fn rule(&mut self, place: usize) -> KeywordRule {
        let keywords = (0..=self.below(3)).map(|_| self.text(3)).collect();
        let method = self.method();
        let patterns = if method == Method::Exact && self.below(3) == 0 {
            vec![self.joined(&PATTERN_PIECES, 6)]
        } else {
            Vec::new()
        };
        KeywordRule {
            name: format!("rule{place}"),
            operator: self.one(&[Operator::Or, Operator::Or, Operator::And, Operator::Nor]),
            keywords,
            patterns,
            case_sensitive: self.below(3) == 0,
            method,
        }
    }

    fn method(&mut self) -> Method {
        let thresholds = [0.01, 0.2, 0.4, 1.0, 0.0, f64::NAN];
        match self.below(4) {
            0 => Method::Exact,
            1 => Method::Fuzzy {
                edits: self.below(4),
            },
            2 => Method::Bm25 {
                threshold: self.one(&thresholds),
            },
            _ => Method::Ngram {
                threshold: self.one(&thresholds),
                arity: self.below(8),
            },
        }
    }
}
