//! All of an index under one lock: the graph, what belongs to each slot, and which slots are free.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::graph::Graph;
use crate::metadata::Metadata;
use crate::paged::PAGE_ROWS;
use crate::random::Random;
use crate::vectors::Rounded;

/// What `State::expires` holds for a slot that nobody may find.
pub(crate) const DEAD: u64 = 0;

/// What it holds for a slot that never expires.
pub(crate) const NEVER: u64 = u64::MAX;

/// What a caller attached to a vector.
#[derive(Clone, Default)]
pub(crate) struct Entry {
    pub(crate) id: Arc<str>,
    pub(crate) metadata: Option<Box<Metadata>>,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) graph: Graph,
    /// Shared with snapshots, as the pages of the graph are.
    pub(crate) entries: Vec<Arc<Vec<Entry>>>,
    /// When each slot ends, in ms since 1970; `DEAD` or `NEVER`.
    pub(crate) expires: Vec<u64>,
    pub(crate) ids: HashMap<Arc<str>, u32>,
    /// What expires, the first first.
    pub(crate) ends: BTreeSet<(u64, u32)>,
    /// Slots that hold nothing and that nothing links to.
    pub(crate) free: Vec<u32>,
    /// Slots below this are in the graph; none while the index is small.
    pub(crate) linked: u32,
    pub(crate) random: Random,
}

impl State {
    pub(crate) fn new(graph: Graph) -> Self {
        Self {
            graph,
            entries: Vec::new(),
            expires: Vec::new(),
            ids: HashMap::new(),
            ends: BTreeSet::new(),
            free: Vec::new(),
            linked: 0,
            random: Random(0x5167_6e61_6c62_6f78),
        }
    }

    #[inline]
    pub(crate) fn is_alive(&self, slot: u32, now: u64) -> bool {
        self.expires[slot as usize] > now
    }

    pub(crate) fn entry(&self, slot: u32) -> &Entry {
        let slot = slot as usize;
        &self.entries[slot / PAGE_ROWS][slot % PAGE_ROWS]
    }

    fn entry_mut(&mut self, slot: u32) -> &mut Entry {
        let slot = slot as usize;
        &mut Arc::make_mut(&mut self.entries[slot / PAGE_ROWS])[slot % PAGE_ROWS]
    }

    /// Slots that are neither alive nor free.
    pub(crate) fn dead(&self) -> usize {
        self.graph.slots() - self.ids.len() - self.free.len()
    }

    /// Stores a vector that nobody can find yet.
    pub(crate) fn put(&mut self, vector: &Rounded) -> u32 {
        let next = u32::try_from(self.graph.slots()).expect("insert refuses more slots than a u32");
        let slot = self.free.pop().unwrap_or(next);
        self.graph.vectors.put(slot, vector);
        let slots = self.graph.slots();
        self.graph.links.grow(slots);
        self.expires.resize(slots, DEAD);
        while self.entries.len() * PAGE_ROWS < slots {
            self.entries
                .push(Arc::new(vec![Entry::default(); PAGE_ROWS]));
        }
        slot
    }

    /// Makes a stored vector findable under `id`; what had that id before is dead.
    pub(crate) fn publish(
        &mut self,
        slot: u32,
        id: &str,
        metadata: Option<Box<Metadata>>,
        expires: u64,
    ) {
        let id: Arc<str> = id.into();
        self.remove(&id);
        *self.entry_mut(slot) = Entry {
            id: Arc::clone(&id),
            metadata,
        };
        self.expires[slot as usize] = expires;
        if expires != NEVER {
            self.ends.insert((expires, slot));
        }
        self.ids.insert(id, slot);
        let slots = self.graph.slots();
        let Self { graph, random, .. } = self;
        graph
            .entrances
            .offer(slot, graph.vectors.row(slot), slots, random);
    }

    /// Whether there was such an id.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self.ids.remove(id) else {
            return false;
        };
        let expires = std::mem::replace(&mut self.expires[slot as usize], DEAD);
        if expires != NEVER {
            self.ends.remove(&(expires, slot));
        }
        *self.entry_mut(slot) = Entry::default();
        if slot >= self.linked {
            self.free.push(slot);
        }
        true
    }

    /// Removes what has expired.
    pub(crate) fn purge(&mut self, now: u64) {
        while let Some((expires, slot)) = self.ends.first().copied()
            && expires <= now
        {
            let id = Arc::clone(&self.entry(slot).id);
            self.remove(&id);
        }
    }
}
