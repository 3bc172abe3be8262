//! Which heads a folder has: by `signalbox.json`, by `modules.json` of sentence-transformers, or by `config.json` alone.

mod plain;

use signalbox_base::Result;
use signalbox_folder::{labels, manifest};

use crate::architecture::{Architecture, Checkpoint};
use crate::head::HeadWeights;

/// All heads of the folder, at least one, names distinct.
///
/// # Errors
/// `ModelInvalid` naming the file and key, or the tensor, that is missing or wrong.
pub(crate) fn read(
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
    width: usize,
) -> Result<Vec<HeadWeights>> {
    if let Some(json) = checkpoint.home.json_if(manifest::FILE)? {
        return manifest::read(&json, &checkpoint.weights.bare(), width);
    }
    match checkpoint.modules {
        Some(modules) => Ok(vec![plain::embedding(modules.recipe(width)?, width)]),
        None => plain::read(checkpoint, architecture, width),
    }
}
