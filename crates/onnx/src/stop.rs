//! Ends passes that run when their callers give up: one thread looks after all of them, and sleeps while nothing runs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use ort::session::RunOptions;
use signalbox_core::Cancel;

/// How often the tokens of running passes are looked at: a caller's token tells nobody that it was cancelled.
const PERIOD: Duration = Duration::from_millis(1);

#[derive(Default)]
struct Watch {
    running: Mutex<Vec<Running>>,
    started: Condvar,
}

struct Running {
    number: u64,
    cancel: Cancel,
    options: Arc<RunOptions>,
}

/// A pass that is looked after until this is dropped.
pub(crate) struct Watched {
    number: u64,
    watch: &'static Watch,
}

/// Ends the pass that runs with `options` soon after `cancel` is given up: after the node of the graph that it computes.
pub(crate) fn watch(cancel: &Cancel, options: &Arc<RunOptions>) -> Watched {
    static WATCH: OnceLock<Watch> = OnceLock::new();
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let mut fresh = false;
    let watch = WATCH.get_or_init(|| {
        fresh = true;
        Watch::default()
    });
    if fresh {
        // Without the thread a pass runs to its end before the caller is answered; that is no reason to refuse it.
        let builder = thread::Builder::new().name("signalbox-stop".to_owned());
        drop(builder.spawn(move || look(watch)));
    }
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let mut running = locked(watch);
    let idle = running.is_empty();
    running.push(Running {
        number,
        cancel: cancel.clone(),
        options: Arc::clone(options),
    });
    drop(running);
    if idle {
        watch.started.notify_one();
    }
    Watched { number, watch }
}

impl Drop for Watched {
    fn drop(&mut self) {
        locked(self.watch).retain(|pass| pass.number != self.number);
    }
}

fn look(watch: &'static Watch) {
    let mut running = locked(watch);
    loop {
        for pass in running.iter().filter(|pass| pass.cancel.check().is_err()) {
            // Nothing is lost when it fails: the pass then runs to its end.
            drop(pass.options.terminate());
        }
        running = if running.is_empty() {
            watch
                .started
                .wait(running)
                .unwrap_or_else(PoisonError::into_inner)
        } else {
            let waited = watch.started.wait_timeout(running, PERIOD);
            waited.unwrap_or_else(PoisonError::into_inner).0
        };
    }
}

fn locked(watch: &Watch) -> MutexGuard<'_, Vec<Running>> {
    watch.running.lock().unwrap_or_else(PoisonError::into_inner)
}
