//! Hash tables whose keys come from rules, which their owner wrote: a text can only look them up.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The odd constant of Fibonacci hashing: 2^64 divided by the golden ratio (Knuth, TAOCP 3, section 6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A table with a hash that is fast and does not withstand chosen keys.
pub(super) type RuleMap<Key, Value> = HashMap<Key, Value, BuildHasherDefault<Mixing>>;

/// Bits a key in a filter: one in sixteen of other keys passes.
const FILTER_BITS: usize = 16;

/// Says of most keys that are not in a table that they are not, at the price of one bit of memory that is near.
#[derive(Debug, Default)]
pub(super) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    pub(super) fn new(keys: impl ExactSizeIterator<Item = u64>) -> Self {
        let bits = (keys.len() * FILTER_BITS).next_power_of_two().max(1 << 10);
        let mut filter = Self {
            bits: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
        };
        for key in keys {
            let (word, bit) = filter.place(key);
            filter.bits[word] |= bit;
        }
        filter
    }

    /// False: `key` was certainly not among the keys.
    #[inline]
    pub(super) fn may_have(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    #[inline]
    fn place(&self, key: u64) -> (usize, u64) {
        let mixed = (key ^ (key >> 32)).wrapping_mul(GOLDEN) >> self.shift;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }
}

/// Multiplies and folds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixing(u64);

impl Mixing {
    fn mix(&mut self, value: u64) {
        let mixed = (self.0.rotate_left(29) ^ value).wrapping_mul(GOLDEN);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(eight));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves, one by one"
    )]
    fn write_u128(&mut self, value: u128) {
        self.mix(value as u64);
        self.mix((value >> 64) as u64);
    }
}
