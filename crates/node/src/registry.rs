//! One copy of each loaded model for all threads of the process, and the way to free them all.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use signalbox_base::{Code, Error, Result};
use signalbox_core::Model;

use crate::backend::{self, Options};
use crate::inference;

/// A loaded model, or the empty place it left when everything was reset. The lock is held while a model loads, so that calls for
/// the same folder wait and load it once.
#[derive(Default)]
pub(crate) struct Slot(Mutex<Option<Arc<Model>>>);

/// One folder loaded in two ways, or changed since, is two models.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    folder: PathBuf,
    options: Options,
    files: Vec<(PathBuf, u64, Option<SystemTime>)>,
}

type Slots = HashMap<Key, Weak<Slot>>;

static SLOTS: LazyLock<Mutex<Slots>> = LazyLock::new(Mutex::default);

impl Slot {
    /// The model, for as long as the caller holds it.
    ///
    /// # Errors
    /// `Disposed` after a reset.
    pub(crate) fn model(&self) -> Result<Arc<Model>> {
        locked(&self.0).clone().ok_or_else(disposed)
    }
}

impl Drop for Slot {
    /// What the model took goes back to the system, from a thread that has time.
    fn drop(&mut self) {
        let model = self
            .0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if model.is_some() {
            drop(model);
            inference::tidy();
        }
    }
}

/// The model of `folder`, loaded now unless somebody holds it already, just so and unchanged.
///
/// # Errors
/// What the backend says about the folder.
pub(crate) fn open(folder: &Path, options: &Options) -> Result<Arc<Slot>> {
    let slot = slot(Key {
        folder: folder.to_owned(),
        options: options.clone(),
        files: files(folder),
    });
    let mut model = locked(&slot.0);
    if model.is_none() {
        *model = Some(Arc::new(backend::load(folder, options)?));
        inference::tidy();
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
    inference::tidy();
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

/// The files of a folder, and of the folders in it, by size and time: by these a changed model is told from the one that was loaded.
/// What cannot be looked at is left for the loader to name.
fn files(folder: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let Ok(data) = fs::metadata(entry.path()) else {
                continue;
            };
            if data.is_dir() && depth < 2 {
                folders.push((entry.path(), depth + 1));
            } else if data.is_file() {
                found.push((entry.path(), data.len(), data.modified().ok()));
            }
        }
    }
    found.sort_unstable();
    found
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
