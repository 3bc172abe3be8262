//! The failure of this crate: a folder that is not right.

use std::fmt::Display;

use signalbox_base::{Code, Error};

/// `at` is the file, or file and key.
pub fn model_invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}

/// Errors of the crates below carry back-traces and paths after their first line.
pub fn first_line(error: &impl Display) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
