//! Searching: along the links of the graph, or over all vectors in order.

use crate::graph::Graph;
use crate::order::{rank, slot_of};
use crate::paged::PAGE_ROWS;
use crate::scratch::Scratch;

/// Entrances from which a walk starts.
const ENTRANCES: usize = 8;

impl Graph {
    /// Walks towards `query` and leaves in `scratch.found` the `ef` nearest that `accept` takes, by their bytes, the best first: Algorithm 2 of
    /// Malkov and Yashunin on one layer, entered where an exhaustive look at the entrances says. Gives up, and returns false, after
    /// `budget` slots.
    pub(crate) fn walk(
        &self,
        query: &[i8],
        ef: usize,
        budget: usize,
        scratch: &mut Scratch,
        accept: impl Fn(u32) -> bool,
    ) -> bool {
        scratch.start(self.slots());
        self.enter(query, ef, scratch, &accept);
        let mut rows: Vec<&[u8]> = Vec::with_capacity(self.links.most());
        while let Some(next) = scratch.open.pop() {
            if next < scratch.bar(ef) {
                break;
            }
            rows.clear();
            scratch.batch.clear();
            for slot in self.links.of(slot_of(next)) {
                if scratch.visited.first(slot) {
                    scratch.batch.push(slot);
                    rows.push(self.vectors.row(slot));
                    self.vectors.prefetch_scale(slot, self.kernels);
                }
            }
            scratch.dots.resize(rows.len(), 0.0);
            self.kernels.dot_rows(query, &rows, &mut scratch.dots);
            self.consider(ef, scratch, &accept);
            if scratch.visited.count() > budget {
                return false;
            }
        }
        scratch.finish();
        true
    }

    /// Opens the entrances that are nearest to `query`.
    fn enter(&self, query: &[i8], ef: usize, scratch: &mut Scratch, accept: &impl Fn(u32) -> bool) {
        for (number, entrances) in self.entrances.slots().chunks(PAGE_ROWS).enumerate() {
            scratch.dots.resize(entrances.len(), 0.0);
            self.kernels
                .scan_rows(query, self.entrances.rows(number), &mut scratch.dots);
            for (at, slot) in entrances.iter().enumerate() {
                let ranked = rank(scratch.dots[at] * self.vectors.scale(*slot), *slot);
                if ranked > scratch.bar(ENTRANCES) {
                    scratch.keep(ranked, ENTRANCES);
                }
            }
        }
        scratch.finish();
        for at in 0..scratch.found.len() {
            let ranked = scratch.found[at];
            let slot = slot_of(ranked);
            if scratch.visited.first(slot) {
                scratch.open.push(ranked);
                if accept(slot) {
                    scratch.keep(ranked, ef);
                }
            }
        }
    }

    /// Opens and keeps what of the batch is near enough.
    #[inline]
    fn consider(&self, ef: usize, scratch: &mut Scratch, accept: &impl Fn(u32) -> bool) {
        for at in 0..scratch.batch.len() {
            let slot = scratch.batch[at];
            let ranked = rank(scratch.dots[at] * self.vectors.scale(slot), slot);
            if ranked > scratch.bar(ef) {
                self.kernels.prefetch(self.links.places(slot));
                scratch.open.push(ranked);
                if accept(slot) {
                    scratch.keep(ranked, ef);
                }
            }
        }
    }

    /// Looks at every vector, and leaves in `scratch.found` the `most` nearest that `accept` takes, by their bytes, the best first.
    pub(crate) fn scan(
        &self,
        query: &[i8],
        most: usize,
        scratch: &mut Scratch,
        accept: impl Fn(u32) -> bool,
    ) {
        scratch.start(0);
        let mut first = 0_u32;
        for page in self.vectors.rows.pages() {
            let rows = PAGE_ROWS.min(self.slots() - first as usize);
            scratch.dots.resize(rows, 0.0);
            self.kernels
                .scan_rows(query, &page[..rows * query.len()], &mut scratch.dots);
            for at in 0..rows {
                #[expect(clippy::cast_possible_truncation, reason = "below the rows of a page")]
                let slot = first + at as u32;
                let ranked = rank(scratch.dots[at] * self.vectors.scale(slot), slot);
                if ranked > scratch.bar(most) && accept(slot) {
                    scratch.keep(ranked, most);
                }
            }
            #[expect(clippy::cast_possible_truncation, reason = "the rows of a page")]
            {
                first += rows as u32;
            }
        }
        scratch.finish();
    }
}
