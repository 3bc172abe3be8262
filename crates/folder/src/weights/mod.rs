//! The tensors of a model folder by name, from one file or many shards, read one at a time so that no file is ever whole in memory.

mod index;
mod shard;

use std::collections::HashMap;
use std::sync::Arc;

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;
use signalbox_base::Result;
use signalbox_encoder::{Tensor, WeightSource};

use crate::fault::model_invalid;
use crate::folder::Folder;
use shard::Shard;

/// The one file of a model that is not sharded.
pub const FILE: &str = "model.safetensors";

/// All tensors of a folder.
pub struct Weights {
    shards: Vec<Arc<Shard>>,
    /// Which shard holds a tensor, where an index says so.
    index: Option<HashMap<String, usize>>,
    /// A file whose tensors stand before all others, and what its names begin with.
    above: Option<(Arc<Shard>, &'static str)>,
}

impl Weights {
    /// Reads the headers of all shards.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file that is missing, cut short, or corrupt.
    pub fn open(folder: &Folder) -> Result<Self> {
        if !folder.has(FILE) && folder.has(index::FILE) {
            return index::open(folder);
        }
        Self::file(folder, FILE)
    }

    /// Reads the header of one file.
    ///
    /// # Errors
    /// As `open`.
    pub fn file(folder: &Folder, name: &str) -> Result<Self> {
        Ok(Self {
            shards: vec![Arc::new(Shard::open(folder, name)?)],
            index: None,
            above: None,
        })
    }

    /// The names of the files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.shards.iter().map(|shard| shard.name())
    }

    /// Whether there is a tensor of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The tensors as they are called in the files.
    #[must_use]
    pub const fn bare(&self) -> Scope<'_> {
        Scope {
            weights: self,
            prefix: String::new(),
        }
    }

    /// The tensors of a part, whatever stands before their names: each of `probes` is a name that only such a part has.
    ///
    /// # Errors
    /// `ModelInvalid` naming the first probe when no tensor's name ends like one of them.
    pub fn under(&self, probes: &[&str]) -> Result<Scope<'_>> {
        let prefixes = self.names().filter_map(|name| {
            let prefix = probes.iter().find_map(|probe| name.strip_suffix(probe))?;
            (prefix.is_empty() || prefix.ends_with('.')).then_some(prefix)
        });
        let shortest = prefixes.min_by_key(|prefix| (prefix.len(), *prefix));
        let prefix = shortest.ok_or_else(|| {
            let probe = probes.first().copied().unwrap_or_default();
            model_invalid(self.place(probe), "a tensor", "nothing")
        })?;
        Ok(Scope {
            weights: self,
            prefix: prefix.to_owned(),
        })
    }

    /// The same, but for the tensors that `above` holds under `prefix`.
    #[must_use]
    pub fn under_those_of(&self, above: &Self, prefix: &'static str) -> Self {
        Self {
            shards: self.shards.clone(),
            index: self.index.clone(),
            above: above
                .shards
                .first()
                .map(|shard| (Arc::clone(shard), prefix)),
        }
    }

    /// The names of all tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let indexed = self.index.iter().flat_map(HashMap::keys);
        let plain = self.shards.iter().filter(|_| self.index.is_none());
        indexed
            .map(String::as_str)
            .chain(plain.flat_map(|shard| shard.names()))
    }

    fn find(&self, name: &str) -> Option<(&Shard, &TensorInfo)> {
        if let Some((shard, prefix)) = &self.above
            && let Some(info) = shard.info(&format!("{prefix}{name}"))
        {
            return Some((shard, info));
        }
        let shard = match &self.index {
            Some(index) => self.shards.get(*index.get(name)?)?,
            None => self.shards.first()?,
        };
        Some((shard, shard.info(name)?))
    }

    fn place(&self, name: &str) -> String {
        let file = match (self.find(name), &self.index) {
            (Some((shard, _)), _) => shard.name(),
            (None, Some(_)) => index::FILE,
            (None, None) => self.shards.first().map_or(FILE, |shard| shard.name()),
        };
        format!("{file}:{name}")
    }
}

/// The tensors of one part of a model, by their names inside it.
pub struct Scope<'load> {
    weights: &'load Weights,
    prefix: String,
}

impl Scope<'_> {
    /// The part that this one is a part of: heads stand beside `bert.`, in it, or where both are bare.
    #[must_use]
    pub fn around(&self) -> Self {
        let inner = self.prefix.strip_suffix('.').unwrap_or_default();
        let outer = inner.rfind('.').map_or("", |dot| &inner[..=dot]);
        Self {
            weights: self.weights,
            prefix: outer.to_owned(),
        }
    }

    /// Whether there is a tensor of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.weights.has(&self.full(name))
    }

    /// The shape of a tensor.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        let found = self.weights.find(&self.full(name));
        found.map(|(_, info)| info.shape.as_slice())
    }

    /// A tensor as f32: int8 is multiplied with the scale of its row, which `<name>.scale` holds.
    fn read(&self, shard: &Shard, info: &TensorInfo, name: &str) -> Result<Tensor> {
        let place = self.place(name);
        if info.dtype != Dtype::I8 {
            return shard.read(info, &place);
        }
        let name = format!("{name}.scale");
        let fault = |received: String| {
            let expected = format!("f32 of shape {:?}", info.shape.get(..1));
            model_invalid(self.place(&name), expected, received)
        };
        let found = self.weights.find(&self.full(&name));
        let (of_scales, scales) = found.ok_or_else(|| fault("nothing".to_owned()))?;
        if scales.dtype != Dtype::F32 || info.shape.get(..1) != Some(&scales.shape) {
            return Err(fault(format!(
                "{:?} of shape {:?}",
                scales.dtype, scales.shape
            )));
        }
        let scales = of_scales.read(scales, &self.place(&name))?;
        let mut tensor = shard.read(info, &place)?;
        let width = tensor.values.len() / scales.values.len().max(1);
        let rows = tensor.values.chunks_exact_mut(width.max(1));
        for (row, scale) in rows.zip(scales.values) {
            for value in row {
                *value *= scale;
            }
        }
        Ok(tensor)
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

impl WeightSource for Scope<'_> {
    /// Checkpoints of 2018 call the two vectors of a layer norm `gamma` and `beta`. A bias that is left out is zeros, as transformers
    /// has it.
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        let old = name
            .replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
        let mut names = [name, &old].into_iter().map(|name| self.full(name));
        let found = names.find_map(|name| self.weights.find(&name));
        if let Some((shard, info)) = found {
            return self.read(shard, info, name).map(Some);
        }
        let weight = name
            .strip_suffix(".bias")
            .map(|part| format!("{part}.weight"));
        let outputs = weight.and_then(|weight| self.shape(&weight)?.first().copied());
        Ok(outputs.map(|outputs| Tensor {
            shape: vec![outputs],
            values: vec![0.0; outputs],
        }))
    }

    /// The file, then the name with its prefix.
    fn place(&self, name: &str) -> String {
        self.weights.place(&self.full(name))
    }
}
