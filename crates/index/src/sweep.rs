//! Taking dead slots out of the graph, a few at a time beside readers and writers, so that they can be used again.
//!
//! The links of a dead slot are handed to those that link to it, which then choose anew: the deletion of Singh et al., "`FreshDiskANN`", 2021,
//! section 4.3. Unlike a rebuild this needs no second graph.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::graph::Graph;
use crate::index::{LINK_FROM, Shared};
use crate::link::Plan;
use crate::state::{DEAD, State};

/// How often a sweep yields to callers before it takes its turn: it must come to an end beside writers that never rest.
const YIELDS: usize = 100;

/// Slots whose links are looked at before others may write.
const BATCH: u32 = 32;

/// Below this many a sweep is not worth a thread.
const FEWEST: usize = 64;

impl State {
    /// Whether dead slots are more than a quarter, or nearly all slots are free.
    pub(crate) fn wants_sweep(&self) -> bool {
        let (slots, dead) = (self.graph.slots(), self.dead());
        dead >= FEWEST && 4 * dead > slots || self.wants_compaction()
    }

    /// So few are left that building them anew is cheaper than walking past the rest.
    fn wants_compaction(&self) -> bool {
        self.ids.len() < LINK_FROM / 2 && self.graph.slots() > 4 * LINK_FROM
    }

    fn dead_slots(&self) -> HashSet<u32> {
        let free: HashSet<u32> = self.free.iter().copied().collect();
        (0..self.linked)
            .filter(|slot| self.expires[*slot as usize] == DEAD && !free.contains(slot))
            .collect()
    }

    /// Frees `dead`, to which nothing links any more.
    fn free_slots(&mut self, dead: &HashSet<u32>) {
        for slot in dead {
            self.graph.links.set(*slot, &[]);
        }
        self.free.extend(dead);
        // The lowest is used first, so that the originals of neighbours are written together.
        self.free.sort_unstable_by(|a, b| b.cmp(a));
        self.replace_entrances(dead);
    }

    fn replace_entrances(&mut self, dead: &HashSet<u32>) {
        let gone: Vec<usize> = (0..self.graph.entrances.slots().len())
            .filter(|place| dead.contains(&self.graph.entrances.slots()[*place]))
            .collect();
        for place in gone {
            let found = (0..100)
                .map(|_| self.random.below(self.graph.slots()))
                .find(|slot| self.expires[*slot] != DEAD);
            if let Some(slot) = found.and_then(|slot| u32::try_from(slot).ok()) {
                let Graph {
                    entrances, vectors, ..
                } = &mut self.graph;
                entrances.put(place, slot, vectors.row(slot));
            }
        }
    }

    /// The same index with nothing but what is alive.
    fn compacted(&self) -> Self {
        let mut fresh = Self::new(Graph::new(self.graph.settings, self.graph.kernels));
        for (id, slot) in &self.ids {
            let vector = crate::vectors::Rounded::new(
                self.graph.vectors.original(*slot).to_vec(),
                self.graph.settings,
                self.graph.kernels,
            );
            let place = fresh.put(&vector);
            let metadata = self.entry(*slot).metadata.clone();
            fresh.publish(place, id, metadata, self.expires[*slot as usize]);
        }
        fresh
    }
}

impl Graph {
    /// New links for `slot` when it links to any of `dead`.
    fn mended(&self, slot: u32, dead: &HashSet<u32>) -> Option<Vec<u32>> {
        if !self.links.of(slot).any(|other| dead.contains(&other)) {
            return None;
        }
        let mut near: Vec<u32> = Vec::new();
        for other in self.links.of(slot) {
            if dead.contains(&other) {
                near.extend(self.links.of(other));
            } else {
                near.push(other);
            }
        }
        near.retain(|other| *other != slot && !dead.contains(other));
        near.sort_unstable();
        near.dedup();
        Some(self.select(slot, &self.ranked(slot, &near), self.links.most()))
    }
}

impl Shared {
    /// Sweeps on a thread of its own when it is time; at most one at once.
    pub(crate) fn sweep_soon(self: &Arc<Self>) {
        if self.sweeping.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = Arc::clone(self);
        let thread = std::thread::Builder::new().name("signalbox-sweep".to_owned());
        if thread.spawn(move || shared.sweep_marked()).is_err() {
            // No thread now: the next deletion asks again.
            self.sweeping.store(false, Ordering::Release);
        }
    }

    /// Sweeps here, unless somebody does.
    pub(crate) fn sweep_now(&self) {
        if !self.sweeping.swap(true, Ordering::AcqRel) {
            self.sweep_marked();
        }
    }

    fn sweep_marked(&self) {
        let _unmark = Unmark(self);
        let (dead, linked) = {
            let _writer = self.writer();
            let mut state = self.write();
            if state.wants_compaction() {
                *state = state.compacted();
                return;
            }
            (state.dead_slots(), state.linked)
        };
        let mut first = 0;
        while first < linked {
            if self.closed.load(Ordering::Acquire) {
                return;
            }
            self.give_way();
            let end = linked.min(first + BATCH);
            self.mend(first..end, &dead);
            first = end;
        }
        let _writer = self.writer();
        self.write().free_slots(&dead);
    }

    fn mend(&self, slots: std::ops::Range<u32>, dead: &HashSet<u32>) {
        let _writer = self.writer();
        let plan: Plan = {
            let state = self.read();
            let mended = slots
                .filter(|slot| !dead.contains(slot))
                .filter_map(|slot| Some((slot, state.graph.mended(slot, dead)?)));
            mended.collect()
        };
        if !plan.is_empty() {
            self.write().graph.apply(&plan);
        }
    }

    /// Lets callers that wait for the writer's lock go first: a mutex gives no turn by itself.
    fn give_way(&self) {
        for _ in 0..YIELDS {
            if self.waiting.load(Ordering::Acquire) == 0 {
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// Allows the next sweep, also after a panic.
struct Unmark<'a>(&'a Shared);

impl Drop for Unmark<'_> {
    fn drop(&mut self) {
        self.0.sweeping.store(false, Ordering::Release);
    }
}
