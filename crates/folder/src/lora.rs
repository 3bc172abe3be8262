//! Low-rank adapters (Hu et al., 2021) in folders as PEFT writes them: `adapter_config.json` and `adapter_model.safetensors`.

use std::collections::BTreeMap;

use signalbox_base::{Code, Error, Result};
use signalbox_core::Task;
use signalbox_encoder::{WeightSource, read};

use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::keys::{Keys, shortened};
use crate::weights::{Scope, Weights};

const CONFIG: &str = "adapter_config.json";
const WEIGHTS: &str = "adapter_model.safetensors";
/// What PEFT puts before the names of the model it wraps.
const PREFIX: &str = "base_model.model.";
const DOWN: &str = ".lora_A.weight";
const UP: &str = ".lora_B.weight";
/// Published adapters have at most 256.
const MOST_RANK: usize = 1024;

/// What an adapter adds to one linear layer: `x · downᵀ · upᵀ`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Rows of `down`.
    pub rank: usize,
    /// Columns of `down`.
    pub inputs: usize,
    /// Rows of `up`.
    pub outputs: usize,
    /// `[rank, inputs]`.
    pub down: Vec<f32>,
    /// `[outputs, rank]`, already scaled.
    pub up: Vec<f32>,
}

/// One adapter.
pub struct Adapter {
    /// By the names of the layers in the whole model, such as `bert.encoder.layer.0.attention.self.query`.
    pub pairs: BTreeMap<String, Pair>,
    /// What it was trained for, where it says so.
    pub task: Option<Task>,
    /// What was trained whole beside them: heads, mostly.
    weights: Weights,
}

impl Adapter {
    /// Reads a folder.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file and key, or tensor, that is missing or wrong; `CapabilityMissing` for kinds of adapters that are more
    /// than a sum.
    pub fn load(folder: &Folder) -> Result<Self> {
        let json = folder.json(CONFIG)?;
        let keys = Keys::new(&folder.place(CONFIG), &json)?;
        check_kind(&keys)?;
        let weights = Weights::file(folder, WEIGHTS)?;
        let scale = Scale::read(&keys)?;
        let source = weights.bare();
        let layers: Vec<String> = weights
            .names()
            .filter_map(|name| name.strip_prefix(PREFIX)?.strip_suffix(DOWN))
            .map(str::to_owned)
            .collect();
        if layers.is_empty() {
            let at = folder.place(WEIGHTS);
            return Err(model_invalid(
                at,
                format!("tensors named {PREFIX}…{DOWN}"),
                "none",
            ));
        }
        let pairs = layers.into_iter().map(|layer| {
            let pair = pair(&source, &layer, &scale)?;
            Ok((layer, pair))
        });
        Ok(Self {
            pairs: pairs.collect::<Result<_>>()?,
            task: task(&keys)?,
            weights,
        })
    }

    /// The tensors of a model, with what this adapter trained whole in place of theirs.
    #[must_use]
    pub fn over(&self, model: &Weights) -> Weights {
        model.under_those_of(&self.weights, PREFIX)
    }

    /// The layers that it trained whole, by their names in the model.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.weights.names().filter_map(|name| {
            let layer = name.strip_prefix(PREFIX)?.strip_suffix(".weight")?;
            (!layer.ends_with(".lora_A") && !layer.ends_with(".lora_B")).then_some(layer)
        })
    }
}

fn task(keys: &Keys<'_>) -> Result<Option<Task>> {
    Ok(match keys.text("task_type")? {
        Some("SEQ_CLS") => Some(Task::Sequence),
        Some("TOKEN_CLS") => Some(Task::Token),
        Some("FEATURE_EXTRACTION") => Some(Task::Embedding),
        _ => None,
    })
}

/// Only `W + scale · B A` is added up; whatever needs the weight itself, or is merged into it, is refused.
fn check_kind(keys: &Keys<'_>) -> Result<()> {
    let refused = |key: &str, expected: &str, received: &str| {
        Error::new(
            Code::CapabilityMissing,
            keys.place(key),
            expected,
            shortened(received),
        )
    };
    let kind = keys.text("peft_type")?.unwrap_or_default();
    if kind != "LORA" {
        return Err(refused("peft_type", "LORA", kind));
    }
    for key in ["use_dora", "fan_in_fan_out", "use_qalora", "lora_bias"] {
        if keys.flag_or(key, false)? {
            return Err(refused(key, "false", "true"));
        }
    }
    let bias = keys.text("bias")?.unwrap_or("none");
    if bias != "none" {
        return Err(refused("bias", "none", bias));
    }
    Ok(())
}

/// `lora_alpha / r`, or by the square root of it, with what a pattern says otherwise for some layers.
struct Scale<'json> {
    alpha: f64,
    alphas: Option<Keys<'json>>,
    stabilised: bool,
}

impl<'json> Scale<'json> {
    fn read(keys: &Keys<'json>) -> Result<Self> {
        Ok(Self {
            alpha: keys.number_or("lora_alpha", 8.0)?,
            alphas: keys.child("alpha_pattern")?,
            stabilised: keys.flag_or("use_rslora", false)?,
        })
    }

