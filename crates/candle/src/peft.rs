//! Low-rank adapters (Hu et al., 2021) as PEFT saves them: `adapter_config.json` and `adapter_model.safetensors`.

use std::collections::BTreeMap;

use signalbox_base::Result;
use signalbox_encoder::{Tensor, WeightSource, read};

use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::keys::{Keys, shortened};
use crate::weights::{Scope, Weights};

const CONFIG: &str = "adapter_config.json";
const TENSORS: &str = "adapter_model.safetensors";

/// What PEFT puts before the names of the base model.
const WRAPPER: &str = "base_model.model.";
/// What models with a head put before the names of their trunk.
const TRUNKS: [&str; 6] = ["bert.", "roberta.", "model.", "distilbert.", "deberta.", ""];
/// What transformers calls the layers after the trunk: saved whole, they take the place of the base's.
const HEADS: [&str; 5] = [
    "classifier.",
    "score.",
    "pooler.",
    "head.",
    "pre_classifier.",
];
/// Names of tensors are shorter.
const MOST_SHOWN: usize = 200;
/// No published adapter has a greater rank.
const MOST_RANK: usize = 1 << 10;

/// What is added to the weight of one linear layer: `b` times `a`, the factor of the adapter included in `b`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LowRank {
    pub(crate) rank: usize,
    /// `[rank, depth]`.
    pub(crate) a: Vec<f32>,
    /// `[outputs, rank]`.
    pub(crate) b: Vec<f32>,
}

/// One adapter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Peft {
    pub(crate) name: String,
    /// By the layer's name inside the trunk, without `.weight`.
    pub(crate) updates: BTreeMap<String, LowRank>,
    /// Tensors of its own head, by their names beside the trunk.
    pub(crate) heads: BTreeMap<String, Tensor>,
}

impl Peft {
    /// Reads a folder.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file and key, or tensor, that is missing, wrong, or asks for what is not computed here.
    pub(crate) fn read(name: &str, folder: &Folder) -> Result<Self> {
        let json = folder.json(CONFIG)?;
        let factors = Factors::read(&Keys::new(&folder.place(CONFIG), &json)?)?;
        let weights = Weights::file(folder, TENSORS)?;
        let tensors = Tensors(weights.bare());
        let mut adapter = Self {
            name: name.to_owned(),
            updates: BTreeMap::new(),
            heads: BTreeMap::new(),
        };
        for full in weights.names() {
            let inner = full
                .strip_prefix(WRAPPER)
                .ok_or_else(|| tensors.odd(full))?;
            if let Some(layer) = inner.strip_suffix(".lora_A.weight") {
                let update = tensors.update(full, layer, &factors)?;
                adapter.updates.insert(bare(layer).to_owned(), update);
            } else if let Some(layer) = inner.strip_suffix(".lora_B.weight") {
                let other = format!("{WRAPPER}{layer}.lora_A.weight");
                tensors.shape(&other)?;
            } else {
                let head = head(inner).ok_or_else(|| tensors.odd(full))?;
                let shape = tensors.0.shape(full).unwrap_or_default().to_vec();
                let values = read(&tensors.0, full, &shape)?;
                adapter.heads.insert(head, Tensor { shape, values });
            }
        }
        if adapter.updates.is_empty() {
            let at = format!("{}:lora_A", folder.place(TENSORS));
            return Err(model_invalid(at, "at least one low-rank update", "none"));
        }
        Ok(adapter)
    }
}

/// The name inside the trunk.
fn bare(layer: &str) -> &str {
    let prefix = TRUNKS.iter().find_map(|prefix| layer.strip_prefix(prefix));
    prefix.unwrap_or(layer)
}

/// The name of a head's tensor; older versions of PEFT name the copy that was trained.
fn head(inner: &str) -> Option<String> {
    let name = inner
        .replace("modules_to_save.default.", "")
        .replace("modules_to_save.", "");
    let known = HEADS.iter().any(|head| bare(&name).starts_with(head));
    known.then(|| bare(&name).to_owned())
}

struct Tensors<'load>(Scope<'load>);

