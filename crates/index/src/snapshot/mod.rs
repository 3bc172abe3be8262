//! An index as a file: one header, sections with checksums, written beside its place and moved there in one step.

mod entries;
mod format;
mod read;
mod write;

use std::path::Path;

use signalbox_base::{Error, invalid_input};

pub(crate) use read::fill;

/// What an operation on the file at `path` failed with.
fn failure(path: &Path, expected: &str, error: &std::io::Error) -> Error {
    invalid_input(path.display().to_string(), expected, error.to_string())
}
