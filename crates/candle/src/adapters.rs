//! Low-rank adapters over a trunk, and the heads that came with them.

use std::path::Path;

use signalbox_base::Result;
use signalbox_core::Task;
use signalbox_encoder::{Adapter, LowRank};
use signalbox_folder::lora;

use crate::architecture::{Architecture, Checkpoint};
use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::head::HeadWeights;
use crate::heads::labelled;
use crate::keys::Keys;
use crate::load::LoadOptions;
use crate::weights::Scope;

const CONFIG: &str = "config.json";

/// An adapter and what callers call it.
pub(crate) struct Named {
    name: String,
    folder: Folder,
    adapter: lora::Adapter,
}

/// Reads the folders of all adapters.
///
/// # Errors
/// `ModelInvalid` naming the adapter, file and key that is missing or wrong, or two adapters of one name.
pub(crate) fn open(options: &LoadOptions) -> Result<Vec<Named>> {
    let mut all: Vec<Named> = Vec::new();
    for (name, path) in &options.adapters {
        if name.is_empty() || all.iter().any(|other| other.name == *name) {
            let at = format!("adapters.{name}");
            return Err(model_invalid(at, "a name of its own", "another's, or none"));
        }
        all.push(read(name, path)?);
    }
    Ok(all)
}

fn read(name: &str, path: &Path) -> Result<Named> {
    let folder = Folder::new(path).labelled(format!("adapters.{name}/"));
    Ok(Named {
        name: name.to_owned(),
        adapter: lora::Adapter::load(&folder)?,
        folder,
    })
}

/// What the adapters add to the layers of a trunk; `rename` turns the names of the checkpoint into those of the encoder.
pub(crate) fn updates(
    all: &[Named],
    trunk: &Scope<'_>,
    rename: fn(&str) -> String,
) -> Vec<Adapter> {
    let update = |named: &Named| Adapter {
        name: format!("adapters.{}", named.name),
        updates: named
            .adapter
            .pairs
            .iter()
            .map(|(layer, pair)| {
                let update = LowRank {
                    rank: pair.rank,
                    a: pair.down.clone(),
                    b: pair.up.clone(),
                };
                (rename(inner(layer, trunk)), update)
            })
            .collect(),
    };
    all.iter().map(update).collect()
}

/// The name of a layer inside the trunk, whatever the model around it was called when the adapter was trained.
fn inner<'layer>(layer: &'layer str, trunk: &Scope<'_>) -> &'layer str {
    let mut rest = layer;
    loop {
        if trunk.has(&format!("{rest}.weight")) {
            return rest;
        }
        match rest.split_once('.') {
            Some((_, shorter)) => rest = shorter,
            None => return layer,
        }
    }
}

/// One head for each adapter that was trained with one, called like the adapter.
///
/// # Errors
/// `ModelInvalid` naming the tensor or label that is missing or wrong.
pub(crate) fn heads(
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
) -> Result<Vec<HeadWeights>> {
    let trained = |named: &&Named| named.adapter.whole().next().is_some();
    let heads = checkpoint.adapters.iter().filter(trained);
    heads
        .filter_map(|named| head(named, checkpoint, architecture).transpose())
        .collect()
}

fn head(
    named: &Named,
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
) -> Result<Option<HeadWeights>> {
    let (task, recipe) = match named.adapter.task {
        Some(Task::Sequence) => (Task::Sequence, architecture.classifier),
        Some(Task::Token) => (Task::Token, architecture.tagger),
        Some(Task::Embedding) | None => return Ok(None),
    };
    let Some(recipe) = recipe else {
        return Ok(None);
    };
    let weights = named.adapter.over(checkpoint.weights);
    let adapted = Checkpoint {
        weights: &weights,
        config: checkpoint.config.clone(),
        ..*checkpoint
    };
    // PEFT writes no labels: they are those of a configuration beside it, or of the model.
    let json = named.folder.json_if(CONFIG)?;
    let own = json
        .as_ref()
        .map(|json| Keys::new(&named.folder.place(CONFIG), json));
    let own = own.transpose()?;
    let keys = own.as_ref().unwrap_or(&checkpoint.config);
    labelled(&adapted, keys, task, &named.name, recipe).map(Some)
}
