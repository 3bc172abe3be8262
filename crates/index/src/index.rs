//! The index that callers hold: one writer at a time, any number of readers beside it, every value checked.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use signalbox_base::{Code, Error, Result};
use signalbox_simd::Kernels;

use crate::graph::Graph;
use crate::link::Plan;
use crate::metadata::{Filter, Metadata};
use crate::order::{rank, similarity_of, slot_of};
use crate::scratch::{Scratch, Scratches};
use crate::settings::Settings;
use crate::state::{NEVER, State};
use crate::vectors::Rounded;

/// Up to this many slots every vector is looked at. Measured, see docs/decisions/0020.
const SCAN_MOST: usize = 2500;

/// From this many slots on the graph is built, two slots an insert, so that it is whole before it is needed.
const LINK_FROM: usize = 1024;

/// Most results of a search.
pub const MOST_RESULTS: usize = 10_000;

/// Most candidates of a walk.
pub const MOST_EF: usize = 100_000;

/// Most bytes of an id.
pub const MOST_ID_BYTES: usize = 65_536;

/// One vector to store.
#[derive(Clone, Copy, Debug)]
pub struct Insertion<'a> {
    /// Names it; what had this id before is replaced.
    pub id: &'a str,
    /// Any finite vector of the right length but zero.
    pub vector: &'a [f32],
    /// When it ends, in ms since 1970.
    pub expires: Option<u64>,
    /// A flat JSON object.
    pub metadata: Option<&'a str>,
}

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

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) kernels: Kernels,
    state: RwLock<State>,
    writer: Mutex<()>,
    pub(crate) scratches: Scratches,
}

/// Vectors by id, searched by cosine similarity. Methods may be called from any number of threads at once.
pub struct VectorIndex {
    shared: Arc<Shared>,
}

impl Shared {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, ()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rounded(&self, vector: &[f32]) -> Result<Rounded> {
        let dimensions = self.settings.dimensions();
        if vector.len() != dimensions {
            return Err(invalid(
                "vector",
                format!("{dimensions} numbers"),
                format!("{} numbers", vector.len()),
            ));
        }
        Ok(Rounded::new(
            unit(vector, self.kernels)?,
            self.settings,
            self.kernels,
        ))
    }

    /// Links `slot`, and what else waits to be linked; the caller holds the writer's lock.
    fn link(&self, slot: u32) {
        let linked = self.read().linked;
        if slot < linked {
            self.link_one(slot, linked);
            return;
        }
        for next in linked..linked + 2 {
            let slots = self.read().graph.slots();
            if slots < LINK_FROM || next as usize >= slots {
                break;
            }
            self.link_one(next, next);
            self.write().linked = next + 1;
        }
    }

    fn link_one(&self, slot: u32, linked: u32) {
        let plan: Plan = self.scratches.with(|scratch| {
            let state = self.read();
            let accept =
                |other: u32| other < linked && other != slot && state.expires[other as usize] != 0;
            state
                .graph
                .plan(slot, scratch, state.graph.slots() <= SCAN_MOST, accept)
        });
        self.write().graph.apply(&plan);
    }
}

impl VectorIndex {
    /// An empty index that computes with `kernels`.
    #[must_use]
    pub fn new(settings: Settings, kernels: Kernels) -> Self {
        Self::from_state(State::new(Graph::new(settings, kernels)))
    }

    pub(crate) fn from_state(state: State) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings: state.graph.settings,
                kernels: state.graph.kernels,
                state: RwLock::new(state),
                writer: Mutex::new(()),
                scratches: Scratches::default(),
            }),
        }
    }

    /// What it was made with.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.shared.settings
    }

    /// Stores a vector, or replaces what had its id.
    ///
    /// # Errors
    /// `InvalidInput` for a vector of another length, one that is not finite or has no direction, an id that is too long, or metadata that is not
    /// a flat object.
    pub fn insert(&self, insertion: &Insertion<'_>, now: u64) -> Result<()> {
        if insertion.id.len() > MOST_ID_BYTES {
            return Err(invalid(
                "id",
                format!("at most {MOST_ID_BYTES} bytes"),
                format!("{} bytes", insertion.id.len()),
            ));
        }
        let vector = self.shared.rounded(insertion.vector)?;
        let metadata = insertion.metadata.map(Metadata::parse).transpose()?;
        let _writer = self.shared.writer();
        let slot = {
            let mut state = self.shared.write();
            state.purge(now);
            if state.free.is_empty() && state.graph.slots() >= MOST_SLOTS {
                return Err(invalid("index", "room for one more vector", "a full index"));
            }
            state.put(&vector)
        };
        self.shared.link(slot);
        let expires = insertion.expires.unwrap_or(NEVER);
        self.shared
            .write()
            .publish(slot, insertion.id, metadata.map(Box::new), expires);
        Ok(())
    }

    /// Whether there was such an id; it is not found from now on.
    pub fn delete(&self, id: &str, now: u64) -> bool {
        let _writer = self.shared.writer();
        let mut state = self.shared.write();
        state.purge(now);
        state.remove(id)
    }

    /// How many vectors there are.
    #[must_use]
    pub fn size(&self, now: u64) -> usize {
        let state = self.shared.read();
        let expired = state.ends.range(..=(now, u32::MAX)).count();
        state.ids.len() - expired
    }

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

/// Most slots of an index.
const MOST_SLOTS: usize = 1 << 30;

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

fn unit(vector: &[f32], kernels: Kernels) -> Result<Vec<f32>> {
    let mut unit = vector.to_vec();
    let mut length = kernels.dot(&unit, &unit);
    if !(1e-12..=1e12).contains(&length) {
        let greatest = unit
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        if !unit.iter().all(|value| value.is_finite()) || greatest == 0.0 {
            let received = if greatest == 0.0 {
                "zeros"
            } else {
                "NaN or infinity"
            };
            return Err(invalid(
                "vector",
                "finite numbers, not all of them 0",
                received,
            ));
        }
        // Squares of such numbers leave the range of f32.
        unit.iter_mut().for_each(|value| *value /= greatest);
        length = kernels.dot(&unit, &unit);
    }
    debug_assert!(length > 0.0);
    kernels.normalise(&mut unit);
    Ok(unit)
}

fn range(at: &str, value: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(invalid(
        at,
        format!("a whole number from 1 to {most}"),
        value.to_string(),
    ))
}

pub(crate) fn invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::InvalidInput, at, expected, received)
}
