//! Waiting for another thread of the same pass: awake while it cannot be long, asleep once it is.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A few microseconds: a phase that is balanced ends for all threads about then.
const SPINS: usize = 100;
/// Some hundred microseconds where a core has nothing else to do; where it has, each gives the core away at once.
const YIELDS: usize = 400;

pub(crate) struct Gate {
    sleepers: AtomicUsize,
    asleep: Mutex<()>,
    bell: Condvar,
}

impl Gate {
    pub(crate) const fn new() -> Self {
        Self {
            sleepers: AtomicUsize::new(0),
            asleep: Mutex::new(()),
            bell: Condvar::new(),
        }
    }

    /// Returns once `ready` does. Whoever makes it so calls `wake` afterwards; both sides use sequentially consistent operations, so that
    /// either the sleeper sees the change or `wake` sees the sleeper.
    pub(crate) fn wait_until(&self, ready: impl Fn() -> bool) {
        for _ in 0..SPINS {
            if ready() {
                return;
            }
            spin_loop();
        }
        for _ in 0..YIELDS {
            if ready() {
                return;
            }
            thread::yield_now();
        }
        let mut guard = self.lock();
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        while !ready() {
            guard = self
                .bell
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn wake(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            drop(self.lock());
            self.bell.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.asleep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
