//! What a search needs besides the index: kept between searches, so that one allocates nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, PoisonError};

use crate::order::Ranked;

/// Which slots were met: a bit each, and a list of those set, so that clearing costs what the search cost. A bit set stays in the
/// first-level cache where an epoch a slot would not.
#[derive(Default)]
pub(crate) struct Visited {
    words: Vec<u64>,
    touched: Vec<u32>,
}

impl Visited {
    fn start(&mut self, slots: usize) {
        for slot in self.touched.drain(..) {
            self.words[slot as usize / 64] = 0;
        }
        self.words
            .resize(slots.div_ceil(64).max(self.words.len()), 0);
    }

    /// Whether `slot` is met for the first time.
    #[inline]
    pub(crate) fn first(&mut self, slot: u32) -> bool {
        let (word, bit) = (&mut self.words[slot as usize / 64], 1 << (slot % 64));
        let first = *word & bit == 0;
        if first {
            *word |= bit;
            self.touched.push(slot);
        }
        first
    }

    pub(crate) fn count(&self) -> usize {
        self.touched.len()
    }
}

/// The state of one search.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) visited: Visited,
    /// Met and not yet followed, the best on top.
    pub(crate) open: BinaryHeap<Ranked>,
    /// The best that may be results, the worst on top.
    pub(crate) best: BinaryHeap<Reverse<Ranked>>,
    /// Slots of one batch.
    pub(crate) batch: Vec<u32>,
    /// Their products.
    pub(crate) dots: Vec<f32>,
    /// Results, the best first.
    pub(crate) found: Vec<Ranked>,
}

impl Scratch {
    pub(crate) fn start(&mut self, slots: usize) {
        self.visited.start(slots);
        self.open.clear();
        self.best.clear();
        self.found.clear();
    }

    /// Empties `best` into `found`.
    pub(crate) fn finish(&mut self) {
        self.found.clear();
        self.found
            .extend(self.best.drain().map(|Reverse(ranked)| ranked));
        self.found.sort_unstable_by_key(|ranked| Reverse(*ranked));
    }

    /// Keeps `ranked` when it is among the `most` best.
    #[inline]
    pub(crate) fn keep(&mut self, ranked: Ranked, most: usize) {
        self.best.push(Reverse(ranked));
        if self.best.len() > most {
            self.best.pop();
        }
    }

    /// What a slot must beat to be among the `most` best; 0 while there is room.
    #[inline]
    pub(crate) fn bar(&self, most: usize) -> Ranked {
        if self.best.len() < most {
            return 0;
        }
        self.best.peek().map_or(0, |Reverse(worst)| *worst)
    }
}

/// Scratches that nobody uses right now.
#[derive(Default)]
pub(crate) struct Scratches(Mutex<Vec<Scratch>>);

impl Scratches {
    pub(crate) fn with<T>(&self, run: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = self.spare().pop().unwrap_or_default();
        let result = run(&mut scratch);
        self.spare().push(scratch);
        result
    }

    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
