//! Expected failures as data; `src/native/engine.ts` turns them into a `RouterError`.

use napi_derive::napi;
use signalbox_base::Error;

/// An expected failure; only a failure has a `code`.
#[napi(object, object_from_js = false)]
#[derive(Debug, PartialEq, Eq)]
pub struct RawFailure {
    /// One word of the closed list of `crates/base`.
    pub code: String,
    /// What would have been right.
    pub expected: String,
    /// What came instead.
    pub received: String,
    /// The argument, file or key it is about.
    pub at: String,
}

impl From<Error> for RawFailure {
    fn from(error: Error) -> Self {
        Self {
            code: error.code().as_str().to_owned(),
            expected: error.expected().to_owned(),
            received: error.received().to_owned(),
            at: error.at().to_owned(),
        }
    }
}
