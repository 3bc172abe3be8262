//! The heads of a Hugging Face folder by its `config.json`: a classifier or tagger where it has one, and an embedding.

use signalbox_base::Result;
use signalbox_core::{Activation, Head, Merge, Task};

use super::labels;
use crate::architecture::{Architecture, Checkpoint, ReadHead, Recipe};
use crate::fault::model_invalid;
use crate::head::HeadWeights;
use crate::keys::Keys;

/// By the last word of `architectures`.
pub(crate) fn read(
    checkpoint: &Checkpoint<'_>,
    architecture: &Architecture,
    width: usize,
) -> Result<Vec<HeadWeights>> {
    let keys = &checkpoint.config;
    let classes = keys.texts("architectures")?.unwrap_or_default();
    let is = |suffix: &str| classes.iter().any(|class| class.ends_with(suffix));
    let mut heads = Vec::new();
    let found = if is("ForSequenceClassification") {
        Some((Task::Sequence, "classification", architecture.classifier))
    } else if is("ForTokenClassification") {
        Some((Task::Token, "tokens", architecture.tagger))
    } else {
        None
    };
    if let Some((task, name, recipe)) = found {
        let recipe = recipe.ok_or_else(|| {
            let expected = format!("a model of type {} without it", architecture.model_type);
            model_invalid(keys.place("architectures"), expected, classes.join(", "))
        })?;
        heads.push(labelled(checkpoint, keys, task, name, recipe)?);
    }
    heads.push(embedding(
        (architecture.embedding)(checkpoint, width)?,
        width,
    ));
    Ok(heads)
}

/// A head with the labels of `keys`.
///
/// # Errors
/// `ModelInvalid` naming the label, key or tensor that is missing or wrong.
pub(crate) fn labelled(
    checkpoint: &Checkpoint<'_>,
    keys: &Keys<'_>,
    task: Task,
    name: &str,
    recipe: ReadHead,
) -> Result<HeadWeights> {
    let labels = labels::read(keys)?;
    let recipe = recipe(checkpoint, labels.len())?;
    let activation = match task {
        Task::Sequence => labels::activation(keys, labels.len())?,
        Task::Token | Task::Embedding => Activation::Softmax,
    };
    Ok(HeadWeights {
        branch: None,
        head: Head {
            name: name.to_owned(),
            task,
            experimental: false,
            merge: labels::merge(&labels, activation),
            width: labels.len(),
            pooling: recipe.pooling,
            labels,
            activation,
        },
        steps: recipe.steps,
    })
}

/// The head that is called `embedding`.
pub(crate) fn embedding(recipe: Recipe, width: usize) -> HeadWeights {
    let width = recipe
        .steps
        .iter()
        .fold(width, |width, step| step.width(width));
    HeadWeights {
        branch: None,
        head: Head {
            name: "embedding".to_owned(),
            task: Task::Embedding,
            labels: Vec::new(),
            activation: Activation::Softmax,
            experimental: false,
            merge: Merge::Mean,
            pooling: recipe.pooling,
            width,
        },
        steps: recipe.steps,
    }
}
