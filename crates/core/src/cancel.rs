//! The token by which a caller gives up, looked at between pieces of work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signalbox_base::{Code, Error, Result};

/// Shared by the caller, who may cancel, and the work, which looks.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks all work that holds this token to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Goes on unless somebody cancelled.
    ///
    /// # Errors
    /// `Cancelled` from the first `cancel` on.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Error::new(Code::Cancelled, "signal", "a signal that is not aborted", "an aborted signal"));
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
}
