//! The threads that inference runs on, never libuv's and never the event loop: a continuous batcher over one queue.
//!
//! ```text
//! submit(Call) ─▶ queue ─▶ thread: tokenise ─▶ rows wait ─▶ thread: one pass over rows of several calls ─▶ merge ─▶ done
//! ```
//! A thread with nothing to do takes what is there at once: on a CPU a row gains nothing from waiting for company (docs/decisions/0046).

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use signalbox_base::{Code, Error, Result};

use crate::call::{Call, Running};
use crate::memo::Memo;
use crate::panic::caught;
use crate::queue::{Part, Queue, Room, Work};
use crate::{Answers, Batch, Cancel, Pass, Row};

/// How much runs at once and how much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Threads, at least one.
    pub threads: usize,
    /// The most rows of a pass.
    pub batch_rows: usize,
    /// The most tokens of a pass, unless a single row has more.
    pub batch_tokens: usize,
    /// Calls that may wait or run; more are refused.
    pub calls: usize,
    /// What the memo may hold.
    pub memo_bytes: usize,
}

impl Limits {
    /// The usual ones on a machine of so many cores.
    #[must_use]
    pub const fn of(cores: usize) -> Self {
        Self {
            threads: cores,
            batch_rows: 32,
            batch_tokens: 2048,
            calls: 1024,
            memo_bytes: 32 << 20,
        }
    }
}

/// A fixed number of threads over one queue. What panics costs its own call only.
pub struct Scheduler {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    ready: Condvar,
    memo: Memo,
    limits: Limits,
}

#[derive(Default)]
struct State {
    queue: Queue,
    calls: usize,
    closed: bool,
}

impl Scheduler {
    /// Starts the threads.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread at all, or no randomness.
    pub fn start(limits: Limits) -> Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            ready: Condvar::new(),
            memo: Memo::new(limits.memo_bytes)?,
            limits,
        });
        let started = (0..limits.threads.max(1))
            .filter(|number| spawn(*number, &shared))
            .count();
        if started == 0 {
            return Err(Error::new(
                Code::Internal,
                "inference pool",
                "at least one thread",
                "none from the system",
            ));
        }
        Ok(Self { shared })
    }

    /// Runs a call; it is told `Overloaded` at once when too many are on their way.
    pub fn submit(&self, mut call: Call) {
        let mut state = self.shared.state();
        if state.calls >= self.shared.limits.calls {
            drop(state);
            let most = self.shared.limits.calls;
            let error = Error::new(
                Code::Overloaded,
                "queue",
                format!("at most {most} calls on their way"),
                format!("{most} more"),
            );
            (call.done)(Err(error));
            return;
        }
        state.calls += 1;
        let (shared, done) = (Arc::clone(&self.shared), call.done);
        call.done = Box::new(move |result| {
            shared.state().calls -= 1;
            done(result);
        });
        state.queue.push_call(call);
        drop(state);
        self.shared.ready.notify_one();
    }

    /// Runs anything else on a thread of inference, before calls. A panic of it is lost: it should report its own.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.shared.state().queue.push_job(Box::new(job));
        self.shared.ready.notify_one();
    }

    /// What is remembered of strings.
    #[must_use]
    pub fn memo(&self) -> &Memo {
        &self.shared.memo
    }
}

impl Drop for Scheduler {
    /// The threads end once the queue is empty.
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.ready.notify_all();
    }
}

fn spawn(number: usize, shared: &Arc<Shared>) -> bool {
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name(format!("signalbox-{number}"))
        .spawn(move || shared.work())
        .is_ok()
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some(work) = self.next() {
            match work {
                // The job itself reports its panic; this keeps the thread.
                Work::Job(job) => drop(caught("job", || {
                    job();
                    Ok(())
                })),
                Work::Prepare(call) => self.prepare(call),
                Work::Batch { parts, threads } => self.pass(&parts, threads),
            }
        }
    }

    fn next(&self) -> Option<Work> {
        let room = Room {
            rows: self.limits.batch_rows,
            tokens: self.limits.batch_tokens,
        };
        let mut state = self.state();
        loop {
            if let Some(work) = state.queue.next(room) {
                let more = !state.queue.is_empty();
                drop(state);
                if more {
                    self.ready.notify_one();
                }
                return Some(work);
            }
            if state.closed {
                return None;
            }
            state.queue.idle += 1;
            state = self
                .ready
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.queue.idle -= 1;
        }
    }

    fn prepare(&self, call: Call) {
        if let Some(running) = Running::prepare(call, &self.memo) {
            self.state().queue.push_rows(running);
            self.ready.notify_one();
        }
    }

    /// One pass over all parts; when it fails, each alone, so that a fault of one call costs no other.
    fn pass(&self, parts: &[Part], threads: usize) {
        let mut live = Vec::with_capacity(parts.len());
        for part in parts.iter().filter(|part| !part.call.is_over()) {
            match part.call.cancel.check() {
                Ok(()) => live.push(part),
                Err(error) => part.call.fail(error),
            }
        }
        let Some(first) = live.first() else { return };
        let cancel = match live.as_slice() {
            [only] => only.call.cancel.clone(),
            several => Cancel::all(several.iter().map(|part| part.call.cancel.clone())),
        };
        let rows = || {
            live.iter()
                .flat_map(|part| &part.call.rows()[part.rows.clone()])
        };
        let pass = Pass {
            cancel: &cancel,
            threads,
        };
        match run(first.call.model(), rows(), pass) {
            Ok(answers) => self.hand_out(&live, answers),
            Err(error) if live.len() == 1 => first.call.fail(error),
            Err(_) => live.iter().for_each(|part| self.alone(part, threads)),
        }
    }

    fn alone(&self, part: &Part, threads: usize) {
        let pass = Pass {
            cancel: &part.call.cancel,
            threads,
        };
        match run(
            part.call.model(),
            &part.call.rows()[part.rows.clone()],
            pass,
        ) {
            Ok(answers) => self.hand_out(&[part], answers),
            Err(error) => part.call.fail(error),
        }
    }

    fn hand_out(&self, parts: &[&Part], answers: Answers) {
        let mut answers = answers.into_iter();
        for part in parts {
            part.call.answer(
                part.rows.clone(),
                answers.by_ref().take(part.rows.len()),
                &self.memo,
            );
        }
    }
}

fn run<'row>(
    model: &crate::Model,
    rows: impl IntoIterator<Item = &'row Row>,
    pass: Pass<'_>,
) -> Result<Answers> {
    caught("inference", || {
        pass.cancel.check()?;
        let batch = Batch::new(rows)?;
        let answers = model.backend().run(&batch, pass)?;
        if answers.len() != batch.len() {
            let received = format!("{} for {}", answers.len(), batch.len());
            return Err(Error::new(
                Code::Internal,
                "backend",
                "answers for every row",
                received,
            ));
        }
        Ok(answers)
    })
}
