//! Short forms of the errors of this crate.

use signalbox_base::{Code, Error};

pub(crate) fn model_invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}

pub(crate) fn invalid_input(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::InvalidInput, at, expected, received)
}
