//! What waits for the threads of inference, and which of it runs next; without threads of its own.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::call::{Call, Running};

/// Anything else that needs a thread for a moment.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Some rows of one call.
pub(crate) struct Part {
    pub(crate) call: Arc<Running>,
    pub(crate) rows: Range<usize>,
}

/// What a thread is given to do.
pub(crate) enum Work {
    Job(Job),
    /// A call to tokenise.
    Prepare(Call),
    /// Rows of one model, and how many threads they may use.
    Batch {
        parts: Vec<Part>,
        threads: usize,
    },
}

/// How much goes into one pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) rows: usize,
    pub(crate) tokens: usize,
}

/// First come, first served; rows of one model that wait together run together.
#[derive(Default)]
pub(crate) struct Queue {
    jobs: VecDeque<Job>,
    calls: VecDeque<Call>,
    /// Calls with rows that no thread has taken.
    running: VecDeque<Part>,
    pub(crate) idle: usize,
}

impl Queue {
    pub(crate) fn push_job(&mut self, job: Job) {
        self.jobs.push_back(job);
    }

    pub(crate) fn push_call(&mut self, call: Call) {
        self.calls.push_back(call);
    }

    pub(crate) fn push_rows(&mut self, call: Arc<Running>) {
        let rows = 0..call.rows().len();
        self.running.push_back(Part { call, rows });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.calls.is_empty() && self.running.is_empty()
    }

    /// Calls are tokenised first until a pass is full of rows: what comes together runs together.
    pub(crate) fn next(&mut self, room: Room) -> Option<Work> {
        if let Some(job) = self.jobs.pop_front() {
            return Some(Work::Job(job));
        }
        let waiting: usize = self.running.iter().map(|part| part.rows.len()).sum();
        if waiting < room.rows
            && let Some(call) = self.calls.pop_front()
        {
            return Some(Work::Prepare(call));
        }
        let parts = self.take(room);
        if parts.is_empty() {
            return self.calls.pop_front().map(Work::Prepare);
        }
        let alone = self.is_empty();
        let threads = if alone { 1 + self.idle } else { 1 };
        Some(Work::Batch { parts, threads })
    }

    /// Rows of the model that waits longest, no more than a fair share among the threads that have nothing to do.
    fn take(&mut self, room: Room) -> Vec<Part> {
        let Some(model) = self.running.front().map(|part| part.call.model_number()) else {
            return Vec::new();
        };
        let tokens = |part: &Part| {
            part.call.rows()[part.rows.clone()]
                .iter()
                .map(|row| row.ids.len())
                .sum::<usize>()
        };
        let same = |part: &&Part| part.call.model_number() == model;
        let total: usize = self.running.iter().filter(same).map(tokens).sum();
        let mut left = room.tokens.min(total.div_ceil(self.idle + 1));
        let mut rows = room.rows;
        let mut taken = Vec::new();
        let mut rest = VecDeque::with_capacity(self.running.len());
        for part in self.running.drain(..) {
            if part.call.model_number() != model || rows == 0 || left == 0 {
                rest.push_back(part);
                continue;
            }
            let end = fitting(&part, rows, &mut left, taken.is_empty());
            rows -= end - part.rows.start;
            if end < part.rows.end {
                // The next part must not overtake this one.
                left = 0;
                rest.push_back(Part {
                    call: Arc::clone(&part.call),
                    rows: end..part.rows.end,
                });
            }
            if end > part.rows.start {
                taken.push(Part {
                    call: part.call,
                    rows: part.rows.start..end,
                });
            }
        }
        self.running = rest;
        taken
    }
}

/// The end of the rows of `part` that fit; the first row of a pass always does.
fn fitting(part: &Part, rows: usize, left: &mut usize, first: bool) -> usize {
    let mut end = part.rows.start;
    while end < part.rows.end && end - part.rows.start < rows {
        let tokens = part.call.rows()[end].ids.len();
        let must = first && end == part.rows.start;
        if tokens > *left && !must {
            break;
        }
        *left = left.saturating_sub(tokens);
        end += 1;
    }
    end
}
