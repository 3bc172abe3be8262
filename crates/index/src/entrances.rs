//! A random sample of the slots, looked at exhaustively to find where a walk starts: the upper layers of a hierarchy, as one.
//!
//! Walking an upper layer greedily fails between clusters that are far apart; looking at about four roots of n vectors costs less than
//! the walk below and does not depend on links. See docs/decisions/0021.

use crate::paged::{PAGE_ROWS, Paged};
use crate::random::Random;

/// Entrances for n slots, in roots of n.
const ROOTS: usize = 4;

/// The sample, with copies of its rows so that they lie side by side.
#[derive(Clone)]
pub(crate) struct Entrances {
    slots: Vec<u32>,
    rows: Paged<u8>,
    row_bytes: usize,
}

impl Entrances {
    pub(crate) const fn new(row_bytes: usize) -> Self {
        Self {
            slots: Vec::new(),
            rows: Paged::new(row_bytes),
            row_bytes,
        }
    }

    pub(crate) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// The rows of entrances `page * PAGE_ROWS` and following, up to the end of the page.
    pub(crate) fn rows(&self, page: usize) -> &[u8] {
        let count = PAGE_ROWS.min(self.slots.len() - page * PAGE_ROWS);
        &self.rows.page(page)[..count * self.row_bytes]
    }

    /// Offers the newest of `slots` slots: each stays a member with the same chance (Vitter, "Random sampling with a reservoir", 1985,
    /// with a reservoir that grows).
    pub(crate) fn offer(&mut self, slot: u32, row: &[u8], slots: usize, random: &mut Random) {
        let wanted = ROOTS * slots.isqrt();
        if self.slots.len() < wanted.min(slots)
            && (wanted >= slots || random.below(slots) < 2 * wanted)
        {
            self.push(slot, row);
        } else if random.below(slots) < wanted && !self.slots.is_empty() {
            let place = random.below(self.slots.len());
            self.put(place, slot, row);
        }
    }

    pub(crate) fn push(&mut self, slot: u32, row: &[u8]) {
        self.slots.push(slot);
        self.rows.grow(self.slots.len());
        self.put(self.slots.len() - 1, slot, row);
    }

    /// Puts `slot` in a place that exists.
    pub(crate) fn put(&mut self, place: usize, slot: u32, row: &[u8]) {
        self.slots[place] = slot;
        self.rows.row_mut(place).copy_from_slice(row);
    }
}
