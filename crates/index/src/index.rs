//! The index that callers hold: one writer at a time, any number of readers beside it, every value checked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use signalbox_base::{Result, invalid_input};
use signalbox_simd::Kernels;

use crate::graph::Graph;
use crate::link::Plan;
use crate::metadata::Metadata;
use crate::scratch::Scratches;
use crate::search::SCAN_MOST;
use crate::settings::Settings;
use crate::state::{NEVER, State};
use crate::unit::unit;
use crate::vectors::Rounded;

/// From this many slots on the graph is built, two slots an insert, so that it is whole before it is needed.
pub(crate) const LINK_FROM: usize = 1024;

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

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) kernels: Kernels,
    state: RwLock<State>,
    writer: Mutex<()>,
    pub(crate) scratches: Scratches,
    /// Callers that want the writer's lock.
    pub(crate) waiting: AtomicUsize,
    pub(crate) sweeping: AtomicBool,
    /// Nobody holds the index any more.
    pub(crate) closed: AtomicBool,
}

/// Vectors by id, searched by cosine similarity. Methods may be called from any number of threads at once.
pub struct VectorIndex {
    pub(crate) shared: Arc<Shared>,
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

    /// The same for a caller, whom a sweep lets go first.
    fn urgent_writer(&self) -> MutexGuard<'_, ()> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let guard = self.writer();
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        guard
    }

    pub(crate) fn rounded(&self, vector: &[f32]) -> Result<Rounded> {
        let dimensions = self.settings.dimensions();
        if vector.len() != dimensions {
            return Err(invalid_input(
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
                waiting: AtomicUsize::new(0),
                sweeping: AtomicBool::new(false),
                closed: AtomicBool::new(false),
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
            return Err(invalid_input(
                "id",
                format!("at most {MOST_ID_BYTES} bytes"),
                format!("{} bytes", insertion.id.len()),
            ));
        }
        let vector = self.shared.rounded(insertion.vector)?;
        let metadata = insertion.metadata.map(Metadata::parse).transpose()?;
        let _writer = self.shared.urgent_writer();
        let slot = {
            let mut state = self.shared.write();
            state.purge(now);
            if state.free.is_empty() && state.graph.slots() >= MOST_SLOTS {
                return Err(invalid_input(
                    "index",
                    "room for one more vector",
                    "a full index",
                ));
            }
            state.put(&vector)
        };
        self.shared.link(slot);
        let expires = insertion.expires.unwrap_or(NEVER);
        let mut state = self.shared.write();
        state.publish(slot, insertion.id, metadata.map(Box::new), expires);
        self.sweep_if_due(&state);
        Ok(())
    }

    /// Whether there was such an id; it is not found from now on.
    #[expect(clippy::must_use_candidate, reason = "callers delete without asking")]
    pub fn delete(&self, id: &str, now: u64) -> bool {
        let _writer = self.shared.urgent_writer();
        let mut state = self.shared.write();
        state.purge(now);
        let was_there = state.remove(id);
        self.sweep_if_due(&state);
        was_there
    }

    fn sweep_if_due(&self, state: &State) {
        if state.wants_sweep() {
            self.shared.sweep_soon();
        }
    }

    /// Takes what is dead out of the graph now, in this thread; otherwise a thread of its own does, once a quarter is dead.
    pub fn sweep(&self) {
        self.shared.sweep_now();
    }

    /// How many vectors there are.
    #[must_use]
    pub fn size(&self, now: u64) -> usize {
        let state = self.shared.read();
        let expired = state.ends.range(..=(now, u32::MAX)).count();
        state.ids.len() - expired
    }
}

impl Drop for VectorIndex {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
    }
}

/// Most slots of an index.
pub(crate) const MOST_SLOTS: usize = 1 << 30;
