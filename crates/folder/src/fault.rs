//! The failure of this crate: a folder that is not right.

use std::fmt::Display;

pub use signalbox_base::model_invalid;

/// Errors of the crates below carry back-traces and paths after their first line.
pub fn first_line(error: &impl Display) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
