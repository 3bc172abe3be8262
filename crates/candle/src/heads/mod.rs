//! Which heads a folder has: by `signalbox.json`, by `modules.json` of sentence-transformers, or by `config.json` alone.

mod labels;
mod manifest;
mod modules;
mod plain;

use signalbox_base::Result;
use signalbox_core::Heads;

use crate::architecture::{Architecture, Checkpoint};
use crate::fault::model_invalid;
use crate::head::HeadWeights;

pub(crate) use manifest::check_files;
pub(crate) use modules::Modules;

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
        let heads = manifest::read(checkpoint, &json, width)?;
        if heads.is_empty() || heads.len() > Heads::MOST {
            let at = format!("{}:heads", manifest::FILE);
            let expected = format!("1 to {} heads", Heads::MOST);
            return Err(model_invalid(at, expected, heads.len().to_string()));
        }
        return Ok(heads);
    }
    match checkpoint.modules {
        Some(modules) => Ok(vec![plain::embedding(modules.recipe(width)?, width)]),
        None => plain::read(checkpoint, architecture, width),
    }
}
