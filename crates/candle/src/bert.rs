//! BERT and what has its shape — `RoBERTa`, `XLM-RoBERTa`, `CamemBERT`: configuration, trunk and heads by the names of transformers.

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Pooling, Precision};
use signalbox_encoder::{Adapter, Bert, Config, Family, WeightSource};
use signalbox_folder::manifest;

use crate::activation::{Activation, WORDS};
use crate::adapters::updates;
use crate::architecture::{Architecture, Checkpoint, Recipe, mean_of_states};
use crate::fused::Fused;
use crate::keys::Keys;
use crate::reference;
use crate::step::Step;
use crate::trunk::Trunk;
use crate::weights::Scope;

/// Tensors that every such checkpoint has and no other.
pub(crate) const PROBES: &[&str] = &["embeddings.word_embeddings.weight"];

/// `bert`.
pub(crate) const BERT: Architecture = Architecture {
    model_type: "bert",
    trunk: |checkpoint| trunk(checkpoint, 0),
    classifier: Some(bert_classifier),
    tagger: Some(tagger),
    embedding: mean_of_states,
    images: None,
};

/// `roberta`.
pub(crate) const ROBERTA: Architecture = roberta_like("roberta");
/// `xlm-roberta`.
pub(crate) const XLM_ROBERTA: Architecture = roberta_like("xlm-roberta");
/// `camembert`.
pub(crate) const CAMEMBERT: Architecture = roberta_like("camembert");

const fn roberta_like(model_type: &'static str) -> Architecture {
    Architecture {
        model_type,
        trunk: |checkpoint| {
            let padding = checkpoint.config.index_or("pad_token_id", 1)?;
            trunk(checkpoint, padding.saturating_add(1))
        },
        classifier: Some(roberta_classifier),
        tagger: Some(tagger),
        embedding: mean_of_states,
        images: None,
    }
}

/// The first position is that of the first token: `RoBERTa` counts from behind the padding's.
fn trunk(checkpoint: &Checkpoint<'_>, first_position: usize) -> Result<Box<dyn Trunk>> {
    let config = Config {
        branches: manifest::branches(checkpoint.home)?,
        ..config(&checkpoint.config, first_position)?
    };
    let keys = &checkpoint.config;
    let activation = keys.word_or("hidden_act", WORDS, Some(Activation::Gelu))?;
    let source = checkpoint.weights.under(PROBES)?;
    let updates = updates(checkpoint.adapters, &source, str::to_owned);
    let precision = checkpoint.options.precision;
    trunk_of(config, activation, precision, &source, &updates)
}

/// The fused encoder where it goes, candle elsewhere.
///
/// # Errors
/// `ModelInvalid` naming the tensor that is missing or wrong; `CapabilityMissing` for int8 with another activation than GELU.
pub(crate) fn trunk_of(
    config: Config,
    activation: Activation,
    precision: Precision,
    source: &dyn WeightSource,
    adapters: &[Adapter],
) -> Result<Box<dyn Trunk>> {
    if activation == Activation::Gelu {
        return Ok(Box::new(Fused::load(config, precision, source, adapters)?));
    }
    if precision == Precision::Int8 {
        return Err(Error::new(
            Code::CapabilityMissing,
            "precision",
            "f32: this activation runs on candle, which has no int8 here",
            "int8",
        ));
    }
    let reference = reference::Bert::load(config, activation, source)?;
    Ok(Box::new(reference))
}

/// Reads the sizes.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing, of the wrong type, or asks for what this crate does not compute.
pub(crate) fn config(keys: &Keys<'_>, first_position: usize) -> Result<Config> {
    keys.word_or("position_embedding_type", &[("absolute", ())], Some(()))?;
    let places = keys.count("max_position_embeddings")?;
    let positions = places.checked_sub(first_position).filter(|left| *left > 0);
    let positions = positions.ok_or_else(|| {
        keys.fault(
            "max_position_embeddings",
            format!("more than {first_position}"),
        )
    })?;
    Ok(Config {
        vocabulary: keys.count("vocab_size")?,
        hidden: keys.count("hidden_size")?,
        layers: keys.count("num_hidden_layers")?,
        heads: keys.count("num_attention_heads")?,
        intermediate: keys.count("intermediate_size")?,
        positions,
        norm_epsilon: keys.epsilon_or("layer_norm_eps", 1e-12)?,
        family: Family::Bert(Bert {
            types: keys.count_or("type_vocab_size", 2)?,
            first_position,
        }),
        branches: Vec::new(),
    })
}

/// The trunk's scope, and that of the heads around it.
fn scopes<'load>(checkpoint: &Checkpoint<'load>) -> Result<(Scope<'load>, Scope<'load>)> {
    let trunk = checkpoint.weights.under(PROBES)?;
    let around = trunk.around();
    Ok((trunk, around))
}

/// The first token through the pooler, then one dense layer (Devlin et al. 2019, section 4.1).
fn bert_classifier(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let (trunk, around) = scopes(checkpoint)?;
    let hidden = checkpoint.config.count("hidden_size")?;
    Ok(Recipe {
        pooling: Pooling::Cls,
        steps: vec![
            Step::dense(&trunk, "pooler.dense", hidden, hidden)?,
            Step::Activation(Activation::Tanh),
            Step::dense(&around, "classifier", labels, hidden)?,
        ],
    })
}

/// The first token through two dense layers (`RobertaClassificationHead`).
fn roberta_classifier(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let (_, around) = scopes(checkpoint)?;
    let hidden = checkpoint.config.count("hidden_size")?;
    Ok(Recipe {
        pooling: Pooling::Cls,
        steps: vec![
            Step::dense(&around, "classifier.dense", hidden, hidden)?,
            Step::Activation(Activation::Tanh),
            Step::dense(&around, "classifier.out_proj", labels, hidden)?,
        ],
    })
}

/// Each token through one dense layer.
fn tagger(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let (_, around) = scopes(checkpoint)?;
    let hidden = checkpoint.config.count("hidden_size")?;
    Ok(Recipe {
        pooling: Pooling::Mean,
        steps: vec![Step::dense(&around, "classifier", labels, hidden)?],
    })
}
