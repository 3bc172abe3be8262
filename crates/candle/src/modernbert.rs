//! `ModernBERT`, and mmBERT, which is the same with another tokeniser: configuration, trunk and heads by the names of transformers 4 and 5.

use signalbox_base::{Code, Error, Result};
use signalbox_core::Pooling;
use signalbox_encoder::{Config, Family, Modern};
use signalbox_folder::manifest;

use crate::activation::{Activation, WORDS};
use crate::adapters::updates;
use crate::architecture::{Architecture, Checkpoint, Recipe, mean_of_states};
use crate::fused::Fused;
use crate::keys::Keys;
use crate::step::Step;
use crate::trunk::Trunk;

/// Tensors that every such checkpoint has and no other.
const PROBES: &[&str] = &["embeddings.tok_embeddings.weight"];

/// `modernbert`.
pub(crate) const MODERNBERT: Architecture = Architecture {
    model_type: "modernbert",
    trunk,
    classifier: Some(classifier),
    tagger: Some(classifier),
    embedding: mean_of_states,
    images: None,
};

fn trunk(checkpoint: &Checkpoint<'_>) -> Result<Box<dyn Trunk>> {
    let keys = &checkpoint.config;
    let activation = keys.word_or("hidden_activation", WORDS, Some(Activation::Gelu))?;
    if activation != Activation::Gelu {
        return Err(Error::new(
            Code::CapabilityMissing,
            keys.place("hidden_activation"),
            "gelu",
            format!("{activation:?}").to_lowercase(),
        ));
    }
    let source = checkpoint.weights.under(PROBES)?;
    let updates = updates(checkpoint.adapters, &source, str::to_owned);
    let precision = checkpoint.options.precision;
    let config = Config {
        branches: manifest::branches(checkpoint.home)?,
        ..config(keys)?
    };
    let fused = Fused::load(config, precision, &source, &updates)?;
    Ok(Box::new(fused))
}

/// Reads the sizes; what is left out has the default of `ModernBertConfig`.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing, of the wrong type, or asks for what this crate does not compute.
pub(crate) fn config(keys: &Keys<'_>) -> Result<Config> {
    let layers = keys.count("num_hidden_layers")?;
    let modern = Modern {
        global_theta: theta(keys, "full_attention", "global_rope_theta", 160_000.0)?,
        local_theta: theta(keys, "sliding_attention", "local_rope_theta", 10_000.0)?,
        global_every: global_every(keys, layers)?,
        reach: keys.index_or("local_attention", 128)? / 2,
        attention_bias: keys.flag_or("attention_bias", false)?,
        mlp_bias: keys.flag_or("mlp_bias", false)?,
        norm_bias: keys.flag_or("norm_bias", false)?,
    };
    Ok(Config {
        vocabulary: keys.count("vocab_size")?,
        hidden: keys.count("hidden_size")?,
        layers,
        heads: keys.count("num_attention_heads")?,
        intermediate: keys.count("intermediate_size")?,
        positions: keys.count_or("max_position_embeddings", 8192)?,
        norm_epsilon: keys.epsilon_or("norm_eps", 1e-5)?,
        family: Family::Modern(modern),
        branches: Vec::new(),
    })
}

/// transformers 5 keeps an object for each kind of layer, 4 one number.
fn theta(keys: &Keys<'_>, kind: &str, flat: &str, default: f64) -> Result<f64> {
    let Some(parameters) = keys.child("rope_parameters")? else {
        return keys.number_or(flat, default);
    };
    let Some(parameters) = parameters.child(kind)? else {
        return keys.number_or(flat, default);
    };
    parameters.word_or("rope_type", &[("default", ())], Some(()))?;
    parameters.number_or("rope_theta", keys.number_or(flat, default)?)
}

/// transformers 5 lists the kind of every layer, 4 has a number.
fn global_every(keys: &Keys<'_>, layers: usize) -> Result<usize> {
    let Some(kinds) = keys.texts("layer_types")? else {
        return keys.count_or("global_attn_every_n_layers", 3);
    };
    let sees_all = |kind: &String| kind == "full_attention";
    let next = kinds.iter().skip(1).position(sees_all);
    let every = next.map_or(layers.max(1), |between| between + 1);
    let periodic = kinds
        .iter()
        .enumerate()
        .all(|(number, kind)| sees_all(kind) == number.is_multiple_of(every));
    let known = kinds
        .iter()
        .all(|kind| sees_all(kind) || kind == "sliding_attention");
    if kinds.len() == layers && periodic && known {
        return Ok(every);
    }
    let expected = "as many as layers, each full_attention or sliding_attention, the first full and then every nth";
    Err(keys.fault("layer_types", expected))
}

/// `ModernBertPredictionHead`, then one dense layer, on a pooled state or on each token.
fn classifier(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    const POOLINGS: &[(&str, Pooling)] = &[("cls", Pooling::Cls), ("mean", Pooling::Mean)];
    let keys = &checkpoint.config;
    let hidden = keys.count("hidden_size")?;
    let around = checkpoint.weights.under(PROBES)?.around();
    let activation = keys.word_or("classifier_activation", WORDS, Some(Activation::Gelu))?;
    let epsilon = keys.epsilon_or("norm_eps", 1e-5)?;
    Ok(Recipe {
        pooling: keys.word_or("classifier_pooling", POOLINGS, Some(Pooling::Cls))?,
        steps: vec![
            Step::dense(&around, "head.dense", hidden, hidden)?,
            Step::Activation(activation),
            Step::norm(&around, "head.norm", hidden, epsilon)?,
            Step::dense(&around, "classifier", labels, hidden)?,
        ],
    })
}
