//! Who is linked to whom: a fixed number of places a slot, filled from the front.

use signalbox_simd::ROW_STEP;

use crate::paged::Paged;

/// The links of every slot. A place holds a slot plus one; the first that holds 0 ends the list.
#[derive(Clone)]
pub(crate) struct Links {
    places: Paged<u32>,
    most: usize,
}

impl Links {
    /// At most `most` links a slot.
    pub(crate) const fn new(most: usize) -> Self {
        Self {
            places: Paged::new(most.next_multiple_of(ROW_STEP / size_of::<u32>())),
            most,
        }
    }

    pub(crate) const fn most(&self) -> usize {
        self.most
    }

    pub(crate) fn grow(&mut self, slots: usize) {
        self.places.grow(slots);
    }

    #[inline]
    pub(crate) fn of(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        self.places
            .row(slot as usize)
            .iter()
            .take_while(|place| **place != 0)
            .map(|place| place - 1)
    }

    /// The places of a slot, for the cache.
    #[inline]
    pub(crate) fn places(&self, slot: u32) -> &[u32] {
        self.places.row(slot as usize)
    }

    /// `[PAGE_ROWS, places]`.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &[u32]> {
        self.places.pages()
    }

    /// The links of `slots` slots from a snapshot.
    pub(crate) fn fill(&mut self, slots: usize, bytes: &[u8]) {
        crate::snapshot::fill(&mut self.places, slots, bytes, u32::from_le_bytes);
    }

    pub(crate) fn set(&mut self, slot: u32, links: &[u32]) {
        let most = self.most;
        let places = self.places.row_mut(slot as usize);
        places.fill(0);
        for (place, link) in places.iter_mut().zip(links.iter().take(most)) {
            *place = link + 1;
        }
    }
}
