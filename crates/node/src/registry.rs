//! One copy of each loaded model for all threads of the process, and the way to free them all.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Encoder, Precision};

use crate::backend;

/// A loaded model, or the empty place it left when everything was reset. The lock is held while a model loads, so that calls for
/// the same folder wait and load it once.
#[derive(Default)]
pub(crate) struct Slot(Mutex<Option<Arc<Encoder>>>);

/// One folder in two precisions is two models.
type Key = (PathBuf, Precision);

type Slots = HashMap<Key, Weak<Slot>>;

static SLOTS: LazyLock<Mutex<Slots>> = LazyLock::new(Mutex::default);

impl Slot {
    /// The model, for as long as the caller holds it.
    ///
    /// # Errors
    /// `Disposed` after a reset.
    pub(crate) fn model(&self) -> Result<Arc<Encoder>> {
        locked(&self.0).clone().ok_or_else(disposed)
    }
}

/// The model of `folder` in one precision, loaded now unless somebody holds it already.
///
/// # Errors
/// What the backend says about the folder.
pub(crate) fn open(folder: &Path, precision: Precision) -> Result<Arc<Slot>> {
    let slot = slot((folder.to_owned(), precision));
    let mut model = locked(&slot.0);
    if model.is_none() {
        *model = Some(Arc::new(backend::load(folder, precision)?));
    }
    drop(model);
    Ok(slot)
}

/// Empties every slot, waiting for those that load: handles that are still held fail with `Disposed` from now on.
pub(crate) fn reset() {
    let slots: Vec<_> = locked(&SLOTS)
        .drain()
        .filter_map(|(_, slot)| slot.upgrade())
        .collect();
    for slot in slots {
        *locked(&slot.0) = None;
    }
}

/// What a call on a freed model gets.
pub(crate) fn disposed() -> Error {
    Error::new(
        Code::Disposed,
        "model",
        "a model that is loaded",
        "one that was disposed or reset",
    )
}

fn slot(key: Key) -> Arc<Slot> {
    let mut slots = locked(&SLOTS);
    slots.retain(|_, slot| slot.strong_count() > 0);
    if let Some(held) = slots.get(&key).and_then(Weak::upgrade) {
        return held;
    }
    let fresh = Arc::new(Slot::default());
    slots.insert(key, Arc::downgrade(&fresh));
    fresh
}

/// A lock that a panic poisoned holds a whole value all the same: each is replaced in one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
