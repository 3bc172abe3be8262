//! Threads that share the parts of one job after the other for as long as a pass lasts.

use std::any::Any;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::gate::Gate;

/// Kernels need little; what is not touched costs nothing anyway.
const STACK_BYTES: usize = 512 << 10;

type Job<'job> = dyn Fn(usize, usize) + Sync + 'job;

/// The calling thread and its helpers. A helper that the system lets wait delays nobody: whoever is there takes the next part.
pub struct Team<'pass> {
    shared: Option<&'pass Shared>,
    threads: usize,
}

struct Shared {
    /// The parts that nobody has taken: from the lower half of the bits up to the upper half.
    open: AtomicU64,
    done: AtomicUsize,
    closed: AtomicBool,
    failed: AtomicBool,
    job: Mutex<Option<&'static Job<'static>>>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    work: Gate,
    finished: Gate,
}

/// Sends the helpers home, also when the pass panics.
struct Close<'pass>(&'pass Shared);

impl Drop for Close<'_> {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.0.work.wake();
    }
}

impl Team<'_> {
    /// The calling thread alone.
    #[must_use]
    pub const fn alone() -> Self {
        Self {
            shared: None,
            threads: 1,
        }
    }

    /// Calls `pass` with a team of `threads`, the calling one among them; where the system gives fewer, the work is done by those.
    pub fn with<Answer>(threads: usize, pass: impl FnOnce(&mut Team<'_>) -> Answer) -> Answer {
        if threads <= 1 {
            return pass(&mut Team::alone());
        }
        let shared = Shared::new();
        thread::scope(|scope| {
            let close = Close(&shared);
            for member in 1..threads {
                let helper = thread::Builder::new()
                    .name(format!("signalbox-help-{member}"))
                    .stack_size(STACK_BYTES);
                let shared = &shared;
                if helper
                    .spawn_scoped(scope, move || shared.help(member))
                    .is_err()
                {
                    break;
                }
            }
            pass(&mut Team {
                shared: Some(close.0),
                threads,
            })
        })
    }

    /// How many threads were asked for.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads
    }

    /// Calls `job(part, member)` once for each of `count` parts, `member` being the number of the thread, below `threads`; returns after
    /// the last one has ended. The first thread takes parts from the front, the others from the back.
    ///
    /// # Panics
    /// When `job` does, after the parts that run have ended; parts that were not begun are left out.
    pub fn run(&mut self, count: usize, job: &Job<'_>) {
        match self.shared {
            Some(shared) if count > 1 => shared.run(count, job),
            _ => (0..count).for_each(|part| job(part, 0)),
        }
    }
}

impl Shared {
    const fn new() -> Self {
        Self {
            open: AtomicU64::new(0),
            done: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            job: Mutex::new(None),
            panic: Mutex::new(None),
            work: Gate::new(),
            finished: Gate::new(),
        }
    }

