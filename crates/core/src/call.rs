//! One call on its way: waiting as items, then as rows, until every row has its answers.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalbox_base::{Error, Result};

use crate::memo::{Key, Memo};
use crate::model::Prepared;
use crate::{Answer, Cancel, Item, Model, Outcomes, Row};

/// What is told of a call, once.
pub type Done = Box<dyn FnOnce(Result<Vec<Outcomes>>) + Send>;

/// Items for one model.
pub struct Call {
    /// The model, kept alive until the call is done.
    pub model: Arc<Model>,
    /// The texts.
    pub items: Vec<Item>,
    /// By which the caller gives up.
    pub cancel: Cancel,
    /// For whom answers are remembered and recalled; for nobody when `None`.
    pub tenant: Option<String>,
    /// Runs on a thread of inference, once.
    pub done: Done,
}

/// A call whose rows wait or run.
pub(crate) struct Running {
    model: Arc<Model>,
    prepared: Prepared,
    pub(crate) cancel: Cancel,
    known: Vec<Known>,
    progress: Mutex<Progress>,
}

/// What was known of an item before it ran, and by what the rest will be remembered.
struct Known {
    outcomes: Outcomes,
    key: Option<Key>,
    /// Whether it had heads left to run.
    runs: bool,
}

struct Progress {
    answers: Vec<Option<Vec<Answer>>>,
    left: usize,
    done: Option<Done>,
}

impl Running {
    /// Tokenises the items of `call` that the memo does not know wholly. `None` when there was nothing to run or it failed: the call is done
    /// then.
    pub(crate) fn prepare(call: Call, memo: &Memo) -> Option<Arc<Self>> {
        let Call {
            model,
            items,
            cancel,
            tenant,
            done,
        } = call;
        let (known, items) = recall(&model, items, tenant.as_deref(), memo);
        let prepared = crate::panic::caught("tokenise", || {
            cancel.check()?;
            model.prepare(items, &cancel)
        });
        match prepared {
            Err(error) => {
                done(Err(error));
                None
            }
            Ok(prepared) if prepared.rows.is_empty() => {
                done(Ok(known.into_iter().map(|known| known.outcomes).collect()));
                None
            }
            Ok(prepared) => {
                let rows = prepared.rows.len();
                let progress = Progress {
                    answers: vec![None; rows],
                    left: rows,
                    done: Some(done),
                };
                Some(Arc::new(Self {
                    model,
                    prepared,
                    cancel,
                    known,
                    progress: Mutex::new(progress),
                }))
            }
        }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.prepared.rows
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    pub(crate) fn model_number(&self) -> u64 {
        self.model.number()
    }

    /// Whether nobody waits for it any more.
    pub(crate) fn is_over(&self) -> bool {
        self.progress().done.is_none()
    }

    /// Tells the caller that it failed, unless it was told something already.
    pub(crate) fn fail(&self, error: Error) {
        let done = self.progress().done.take();
        if let Some(done) = done {
            done(Err(error));
        }
    }

    /// Takes the answers for some rows; with the last ones the call is done.
    pub(crate) fn answer(
        &self,
        rows: Range<usize>,
        answers: impl Iterator<Item = Vec<Answer>>,
        memo: &Memo,
    ) {
        let mut progress = self.progress();
        progress.left -= rows.len();
        progress.answers[rows]
            .iter_mut()
            .zip(answers)
            .for_each(|(place, answer)| *place = Some(answer));
        if progress.left > 0 {
            return;
        }
        let answers: Vec<_> = std::mem::take(&mut progress.answers)
            .into_iter()
            .flatten()
            .collect();
        let done = progress.done.take();
        drop(progress);
        if let Some(done) = done {
            done(crate::panic::caught("merge", || {
                Ok(self.finish(answers, memo))
            }));
        }
    }

    fn finish(&self, answers: Vec<Vec<Answer>>, memo: &Memo) -> Vec<Outcomes> {
        let mut fresh = self.model.finish(&self.prepared, answers).into_iter();
        let whole = |known: &Known| {
            let mut outcomes = known.outcomes.clone();
            if known.runs
                && let Some(fresh) = fresh.next()
            {
                if let Some(key) = &known.key {
                    memo.remember(key, &fresh);
                }
                outcomes.extend(fresh);
                outcomes.sort_by_key(|(head, _)| *head);
            }
            outcomes
        };
        self.known.iter().map(whole).collect()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of each item, and the items with heads left to run.
fn recall(
    model: &Model,
    items: Vec<Item>,
    tenant: Option<&str>,
    memo: &Memo,
) -> (Vec<Known>, Vec<Item>) {
    let mut left = Vec::with_capacity(items.len());
    let known = items.into_iter().map(|mut item| {
        let key = tenant.map(|tenant| memo.key(tenant, model.number(), &item));
        let outcomes = key
            .map(|key| memo.recall(&key, item.heads))
            .unwrap_or_default();
        item.heads = item
            .heads
            .without(outcomes.iter().map(|(head, _)| *head).collect());
        let runs = !item.heads.is_empty();
        if runs {
            left.push(item);
        }
        Known {
            outcomes,
            key,
            runs,
        }
    });
    (known.collect(), left)
}
