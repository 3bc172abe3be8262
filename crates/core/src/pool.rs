//! The threads that inference runs on: as many as the machine has cores but one, never libuv's and never the event loop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use signalbox_base::{Code, Error, Result};

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    jobs: Mutex<Jobs>,
    ready: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: std::collections::VecDeque<Job>,
    closed: bool,
}

/// A fixed number of threads over one queue. A job that panics costs that job only.
pub struct Pool {
    queue: Arc<Queue>,
}

impl Pool {
    /// Starts the threads, `threads` or at least one.
    ///
    /// # Errors
    /// `Internal` when the system gives no thread at all.
    pub fn start(threads: usize) -> Result<Self> {
        let queue = Arc::new(Queue::default());
        let started = (0..threads.max(1))
            .filter(|number| spawn(*number, &queue))
            .count();
        if started == 0 {
            return Err(Error::new(
                Code::Internal,
                "inference pool",
                "at least one thread",
                "none from the system",
            ));
        }
        Ok(Self { queue })
    }

    /// Runs `job` on a thread of the pool, after those that came before.
    pub fn submit(&self, job: impl FnOnce() + Send + 'static) {
        let mut jobs = self
            .queue
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        jobs.waiting.push_back(Box::new(job));
        drop(jobs);
        self.queue.ready.notify_one();
    }
}

impl Drop for Pool {
    /// The threads end once the queue is empty.
    fn drop(&mut self) {
        self.queue
            .jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.queue.ready.notify_all();
    }
}

fn spawn(number: usize, queue: &Arc<Queue>) -> bool {
    let queue = Arc::clone(queue);
    thread::Builder::new()
        .name(format!("signalbox-{number}"))
        .spawn(move || work(&queue))
        .is_ok()
}

fn work(queue: &Queue) {
    while let Some(job) = next(queue) {
        // The job itself reports its panic; this keeps the thread.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

fn next(queue: &Queue) -> Option<Job> {
    let mut jobs = queue.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(job) = jobs.waiting.pop_front() {
            return Some(job);
        }
        if jobs.closed {
            return None;
        }
        jobs = queue
            .ready
            .wait(jobs)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn jobs_run_even_after_one_panicked_and_the_pool_was_dropped() {
        let (sender, receiver) = channel();
        let pool = Pool::start(1).expect("a thread");
        pool.submit(|| panic!("a job of the test"));
        for number in 0..3 {
            let sender = sender.clone();
            pool.submit(move || sender.send(number).expect("the receiver waits"));
        }
        drop((pool, sender));
        assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
