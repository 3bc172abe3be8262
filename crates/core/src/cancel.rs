//! The token by which a caller gives up, looked at between pieces of work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use signalbox_base::{Code, Error, Result};

/// Shared by the caller, who may cancel, and the work, which looks.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    above: Option<Arc<AtomicBool>>,
    deadline: Option<Instant>,
    all: Option<Arc<[Cancel]>>,
}

impl Cancel {
    /// Asks all work that holds this token to stop.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// This token, cancelled also when `above` is: what one call and a whole thread may each give up.
    #[must_use]
    pub fn under(&self, above: &Self) -> Self {
        Self {
            above: Some(Arc::clone(&above.own)),
            ..self.clone()
        }
    }

    /// This token, given up also once `deadline` has passed.
    #[must_use]
    pub fn by(&self, deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            ..self.clone()
        }
    }

    /// Given up once every one of `tokens` is: what several calls share.
    #[must_use]
    pub fn all(tokens: impl IntoIterator<Item = Self>) -> Self {
        Self {
            all: Some(tokens.into_iter().collect()),
            ..Self::default()
        }
    }

    /// Goes on unless the caller gave up.
    ///
    /// # Errors
    /// `Cancelled` from the first `cancel` on; `DeadlineExceeded` once the deadline has passed.
    pub fn check(&self) -> Result<()> {
        let given_up = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if given_up(&self.own) || self.above.as_ref().is_some_and(given_up) {
            return Err(cancelled());
        }
        if self
            .deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
        {
            return Err(Error::new(
                Code::DeadlineExceeded,
                "deadlineMs",
                "an answer within the deadline",
                "none in time",
            ));
        }
        match &self.all {
            Some(all) if all.iter().all(|token| token.check().is_err()) => Err(cancelled()),
            _ => Ok(()),
        }
    }
}

fn cancelled() -> Error {
    Error::new(
        Code::Cancelled,
        "signal",
        "a signal that is not aborted",
        "an aborted signal",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn every_clone_sees_the_cancelling() {
        let cancel = Cancel::default();
        let held = cancel.clone();
        assert!(held.check().is_ok());
        cancel.cancel();
        assert_eq!(held.check().expect_err("cancelled").code(), Code::Cancelled);
    }

    #[test]
    fn cancelling_goes_downwards_only() {
        let (thread, call) = (Cancel::default(), Cancel::default());
        let (one, other) = (call.under(&thread), Cancel::default().under(&thread));
        call.cancel();
        assert!(one.check().is_err() && other.check().is_ok() && thread.check().is_ok());
        thread.cancel();
        assert!(other.check().is_err());
    }

    #[test]
    fn a_deadline_that_passed_is_told_apart() {
        let now = Instant::now();
        let code = |deadline| {
            Cancel::default()
                .by(deadline)
                .check()
                .map_err(|error| error.code())
        };
        assert_eq!(code(now), Err(Code::DeadlineExceeded));
        assert_eq!(code(now + Duration::from_secs(3600)), Ok(()));
    }

    #[test]
    fn what_is_shared_goes_on_until_the_last_gives_up() {
        let calls = [Cancel::default(), Cancel::default()];
        let shared = Cancel::all(calls.clone());
        calls[0].cancel();
        assert!(shared.check().is_ok());
        calls[1].cancel();
        assert!(shared.check().is_err());
    }
}
