//! A folded word packed into 128 bits, so that comparing words is comparing two integers.

/// A folded word. ASCII words of up to 16 letters are held exactly; longer ones and other scripts as two 64-bit mixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    low: u64,
    high: u64,
}

/// How many ASCII letters a key holds exactly.
pub(crate) const EXACT_BYTES: usize = 16;

const ONES: u64 = 0x0101_0101_0101_0101;

/// The odd constant of Fibonacci hashing: 2^64 divided by the golden ratio (Knuth, TAOCP 3, §6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Key {
    /// The key of one CJK character, apart from those of words.
    pub(crate) const fn of_character(character: u32) -> Self {
        Self {
            low: character as u64,
            high: u64::MAX,
        }
    }

    /// The key of any number.
    pub(crate) const NUMBER: Self = Self {
        low: u64::MAX,
        high: u64::MAX,
    };

    /// The `length` ASCII letters at `at`, lower-cased; at most `EXACT_BYTES` of them.
    #[inline]
    pub(crate) fn letters(text: &[u8], at: usize, length: usize) -> Self {
        let masks = MASKS[length.min(EXACT_BYTES)];
        let (low, high) = load(text, at);
        Self {
            low: (low | (0x20 * ONES)) & masks.0,
            high: (high | (0x20 * ONES)) & masks.1,
        }
    }

    /// A well-mixed hash.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        let mixed = (self.low ^ self.high.rotate_left(29)).wrapping_mul(GOLDEN);
        (mixed ^ (mixed >> 32)).wrapping_mul(GOLDEN)
    }
}

/// Two times eight bytes, zeros beyond the end.
#[inline]
fn load(text: &[u8], at: usize) -> (u64, u64) {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(sixteen) = rest.first_chunk() {
        return halves(sixteen);
    }
    let mut padded = [0; EXACT_BYTES];
    padded[..rest.len()].copy_from_slice(rest);
    halves(&padded)
}

#[inline]
fn halves(bytes: &[u8; EXACT_BYTES]) -> (u64, u64) {
    let (low, high) = bytes.split_at(8);
    let number = |half: &[u8]| {
        half.first_chunk()
            .map_or(0, |eight| u64::from_le_bytes(*eight))
    };
    (number(low), number(high))
}

/// The first so many bytes of two times eight.
const MASKS: [(u64, u64); EXACT_BYTES + 1] = masks();

const fn masks() -> [(u64, u64); EXACT_BYTES + 1] {
    let mut masks = [(0, 0); EXACT_BYTES + 1];
    let mut length = 1;
    while length <= EXACT_BYTES {
        let (low, high) = masks[length - 1];
        masks[length] = if length <= 8 {
            (low << 8 | 0xFF, 0)
        } else {
            (low, high << 8 | 0xFF)
        };
        length += 1;
    }
    masks
}

/// Builds the key of a word that is not plain ASCII letters, one folded unit at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyBuilder {
    key: Key,
    bytes: usize,
    mixed: bool,
}

impl KeyBuilder {
    /// Appends one folded ASCII byte.
    #[inline]
    pub(crate) const fn push(&mut self, byte: u8) {
        if self.mixed || self.bytes == EXACT_BYTES {
            return self.mix(byte as u64);
        }
        let shifted = (byte as u64) << (8 * (self.bytes % 8));
        if self.bytes < 8 {
            self.key.low |= shifted;
        } else {
            self.key.high |= shifted;
        }
        self.bytes += 1;
    }

    /// Appends one folded code unit of another script.
    #[inline]
    pub(crate) const fn push_wide(&mut self, unit: u16) {
        self.mix(unit as u64);
    }

    /// From here on the key is two mixes (as Fx hashes, and by rotation and sum) instead of the word itself.
    #[inline]
    const fn mix(&mut self, unit: u64) {
        self.mixed = true;
        self.key.low = (self.key.low.rotate_left(5) ^ unit).wrapping_mul(GOLDEN);
        self.key.high = self.key.high.rotate_left(11).wrapping_add(unit + 1);
        self.bytes += 1;
    }

    /// The key so far.
    #[inline]
    pub(crate) const fn key(&self) -> Key {
        self.key
    }

    /// Whether nothing was appended.
    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(word: &str) -> Key {
        let mut builder = KeyBuilder::default();
        word.bytes()
            .for_each(|byte| builder.push(byte.to_ascii_lowercase()));
        builder.key()
    }

    #[test]
    fn letters_agree_with_the_builder() {
        let text = b"The SixteenLettersES and more";
        for at in 0..text.len() {
            for length in 0..=EXACT_BYTES.min(text.len() - at) {
                let word = &text[at..at + length];
                if word.iter().all(u8::is_ascii_alphabetic) {
                    let word = str::from_utf8(word).expect("it is ASCII");
                    assert_eq!(Key::letters(text, at, length), built(word), "{word}");
                }
            }
        }
    }

    #[test]
    fn different_words_have_different_keys() {
        assert_ne!(
            built("internationalisation"),
            built("internationalizations")
        );
        assert_ne!(built("a"), Key::of_character(u32::from('a')));
    }
}
