//! What the language model reads: n-grams of the letters of each word, as hashes, by script.

use super::script::Script;

/// The longest n-gram, in letters; the edge of a word counts as one.
pub(crate) const LONGEST: usize = 5;

/// Stands for the edge of a word.
const EDGE: u32 = 1;

/// One n-gram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gram {
    /// 64 bits, well mixed.
    pub(crate) hash: u64,
    /// Letters, 1 to `LONGEST`.
    pub(crate) length: usize,
}

impl Gram {
    /// The two rows of a table of 2 to the power of `bits` where this n-gram may be, and the fingerprint it has there; never 0.
    #[inline]
    pub(crate) fn places(self, bits: u32) -> ([usize; 2], u8) {
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let (first, second) = (
            (self.hash >> (64 - bits)) as usize,
            (self.hash >> 20) as usize & ((1 << bits) - 1),
        );
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let fingerprint = self.hash as u8;
        ([first, second], fingerprint.max(1))
    }
}

/// A word being read: letters of one script, in lower case.
pub(crate) struct Words {
    letters: Vec<u32>,
    script: Script,
}

impl Words {
    pub(crate) fn new() -> Self {
        Self {
            letters: vec![EDGE],
            script: Script::None,
        }
    }

    /// Hands every word of `text` to `each`: its script and its letters between two edges. A change of script ends a word.
    pub(crate) fn read(&mut self, text: &str, mut each: impl FnMut(Script, &[u32])) {
        for character in text.chars() {
            match Script::of(character) {
                Script::None => self.end(&mut each),
                Script::Inherited => {}
                script => {
                    if script != self.script {
                        self.end(&mut each);
                        self.script = script;
                    }
                    self.letters.push(lower(character));
                }
            }
        }
        self.end(&mut each);
    }

    fn end(&mut self, each: &mut impl FnMut(Script, &[u32])) {
        if self.letters.len() > 1 {
            self.letters.push(EDGE);
            each(self.script, &self.letters);
            self.letters.truncate(1);
        }
        self.script = Script::None;
    }
}

/// Hands the n-grams of a word, given between its edges, to `each`; the edge alone is none.
pub(crate) fn grams(word: &[u32], mut each: impl FnMut(Gram)) {
    for start in 0..word.len() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for (index, letter) in word[start..].iter().take(LONGEST).enumerate() {
            state = (state.rotate_left(5) ^ u64::from(*letter)).wrapping_mul(0xA076_1D64_78BD_642F);
            if index > 0 || *letter != EDGE {
                each(Gram {
                    hash: state ^ (state >> 29),
                    length: index + 1,
                });
            }
        }
    }
}

/// The first letter of the lower case form.
fn lower(character: char) -> u32 {
    match character {
        'a'..='z' => character as u32,
        'A'..='Z' => character as u32 | 0x20,
        _ => character.to_lowercase().next().unwrap_or(character) as u32,
    }
}
