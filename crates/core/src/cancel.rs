//! The token by which a caller gives up, looked at between pieces of work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signalbox_base::{Code, Error, Result};

/// Shared by the caller, who may cancel, and the work, which looks.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    above: Option<Arc<AtomicBool>>,
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
            own: Arc::clone(&self.own),
            above: Some(Arc::clone(&above.own)),
        }
    }

    /// Goes on unless somebody cancelled.
    ///
    /// # Errors
    /// `Cancelled` from the first `cancel` on.
    pub fn check(&self) -> Result<()> {
        let given_up = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if given_up(&self.own) || self.above.as_ref().is_some_and(given_up) {
            return Err(Error::new(
                Code::Cancelled,
                "signal",
                "a signal that is not aborted",
                "an aborted signal",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