    fn of(&self, layer: &str, rank: usize) -> Result<f32> {
        let mut alpha = self.alpha;
        for (name, _) in self.alphas.iter().flat_map(Keys::entries) {
            if layer == name || layer.ends_with(&format!(".{name}")) {
                alpha = self
                    .alphas
                    .as_ref()
                    .map_or(Ok(alpha), |alphas| alphas.number_or(name, alpha))?;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a rank is at most 1024")]
        let rank = rank as f64;
        let by = if self.stabilised { rank.sqrt() } else { rank };
        #[expect(clippy::cast_possible_truncation, reason = "f32 is what it scales")]
        Ok((alpha / by) as f32)
    }
}

fn pair(source: &Scope<'_>, layer: &str, scale: &Scale<'_>) -> Result<Pair> {
    let (down, up) = (
        format!("{PREFIX}{layer}{DOWN}"),
        format!("{PREFIX}{layer}{UP}"),
    );
    let fault = |name: &str, expected: String| {
        let received = source
            .shape(name)
            .map_or("nothing".to_owned(), |shape| format!("shape {shape:?}"));
        model_invalid(source.place(name), expected, received)
    };
    let Some([rank, inputs]) = source
        .shape(&down)
        .and_then(|shape| <[usize; 2]>::try_from(shape).ok())
    else {
        return Err(fault(&down, "a matrix".to_owned()));
    };
    let Some([outputs, same]) = source
        .shape(&up)
        .and_then(|shape| <[usize; 2]>::try_from(shape).ok())
    else {
        return Err(fault(&up, "a matrix".to_owned()));
    };
    if rank == 0 || rank > MOST_RANK || same != rank {
        return Err(fault(
            &up,
            format!("a rank from 1 to {MOST_RANK}, the same as of {DOWN}"),
        ));
    }
    let factor = scale.of(layer, rank)?;
    let mut scaled = read(source, &up, &[outputs, rank])?;
    for value in &mut scaled {
        *value *= factor;
    }
    Ok(Pair {
        rank,
        inputs,
        outputs,
        down: read(source, &down, &[rank, inputs])?,
        up: scaled,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use serde_json::{Value, json};

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tiny/lora");
        tiny.join("adapters").join(name)
    }

    #[test]
    fn adapters_of_peft_are_read_with_their_scales() {
        let domain = Adapter::load(&Folder::new(&fixture("domain"))).expect("an adapter");
        assert_eq!(domain.pairs.len(), 12);
        let inner = &domain.pairs["bert.encoder.layer.1.intermediate.dense"];
        assert_eq!((inner.rank, inner.inputs, inner.outputs), (4, 32, 72));
        assert!(domain.whole().eq(["classifier"]));
        for (name, scale) in [("domain", 3.0), ("guard", 3.0 / 2.0_f32.sqrt())] {
            let adapter = Adapter::load(&Folder::new(&fixture(name))).expect("an adapter");
            let layer = "bert.encoder.layer.0.attention.self.query";
            let plain = adapter.weights.bare();
            let plain = read(
                &plain,
                &format!("{PREFIX}{layer}{UP}"),
                &[32, adapter.pairs[layer].rank],
            );
            let both = adapter.pairs[layer].up.iter().zip(plain.expect("a tensor"));
            assert!(
                both.into_iter()
                    .all(|(scaled, plain)| (scaled - plain * scale).abs() < 1e-6),
                "{name}"
            );
        }
    }

    #[test]
    fn what_was_trained_whole_stands_before_the_model() {
        let base = Weights::open(&Folder::new(&fixture("../"))).expect("weights");
        let guard = Adapter::load(&Folder::new(&fixture("guard"))).expect("an adapter");
        let over = guard.over(&base);
        assert_eq!(base.bare().shape("classifier.weight"), Some(&[4, 32][..]));
        assert_eq!(over.bare().shape("classifier.weight"), Some(&[2, 32][..]));
        assert_eq!(
            over.bare().shape("bert.pooler.dense.weight"),
            Some(&[32, 32][..])
        );
    }

    #[test]
    fn adapters_that_are_no_sum_are_refused() {
        let place = std::env::temp_dir().join(format!("signalbox-lora-{}", std::process::id()));
        fs::create_dir_all(&place).expect("a folder");
        fs::copy(fixture("guard").join(WEIGHTS), place.join(WEIGHTS)).expect("a copy");
        let text = fs::read(fixture("guard").join(CONFIG)).expect("a configuration");
        let table: [(&str, Value); 8] = [
            ("peft_type", json!("IA3")),
            ("peft_type", json!(null)),
            ("use_dora", json!(true)),
            ("fan_in_fan_out", json!(true)),
            ("bias", json!("all")),
            ("lora_alpha", json!("much")),
            ("alpha_pattern", json!([])),
            ("use_rslora", json!(1)),
        ];
        let told = table.map(|(key, value)| {
            let mut root: Value = serde_json::from_slice(&text).expect("JSON");
            root[key] = value;
            fs::write(place.join(CONFIG), root.to_string()).expect("a file");
            let error = Adapter::load(&Folder::new(&place)).err();
            (key, error.map(|error| error.at().to_owned()))
        });
        fs::remove_dir_all(&place).expect("our own folder");
        for (key, at) in told {
            assert_eq!(at, Some(format!("{CONFIG}:{key}")));
        }
    }
}
