//! Searching an index: candidates by their bytes, from a scan or a walk, then the order of their originals.

use std::cmp::Reverse;

use signalbox_base::{Result, invalid_input};

use crate::index::VectorIndex;
use crate::metadata::{Filter, Metadata};
use crate::order::{rank, similarity_of, slot_of};
use crate::scratch::Scratch;
use crate::state::State;
use crate::vectors::Rounded;

/// Up to this many slots every vector is looked at. Measured, see docs/decisions/0020.
pub(crate) const SCAN_MOST: usize = 2500;

/// Most results of a search.
pub const MOST_RESULTS: usize = 10_000;

/// Most candidates of a walk.
pub const MOST_EF: usize = 100_000;

/// What is searched for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Any finite vector of the right length but zero.
    pub vector: &'a [f32],
    /// How many results at most.
    pub k: usize,
    /// How many candidates the walk keeps; at least `k` are kept whatever it says.
    pub ef: Option<usize>,
    /// What the metadata must satisfy.
    pub filter: Option<&'a Filter>,
}

/// One result.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'a> {
    /// Its id.
    pub id: &'a str,
    /// The cosine of the angle, -1..1.
    pub similarity: f32,
    /// As it was given.
    pub metadata: Option<&'a str>,
}

impl VectorIndex {
    /// Hands the nearest to `each`, the best first; returns how many there were.
    ///
    /// # Errors
    /// `InvalidInput` for a vector as `insert` refuses it, or a number out of its range.
    pub fn search(
        &self,
        query: &Query<'_>,
        now: u64,
        mut each: impl FnMut(Hit<'_>),
    ) -> Result<usize> {
        range("k", query.k, MOST_RESULTS)?;
        if let Some(ef) = query.ef {
            range("ef", ef, MOST_EF)?;
        }
        let vector = self.shared.rounded(query.vector)?;
        let state = self.shared.read();
        Ok(self.shared.scratches.with(|scratch| {
            nearest(&state, &vector, query, now, scratch);
            let graph = &state.graph;
            let reranked = (4 * query.k).max(32).min(scratch.found.len());
            let candidates = &mut scratch.found[..reranked];
            for ranked in &*candidates {
                graph
                    .kernels
                    .prefetch(graph.vectors.original(slot_of(*ranked)));
            }
            for ranked in &mut *candidates {
                let slot = slot_of(*ranked);
                let similarity = graph
                    .kernels
                    .dot(&vector.original, graph.vectors.original(slot));
                *ranked = rank(similarity, slot);
            }
            candidates.sort_unstable_by_key(|ranked| Reverse(*ranked));
            let hits = candidates.iter().take(query.k);
            for ranked in hits.clone() {
                let entry = state.entry(slot_of(*ranked));
                each(Hit {
                    id: &entry.id,
                    similarity: similarity_of(*ranked).clamp(-1.0, 1.0),
                    metadata: entry.metadata.as_deref().map(Metadata::text),
                });
            }
            hits.len()
        }))
    }
}

/// Leaves in `scratch.found` the candidates for a query.
fn nearest(state: &State, vector: &Rounded, query: &Query<'_>, now: u64, scratch: &mut Scratch) {
    let graph = &state.graph;
    let accept = |slot: u32| {
        state.is_alive(slot, now)
            && query
                .filter
                .is_none_or(|filter| filter.takes(state.entry(slot).metadata.as_deref()))
    };
    let slots = graph.slots();
    if slots > SCAN_MOST && slots <= state.linked as usize + 1 {
        let ef = query
            .ef
            .unwrap_or_else(|| usual_ef(slots, query.k))
            .max(query.k);
        let done = graph.walk(&vector.signed, ef, budget(slots, ef), scratch, accept);
        if done && scratch.found.len() >= query.k.min(state.ids.len()) {
            return;
        }
    }
    let most = (4 * query.k).max(32);
    graph.scan(&vector.signed, most, scratch, accept);
}

/// Slots that a walk may look at before looking at all of them is cheaper.
fn budget(slots: usize, ef: usize) -> usize {
    (slots / 8).max(64 * ef)
}

/// Candidates that a walk keeps when the caller does not say. Measured, see docs/decisions/0021.
fn usual_ef(_slots: usize, k: usize) -> usize {
    std::env::var("EF")
        .ok()
        .and_then(|ef| ef.parse().ok())
        .unwrap_or(96)
        .max(4 * k)
}

fn range(at: &str, value: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(invalid_input(
        at,
        format!("a whole number from 1 to {most}"),
        value.to_string(),
    ))
}
