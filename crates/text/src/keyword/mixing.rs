//! Hash tables whose keys are integers that are well spread already, or nearly so.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The odd constant of Fibonacci hashing: 2^64 divided by the golden ratio (Knuth, TAOCP 3, section 6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A table by integers. Its keys come from rules, which their owner wrote: a text can only look them up.
pub(super) type IntegerMap<Key, Value> = HashMap<Key, Value, BuildHasherDefault<Mixing>>;

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
        bytes.iter().for_each(|byte| self.mix(u64::from(*byte)));
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
