//! `DistilBERT` (Sanh et al. 2019): BERT with other names and no types.

use signalbox_base::Result;
use signalbox_core::Pooling;
use signalbox_encoder::{Bert, Config, Family, Tensor, WeightSource};

use crate::activation::{Activation, WORDS};
use crate::adapters::updates;
use crate::architecture::{Architecture, Checkpoint, Recipe, mean_of_states};
use crate::bert::{PROBES, trunk_of};
use crate::keys::Keys;
use crate::step::Step;
use crate::trunk::Trunk;
use crate::weights::Scope;

/// `distilbert`.
pub(crate) const DISTILBERT: Architecture = Architecture {
    model_type: "distilbert",
    trunk,
    classifier: Some(classifier),
    tagger: Some(tagger),
    embedding: mean_of_states,
    images: None,
};

/// What BERT calls it, and what `DistilBERT` does.
const NAMES: [(&str, &str); 9] = [
    ("encoder.layer.", "transformer.layer."),
    ("attention.self.query", "attention.q_lin"),
    ("attention.self.key", "attention.k_lin"),
    ("attention.self.value", "attention.v_lin"),
    ("attention.output.dense", "attention.out_lin"),
    ("attention.output.LayerNorm", "sa_layer_norm"),
    ("intermediate.dense", "ffn.lin1"),
    ("output.dense", "ffn.lin2"),
    ("output.LayerNorm", "output_layer_norm"),
];

fn trunk(checkpoint: &Checkpoint<'_>) -> Result<Box<dyn Trunk>> {
    let keys = &checkpoint.config;
    let config = config(keys)?;
    let activation = keys.word_or("activation", WORDS, Some(Activation::Gelu))?;
    let scope = checkpoint.weights.under(PROBES)?;
    let updates = updates(checkpoint.adapters, &scope, original);
    let source = Renamed {
        scope,
        hidden: config.hidden,
    };
    let precision = checkpoint.options.precision;
    trunk_of(config, activation, precision, &source, &updates)
}

fn config(keys: &Keys<'_>) -> Result<Config> {
    Ok(Config {
        vocabulary: keys.count("vocab_size")?,
        hidden: keys.count("dim")?,
        layers: keys.count("n_layers")?,
        heads: keys.count("n_heads")?,
        intermediate: keys.count("hidden_dim")?,
        positions: keys.count_or("max_position_embeddings", 512)?,
        norm_epsilon: 1e-12,
        family: Family::Bert(Bert {
            types: 1,
            first_position: 0,
        }),
        branches: Vec::new(),
    })
}

/// The tensors by BERT's names.
struct Renamed<'load> {
    scope: Scope<'load>,
    hidden: usize,
}

impl WeightSource for Renamed<'_> {
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        if name == "embeddings.token_type_embeddings.weight" && self.scope.has(PROBES[0]) {
            return Ok(Some(Tensor {
                shape: vec![1, self.hidden],
                values: vec![0.0; self.hidden],
            }));
        }
        self.scope.tensor(&renamed(name))
    }

    fn place(&self, name: &str) -> String {
        self.scope.place(&renamed(name))
    }
}

fn renamed(name: &str) -> String {
    if !name.starts_with("encoder.") {
        return name.to_owned();
    }
    NAMES
        .iter()
        .fold(name.to_owned(), |name, (from, to)| name.replace(from, to))
}

/// What BERT calls a layer that `DistilBERT` calls `name`.
fn original(name: &str) -> String {
    let parts = NAMES.iter().rev();
    parts.fold(name.to_owned(), |name, (to, from)| name.replace(from, to))
}

/// The first token through two dense layers (`DistilBertForSequenceClassification`).
fn classifier(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let around = checkpoint.weights.under(PROBES)?.around();
    let hidden = checkpoint.config.count("dim")?;
    Ok(Recipe {
        pooling: Pooling::Cls,
        steps: vec![
            Step::dense(&around, "pre_classifier", hidden, hidden)?,
            Step::Activation(Activation::Relu),
            Step::dense(&around, "classifier", labels, hidden)?,
        ],
    })
}

/// Each token through one dense layer.
fn tagger(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let around = checkpoint.weights.under(PROBES)?.around();
    let hidden = checkpoint.config.count("dim")?;
    Ok(Recipe {
        pooling: Pooling::Mean,
        steps: vec![Step::dense(&around, "classifier", labels, hidden)?],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (part, _) in &NAMES[1..] {
            let name = format!("encoder.layer.3.{part}");
            assert_eq!(original(&renamed(&name)), name);
        }
    }
}
