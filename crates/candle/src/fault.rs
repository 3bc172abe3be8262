//! The two kinds of failure of this crate: a folder that is not right, and a computation that is a bug.

use std::fmt::Display;

use signalbox_base::{Code, Error};

/// `at` is the file, or file and key.
pub(crate) fn model_invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}

/// A candle operation failed although every shape was checked at load.
#[expect(clippy::needless_pass_by_value, reason = "fits `map_err`")]
pub(crate) fn internal(error: candle_core::Error) -> Error {
    Error::new(
        Code::Internal,
        "candle",
        "an operation on checked shapes",
        first_line(&error),
    )
}

/// Errors of the crates below carry back-traces and paths after their first line.
pub(crate) fn first_line(error: &impl Display) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
