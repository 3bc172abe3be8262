//! `modules.json` of sentence-transformers: pooling, dense layers and normalising that follow the encoder.

use serde_json::Value;
use signalbox_base::{Code, Error, Result};
use signalbox_core::Pooling;

use crate::activation::Activation;
use crate::folder::Folder;
use crate::keys::{Keys, shortened};
use crate::recipe::Recipe;
use crate::step::Step;
use crate::weights::Weights;

const FILE: &str = "modules.json";
/// More than any published model chains.
const MOST_MODULES: usize = 32;

/// By what releases since 5.5 write, and by the flags before.
const POOLINGS: &[(&str, &str, Option<Pooling>)] = &[
    ("mean", "pooling_mode_mean_tokens", Some(Pooling::Mean)),
    ("cls", "pooling_mode_cls_token", Some(Pooling::Cls)),
    ("max", "pooling_mode_max_tokens", Some(Pooling::Max)),
    ("lasttoken", "pooling_mode_lasttoken", Some(Pooling::Last)),
    (
        "mean_sqrt_len_tokens",
        "pooling_mode_mean_sqrt_len_tokens",
        None,
    ),
    ("weightedmean", "pooling_mode_weightedmean_tokens", None),
];

/// By the last word of the class in torch.
const ACTIVATIONS: &[(&str, Activation)] = &[
    ("Identity", Activation::Identity),
    ("Tanh", Activation::Tanh),
    ("GELU", Activation::Gelu),
    ("ReLU", Activation::Relu),
    ("SiLU", Activation::Silu),
    ("Sigmoid", Activation::Sigmoid),
];

/// The modules of a folder.
pub struct Modules {
    /// Where the encoder lies.
    pub encoder: Folder,
    /// What follows, by the last word of its class.
    rest: Vec<(String, Folder)>,
}

impl Modules {
    /// Reads `modules.json`, where there is one.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn read(home: &Folder) -> Result<Option<Self>> {
        let Some(json) = home.json_if(FILE)? else {
            return Ok(None);
        };
        let list = Value::Object([("modules".to_owned(), json)].into_iter().collect());
        let root = Keys::new(FILE, &list)?;
        let entries = root.objects("modules")?;
        if entries.is_empty() || entries.len() > MOST_MODULES {
            return Err(root.fault("modules", format!("1 to {MOST_MODULES} modules")));
        }
        let mut modules = entries.iter().map(|entry| {
            let class = entry
                .text("type")?
                .ok_or_else(|| entry.fault("type", "a class"))?;
            let path = entry.text("path")?.unwrap_or_default();
            let folder = home.inside(path, &entry.place("path"))?;
            Ok((last_word(class).to_owned(), folder))
        });
        let (class, encoder) = modules
            .next()
            .transpose()?
            .ok_or_else(|| root.fault("modules", "a module"))?;
        if !matches!(class.as_str(), "Transformer" | "CLIPModel") {
            return Err(unsupported(FILE, "a Transformer first", &class));
        }
        let rest = modules.collect::<Result<_>>()?;
        Ok(Some(Self { encoder, rest }))
    }

    /// From hidden states of `width` to the embedding.
    ///
    /// # Errors
    /// `ModelInvalid` naming what is wrong; `CapabilityMissing` for modules that are not run here.
    pub fn recipe(&self, width: usize) -> Result<Recipe> {
        let mut recipe = Recipe::mean();
        let mut pooled = false;
        for (number, (class, folder)) in self.rest.iter().enumerate() {
            let width = recipe
                .steps
                .iter()
                .fold(width, |width, step| step.width(width));
            match class.as_str() {
                "Pooling" if !pooled => recipe.pooling = pooling(folder)?,
                "Dense" if pooled => recipe.steps.extend(dense(folder, width)?),
                "LayerNorm" if pooled => {
                    let weights = Weights::open(folder)?;
                    recipe
                        .steps
                        .push(Step::norm(&weights.bare(), "norm", width, 1e-5)?);
                }
                "Dropout" => {}
                // The embedding gets unit length at the end anyway.
                "Normalize" if pooled && number + 1 == self.rest.len() => {}
                other => {
                    return Err(unsupported(
                        FILE,
                        "Pooling, then Dense, LayerNorm, Dropout, at last Normalize",
                        other,
                    ));
                }
            }
            pooled |= class == "Pooling";
        }
        if !pooled && !self.rest.is_empty() {
            return Err(unsupported(FILE, "Pooling", "none"));
        }
        Ok(recipe)
    }

    /// `max_seq_length`: the longest rows the model was made for.
    ///
    /// # Errors
    /// `ModelInvalid` when it is no length.
    pub fn longest(&self) -> Result<Option<usize>> {
        const FILE: &str = "sentence_bert_config.json";
        let Some(json) = self.encoder.json_if(FILE)? else {
            return Ok(None);
        };
        let keys = Keys::new(&self.encoder.place(FILE), &json)?;
        let length = keys.get("max_seq_length");
        length.map(|_| keys.count("max_seq_length")).transpose()
    }
}

fn pooling(folder: &Folder) -> Result<Pooling> {
    const FILE: &str = "config.json";
    let json = folder.json(FILE)?;
    let at = folder.place(FILE);
    let keys = Keys::new(&at, &json)?;
    let mut chosen = Vec::new();
    match keys.get("pooling_mode") {
        Some(Value::String(mode)) => chosen.push(mode.as_str()),
        Some(Value::Array(modes)) => chosen.extend(modes.iter().filter_map(Value::as_str)),
        Some(_) => return Err(keys.fault("pooling_mode", "a mode")),
        None => {
            for (mode, flag, _) in POOLINGS {
                if keys.flag_or(flag, false)? {
                    chosen.push(mode);
                }
            }
        }
    }
    let found = match chosen.as_slice() {
        [mode] => POOLINGS.iter().find(|(name, _, _)| name == mode),
        _ => None,
    };
    found.and_then(|(_, _, pooling)| *pooling).ok_or_else(|| {
        unsupported(
            &at,
            "one of mean, cls, max and lasttoken",
            &chosen.join(", "),
        )
    })
}

fn dense(folder: &Folder, width: usize) -> Result<[Step; 2]> {
    const FILE: &str = "config.json";
    let json = folder.json(FILE)?;
    let at = folder.place(FILE);
    let keys = Keys::new(&at, &json)?;
    if keys.count("in_features")? != width {
        return Err(keys.fault("in_features", width.to_string()));
    }
    let inner = keys
        .text("module_input_name")?
        .unwrap_or("sentence_embedding");
    if inner != "sentence_embedding" || keys.flag_or("use_residual", false)? {
        return Err(unsupported(
            &at,
            "a plain dense layer of the embedding",
            "another",
        ));
    }
    let name = last_word(keys.text("activation_function")?.unwrap_or("Tanh"));
    let activation = ACTIVATIONS.iter().find(|(word, _)| *word == name);
    let (_, activation) = activation.ok_or_else(|| {
        unsupported(
            &keys.place("activation_function"),
            "an activation of torch",
            name,
        )
    })?;
    let weights = Weights::open(folder)?;
    Ok([
        Step::dense(
            &weights.bare(),
            "linear",
            keys.count("out_features")?,
            width,
        )?,
        Step::Activation(*activation),
    ])
}

/// `sentence_transformers.models.Pooling` and `sentence_transformers.sentence_transformer.modules.pooling.Pooling` are the same.
fn last_word(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

fn unsupported(at: &str, expected: &str, received: &str) -> Error {
    Error::new(Code::CapabilityMissing, at, expected, shortened(received))
}
