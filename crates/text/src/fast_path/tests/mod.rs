//! Tests of the fast path through its public surface.

mod guards;
mod invariants;
mod languages;
mod problems;
mod properties;
mod seed;
mod tiers;

use super::{Dimension, FastPath, FastPathOptions, Input, Score};

/// The default scorer.
fn scorer() -> FastPath {
    FastPath::new(&FastPathOptions::default()).expect("the defaults are valid")
}

/// The default score of a user's text.
fn score(user: &str) -> Score {
    scorer().score(Input {
        user,
        ..Input::default()
    })
}

/// What the default scorer found in a dimension of a user's text; empty when nothing.
fn evidence(user: &str, dimension: Dimension) -> String {
    score(user)
        .evidence()
        .into_iter()
        .find(|entry| entry.0 == dimension)
        .map(|entry| entry.1)
        .unwrap_or_default()
}

/// A seeded generator (Steele, Lea and Flood: `SplitMix64`) for property tests.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap_or_default() % bound
    }
}
