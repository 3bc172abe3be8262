//! A folded word packed into 128 bits, so that comparing words is comparing two integers.

/// A folded word. ASCII words of up to 16 letters are held exactly; longer ones and other scripts as two 64-bit mixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    low: u64,
    high: u64,
}

/// How many letters `Key::letters` reads at most.
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

    /// The run of ASCII letters at `at`, lower-cased, eight bytes at a time; of a run longer than `EXACT_BYTES` only that many.
    #[inline]
    pub(crate) fn letters(text: &[u8], at: usize) -> (usize, Self) {
        let (length, low) = letters_of(load(text, at));
        if length < 8 {
            return (length, Self { low, high: 0 });
        }
        let (more, high) = letters_of(load(text, at + 8));
        (8 + more, Self { low, high })
    }

    /// A well-mixed hash.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        let mixed = (self.low ^ self.high.rotate_left(29)).wrapping_mul(GOLDEN);
        (mixed ^ (mixed >> 32)).wrapping_mul(GOLDEN)
    }
}

/// Eight bytes, zeros beyond the end.
#[inline]
fn load(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    let mut padded = [0; 8];
    padded[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(padded)
}

/// How many of the eight bytes, from the first on, are ASCII letters; and these, lower-cased.
#[inline]
const fn letters_of(bytes: u64) -> (usize, u64) {
    let lower = bytes | (0x20 * ONES);
    let low_bits = lower & (0x7F * ONES);
    let from_a = low_bits + (0x1F * ONES);
    let beyond_z = low_bits + (0x05 * ONES);
    let others = !(from_a & !beyond_z & !bytes) & (0x80 * ONES);
    if others == 0 {
        return (8, lower);
    }
    let bits = others.trailing_zeros() & !7;
    (bits as usize / 8, lower & ((1 << bits) - 1))
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
        let table = [
            ("a", 1),
            ("Prove it", 5),
            ("eightlet", 8),
            ("nineletts", 9),
            ("sixteenletterses", 16),
            ("@[`{", 0),
            ("zA", 2),
            ("aé", 1),
        ];
        for (text, length) in table {
            let (read, key) = Key::letters(text.as_bytes(), 0);
            assert_eq!(read, length, "{text}");
            assert_eq!(key, built(&text[..length]), "{text}");
        }
    }

    #[test]
    fn a_longer_run_stops_at_the_exact_bytes() {
        assert_eq!(Key::letters(&[b'x'; 40], 0).0, EXACT_BYTES);
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
