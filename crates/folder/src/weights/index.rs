//! `model.safetensors.index.json`: which shard holds which tensor.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use signalbox_base::Result;

use super::{Shard, Weights};
use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::keys::Keys;

pub(crate) const FILE: &str = "model.safetensors.index.json";

/// Each is a file that stays open while the model loads.
const MOST_SHARDS: usize = 200;

/// Opens all shards that the index names.
///
/// # Errors
/// `ModelInvalid` naming the shard that is missing or the tensor that is not where the index has it.
pub(crate) fn open(folder: &Folder) -> Result<Weights> {
    let json = folder.json(FILE)?;
    let root = Keys::new(&folder.place(FILE), &json)?;
    let map = root
        .child("weight_map")?
        .ok_or_else(|| root.fault("weight_map", "an object"))?;
    let mut tensors = HashMap::new();
    let mut names = BTreeMap::new();
    for (tensor, _) in map.entries() {
        let file = map
            .text(tensor)?
            .ok_or_else(|| map.fault(tensor, "the name of a file"))?;
        Folder::plain(file, &map.place(tensor))?;
        let next = names.len();
        tensors.insert(tensor.clone(), *names.entry(file).or_insert(next));
    }
    if names.is_empty() || names.len() > MOST_SHARDS {
        let expected = format!("1 to {MOST_SHARDS} files");
        return Err(model_invalid(
            root.place("weight_map"),
            expected,
            names.len().to_string(),
        ));
    }
    let mut order: Vec<_> = names.into_iter().collect();
    order.sort_by_key(|(_, place)| *place);
    let shards: Vec<Arc<Shard>> = order
        .iter()
        .map(|(file, _)| Shard::open(folder, file).map(Arc::new))
        .collect::<Result<_>>()?;
    let astray = tensors
        .iter()
        .find(|(tensor, at)| shards[**at].info(tensor).is_none());
    if let Some((tensor, at)) = astray {
        let at = format!("{}:{tensor}", shards[*at].name());
        return Err(model_invalid(at, "a tensor, as the index says", "nothing"));
    }
    Ok(Weights {
        shards,
        index: Some(tensors),
        above: None,
    })
}
