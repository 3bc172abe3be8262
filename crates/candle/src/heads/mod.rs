//! Which heads a folder has: by `signalbox.json`, by `modules.json` of sentence-transformers, or by `config.json` alone.

mod plain;

use signalbox_base::Result;
use signalbox_core::Heads;
use signalbox_folder::{labels, manifest};

use crate::adapters;
use crate::architecture::{Architecture, Checkpoint};
use crate::fault::model_invalid;
use crate::head::HeadWeights;

pub(crate) use plain::labelled;

/// All heads of the folder, at least one, names distinct.
///
/// # Errors
/// `ModelInvalid` naming the file and key, or the tensor, that is missing or wrong.
pub(crate) fn read(
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
    width: usize,
) -> Result<Vec<HeadWeights>> {
    let mut heads = if let Some(json) = checkpoint.home.json_if(manifest::FILE)? {
        manifest::read(&json, &checkpoint.weights.bare(), width)?
    } else if let Some(modules) = checkpoint.modules {
        vec![plain::embedding(modules.recipe(width)?, width)]
    } else {
        plain::read(checkpoint, architecture, width)?
    };
    for head in adapters::heads(checkpoint, architecture)? {
        let name = &head.head.name;
        if heads.iter().any(|other| other.head.name == *name) || heads.len() == Heads::MOST {
            let at = format!("adapters.{name}");
            return Err(model_invalid(at, "a name that no head has", name.as_str()));
        }
        heads.push(head);
    }
    Ok(heads)
}
