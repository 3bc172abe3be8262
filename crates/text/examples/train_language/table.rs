//! The rows of a model: which n-grams it knows, each found by two hashes and a fingerprint.

use std::collections::HashMap;

use crate::features::Gram;

/// The rows of `bits`; a row of fingerprint 0 is free.
pub(crate) struct Table {
    pub(crate) bits: u32,
    pub(crate) fingerprints: Vec<u8>,
}

impl Table {
    /// Gives the n-grams that occur most a row each, while one of their two is free.
    pub(crate) fn new(bits: u32, counts: HashMap<u64, u32>) -> Self {
        let mut sorted: Vec<(u64, u32)> = counts.into_iter().collect();
        sorted.sort_unstable_by_key(|(hash, count)| (std::cmp::Reverse(*count), *hash));
        let mut table = Self {
            bits,
            fingerprints: vec![0; 1 << bits],
        };
        for (hash, _) in sorted {
            let (rows, fingerprint) = Gram { hash, length: 0 }.places(bits);
            if rows
                .iter()
                .any(|row| table.fingerprints[*row] == fingerprint)
            {
                continue;
            }
            if let Some(row) = rows.into_iter().find(|row| table.fingerprints[*row] == 0) {
                table.fingerprints[row] = fingerprint;
            }
        }
        table
    }

    /// The row of an n-gram; those that have none share one by length, behind the others.
    pub(crate) fn row(&self, gram: Gram) -> usize {
        let (rows, fingerprint) = gram.places(self.bits);
        let found = rows
            .into_iter()
            .find(|row| self.fingerprints[*row] == fingerprint);
        found.unwrap_or(self.fingerprints.len() + gram.length - 1)
    }
}