    fn run(&self, count: usize, job: &Job<'_>) {
        let end = u32::try_from(count).expect("parts fit memory, and each takes more than a byte");
        // SAFETY: only the lifetime changes. Helpers call the job only after they have taken a part and before they count it as done, and
        // this function neither returns nor unwinds until all `count` parts are done: nothing below panics, since `perform` catches.
        let job = unsafe { transmute::<&Job<'_>, &'static Job<'static>>(job) };
        *lock(&self.job) = Some(job);
        self.done.store(0, Ordering::SeqCst);
        self.open.store(u64::from(end) << 32, Ordering::SeqCst);
        self.work.wake();
        while let Some(part) = self.take(0) {
            self.perform(part, 0);
        }
        self.finished
            .wait_until(|| self.done.load(Ordering::SeqCst) == count);
        *lock(&self.job) = None;
        if self.failed.swap(false, Ordering::SeqCst) {
            let payload = lock(&self.panic).take();
            resume_unwind(payload.unwrap_or_else(|| Box::new("a part panicked")));
        }
    }

    fn help(&self, member: usize) {
        loop {
            self.work.wait_until(|| self.is_open() || self.closed());
            match self.take(member) {
                Some(part) => self.perform(part, member),
                None if self.closed() => return,
                None => {}
            }
        }
    }

    /// A part that nobody else has. To succeed, the exchange must find what is open now, hence the part is one of the job that runs now.
    fn take(&self, member: usize) -> Option<usize> {
        let mut open = self.open.load(Ordering::SeqCst);
        loop {
            let (first, end) = bounds(open);
            if first >= end {
                return None;
            }
            let (part, left) = if member == 0 {
                (first, open + 1)
            } else {
                (end - 1, open - (1 << 32))
            };
            match self
                .open
                .compare_exchange_weak(open, left, Ordering::SeqCst, Ordering::SeqCst)
            {
                Ok(_) => return Some(part),
                Err(now) => open = now,
            }
        }
    }

    fn perform(&self, part: usize, member: usize) {
        if !self.failed.load(Ordering::SeqCst) {
            let job = *lock(&self.job);
            let called = catch_unwind(AssertUnwindSafe(|| {
                if let Some(job) = job {
                    job(part, member);
                }
            }));
            if let Err(payload) = called {
                lock(&self.panic).get_or_insert(payload);
                self.failed.store(true, Ordering::SeqCst);
            }
        }
        self.done.fetch_add(1, Ordering::SeqCst);
        if member != 0 {
            self.finished.wake();
        }
    }

    fn is_open(&self) -> bool {
        let (first, end) = bounds(self.open.load(Ordering::SeqCst));
        first < end
    }

    fn closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }
}

/// The first part that is open, and the one past the last.
const fn bounds(open: u64) -> (usize, usize) {
    ((open & 0xffff_ffff) as usize, (open >> 32) as usize)
}

fn lock<Value>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_runs_once_whoever_is_there() {
        for threads in [1, 2, 3, 8] {
            let seen = Team::with(threads, |team| {
                let mut total = Vec::new();
                for count in (0..200).map(|round| round % 7) {
                    let times: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
                    team.run(count, &|part, member| {
                        assert!(member < threads);
                        times[part].fetch_add(1, Ordering::Relaxed);
                    });
                    total.extend(times.into_iter().map(AtomicUsize::into_inner));
                }
                total
            });
            assert!(seen.iter().all(|times| *times == 1), "{threads} threads");
        }
    }

    #[test]
    fn what_a_part_wrote_is_seen_in_the_next_job() {
        Team::with(4, |team| {
            let cells: Vec<AtomicUsize> = (0..16).map(|_| AtomicUsize::new(0)).collect();
            for round in 1..500 {
                team.run(16, &|part, _| {
                    cells[part].store(round * part, Ordering::Relaxed)
                });
                team.run(16, &|part, _| {
                    let other = 15 - part;
                    assert_eq!(cells[other].load(Ordering::Relaxed), round * other);
                });
            }
        });
    }

    #[test]
    fn a_panic_anywhere_reaches_the_caller_and_ends_the_team() {
        for bad in 0..6 {
            let text = catch_unwind(AssertUnwindSafe(|| {
                Team::with(3, |team| {
                    team.run(6, &|part, _| assert!(part != bad, "part {part}"));
                });
            }))
            .expect_err("a panic");
            assert_eq!(
                text.downcast_ref::<String>().map(String::as_str),
                Some(format!("part {bad}").as_str())
            );
        }
    }

    #[test]
    fn a_caught_panic_leaves_a_team_that_works() {
        Team::with(2, |team| {
            for _ in 0..50 {
                let job = |part, _| assert!(part != 1, "one");
                assert!(catch_unwind(AssertUnwindSafe(|| team.run(4, &job))).is_err());
                let times = AtomicUsize::new(0);
                team.run(4, &|_, _| {
                    times.fetch_add(1, Ordering::Relaxed);
                });
                assert_eq!(times.into_inner(), 4);
            }
        });
    }
}
