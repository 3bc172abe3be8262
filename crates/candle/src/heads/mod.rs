//! Which heads a folder has: by `signalbox.json`, by `modules.json` of sentence-transformers, or by `config.json` alone.

mod plain;

use signalbox_base::Result;
use signalbox_folder::labels;

use crate::architecture::{Architecture, Checkpoint};
use crate::head::HeadWeights;

/// All heads of the folder, at least one.
///
/// # Errors
/// `ModelInvalid` naming the file and key, or the tensor, that is missing or wrong.
pub(crate) fn read(
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
    width: usize,
) -> Result<Vec<HeadWeights>> {
    plain::read(checkpoint, architecture, width)
}
