//! Token counts against the reference: its merging, behind the published patterns, run by a regular-expression engine.

use rustc_hash::FxHashMap;
use signalbox_text::Encoding;
use tiktoken_rs::CoreBPE;

/// The patterns as the reference implementation publishes them since its version 0.9.
const CL100K: &str = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s";
const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|",
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Texts of each kind below; together 10,000.
const TEXTS: usize = 1250;

struct Reference {
    encoding: Encoding,
    ranks: FxHashMap<Vec<u8>, u32>,
    bpe: CoreBPE,
}

impl Reference {
    fn all() -> [Self; 2] {
        [
            Self::of(
                Encoding::Cl100kBase,
                CL100K,
                100_256,
                tiktoken_rs::cl100k_base_singleton(),
            ),
            Self::of(
                Encoding::O200kBase,
                O200K,
                199_998,
                tiktoken_rs::o200k_base_singleton(),
            ),
        ]
    }

    fn of(encoding: Encoding, pattern: &str, size: u32, published: &CoreBPE) -> Self {
        let token = |rank| {
            published
                ._decode_native_and_split(vec![rank])
                .flatten()
                .collect()
        };
        let ranks: FxHashMap<Vec<u8>, u32> = (0..size).map(|rank| (token(rank), rank)).collect();
        let bpe = CoreBPE::new(ranks.clone(), FxHashMap::default(), pattern);
        Self {
            encoding,
            ranks,
            bpe: bpe.expect("the published pattern and vocabulary"),
        }
    }

    fn check(&self, text: &str) {
        let right = self.bpe.encode_ordinary(text).len();
        assert_eq!(
            self.encoding.count(text),
            right,
            "{} of {text:?}",
            self.encoding.name()
        );
    }
}

/// A seeded generator (Steele, Lea and Flood 2014, `SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((value ^ (value >> 31)) % bound as u64).expect("below a usize")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn text(&mut self, parts: usize, mut part: impl FnMut(&mut Self) -> String) -> String {
        (0..=self.below(parts)).map(|_| part(self)).collect()
    }

    fn char(&mut self, from: u32, to: u32) -> char {
        let offset = u32::try_from(self.below((to - from) as usize)).expect("a range of u32");
        char::from_u32(from + offset).unwrap_or('\u{FFFD}')
    }
}

/// What the patterns treat unlike: cases, marks, numbers, spaces, contractions, line ends, slashes.
const EDGES: [&str; 40] = [
    "a",
    "B",
    "ǅ",
    "ʰ",
    "字",
    "\u{301}",
    "\u{903}",
    "1",
    "Ⅷ",
    "½",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\u{200d}",
    "'s",
    "'LL",
    "'ſ",
    "'re",
    "'",
    "/",
    "//",
    "!",
    "...",
    "😀",
    "👩🏽‍🚀",
    "ß",
    "İ",
    "K",
    "don't",
    "HELLOworld",
    "camelCase",
    "<|endoftext|>",
    "\0",
    "ﬁ",
];

const WORDS: [&str; 30] = [
    "the",
    "router",
    "answer",
    "Prompt",
    "tokenization",
    "naïve",
    "Straße",
    "función",
    "программирование",
    "数据",
    "模型训练",
    "こんにちは",
    "カタカナ",
    "안녕하세요",
    "नमस्ते",
    "مرحبا",
    "שלום",
    "สวัสดี",
    "Ελλάδα",
    "İstanbul",
    "if",
    "return",
    "fn main()",
    "x += 1;",
    "{\n    ",
    "}\n",
    "=>",
    "https://example.org/a?b=c",
    "3.14159",
    "1234567890",
];

const SEPARATORS: [&str; 8] = [" ", " ", " ", "\n", ", ", ". ", "\t", ""];

#[test]
fn counts_are_the_reference_s_on_ten_thousand_texts() {
    let references = Reference::all();
    let mut random = Random(7);
    let check = |text: String| {
        for reference in &references {
            reference.check(&text);
        }
    };
    for _ in 0..TEXTS {
        check(random.text(12, |random| random.pick(&EDGES).to_owned()));
        check(random.text(40, |random| random.pick(&EDGES).to_owned()));
        check(random.text(30, |random| {
            random.pick(&WORDS).to_owned() + random.pick(&SEPARATORS)
        }));
        check(random.text(60, |random| random.char(0, 0x11_0000).to_string()));
        check(random.text(60, |random| random.char(0x20, 0x7f).to_string()));
        check(random.text(60, |random| random.char(0x80, 0x2000).to_string()));
        check(random.text(60, |random| random.char(0x4e00, 0x4f00).to_string()));
        let (unit, times) = (random.pick(&EDGES), random.below(300));
        check(unit.repeat(times));
    }
}

#[test]
fn every_character_alone_and_between_letters() {
    let references = Reference::all();
    for character in (0..=0x3_0000).filter_map(char::from_u32).step_by(7) {
        for reference in &references {
            reference.check(&format!("aB{character}cD {character}{character}1"));
        }
    }
}

#[test]
fn the_packed_vocabularies_are_the_reference_s() {
    for reference in Reference::all() {
        let mut tokens = 0;
        for (rank, token) in (0..).zip(reference.encoding.tokens()) {
            assert_eq!(reference.ranks.get(token), Some(&rank));
            tokens += 1;
        }
        assert_eq!(tokens, reference.ranks.len());
    }
}