impl Tensors<'_> {
    fn odd(&self, name: &str) -> signalbox_base::Error {
        let expected = "a low-rank update of a linear layer, or a head";
        let shown: String = name.chars().take(MOST_SHOWN).collect();
        model_invalid(self.0.place(&shown), expected, "another tensor")
    }

    fn shape(&self, name: &str) -> Result<[usize; 2]> {
        let shape = self.0.shape(name);
        let pair = shape.and_then(|shape| <[usize; 2]>::try_from(shape).ok());
        pair.ok_or_else(|| {
            let received = shape.map_or("nothing".to_owned(), |shape| format!("shape {shape:?}"));
            model_invalid(self.0.place(name), "a tensor of two sides", received)
        })
    }

    fn update(&self, a: &str, layer: &str, factors: &Factors) -> Result<LowRank> {
        let b = format!("{WRAPPER}{layer}.lora_B.weight");
        let (rank, scale) = factors.of(layer);
        let ([rows, depth], [outputs, _]) = (self.shape(a)?, self.shape(&b)?);
        if rows != rank {
            let expected = format!("{rank} rows, the rank of {CONFIG}");
            return Err(model_invalid(self.0.place(a), expected, rows.to_string()));
        }
        let mut up = read(&self.0, &b, &[outputs, rank])?;
        for value in &mut up {
            *value *= scale;
        }
        Ok(LowRank {
            rank,
            a: read(&self.0, a, &[rank, depth])?,
            b: up,
        })
    }
}

/// Ranks and factors of layers.
struct Factors {
    rank: usize,
    alpha: f32,
    /// Whether the factor falls with the root of the rank (Kalajdzievski, 2023).
    rooted: bool,
    ranks: BTreeMap<String, usize>,
    alphas: BTreeMap<String, f32>,
}

impl Factors {
    fn read(keys: &Keys<'_>) -> Result<Self> {
        keys.word_or("peft_type", &[("LORA", ())], None)?;
        keys.word_or("bias", &[("none", ())], Some(()))?;
        for key in [
            "use_dora",
            "fan_in_fan_out",
            "lora_bias",
            "use_qalora",
            "use_bdlora",
        ] {
            if keys.flag_or(key, false)? {
                return Err(keys.fault(key, "false: this variety is not computed here"));
            }
        }
        for key in [
            "layer_replication",
            "trainable_token_indices",
            "target_parameters",
            "alora_invocation_tokens",
        ] {
            if keys.get(key).is_some() {
                return Err(keys.fault(key, "null: this variety is not computed here"));
            }
        }
        let rank = read_rank(keys, "r")?;
        let factors = Self {
            rank,
            alpha: read_alpha(keys, "lora_alpha")?,
            rooted: keys.flag_or("use_rslora", false)?,
            ranks: patterns(keys, "rank_pattern", read_rank)?,
            alphas: patterns(keys, "alpha_pattern", read_alpha)?,
        };
        Ok(factors)
    }

    /// The rank of a layer, and the factor of its update.
    #[expect(clippy::cast_precision_loss, reason = "ranks are at most 1024")]
    fn of(&self, layer: &str) -> (usize, f32) {
        let rank = matching(&self.ranks, layer).copied().unwrap_or(self.rank);
        let alpha = matching(&self.alphas, layer).copied().unwrap_or(self.alpha);
        let below = if self.rooted {
            (rank as f32).sqrt()
        } else {
            rank as f32
        };
        (rank, alpha / below)
    }
}

fn read_rank(keys: &Keys<'_>, key: &str) -> Result<usize> {
    let rank = keys.count(key)?;
    if rank <= MOST_RANK {
        return Ok(rank);
    }
    Err(keys.fault(key, format!("1 to {MOST_RANK}")))
}

#[expect(clippy::cast_possible_truncation, reason = "f32 is what weights are")]
fn read_alpha(keys: &Keys<'_>, key: &str) -> Result<f32> {
    let value = keys.number_or(key, f64::NAN)?;
    if value.is_finite() {
        return Ok(value as f32);
    }
    Err(keys.fault(key, "a number"))
}

/// PEFT takes keys for regular expressions; plain names, which stand for the end of a layer's name, are what it writes.
fn patterns<Number>(
    keys: &Keys<'_>,
    key: &str,
    value: fn(&Keys<'_>, &str) -> Result<Number>,
) -> Result<BTreeMap<String, Number>> {
    let Some(inner) = keys.child(key)? else {
        return Ok(BTreeMap::new());
    };
    let one = |name: &String| {
        let plain = |sign: char| sign.is_ascii_alphanumeric() || "._".contains(sign);
        if name.chars().all(plain) {
            return Ok((name.clone(), value(&inner, name)?));
        }
        let expected = "names of layers: patterns are not computed here";
        Err(model_invalid(keys.place(key), expected, shortened(name)))
    };
    inner.entries().map(|(name, _)| one(name)).collect()
}

/// The value of the longest name that the layer's ends with.
fn matching<'map, Number>(
    map: &'map BTreeMap<String, Number>,
    layer: &str,
) -> Option<&'map Number> {
    let ends = |name: &String| {
        layer
            .strip_suffix(name.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let found = map.iter().filter(|(name, _)| ends(name));
    found
        .max_by_key(|(name, _)| name.len())
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests;
