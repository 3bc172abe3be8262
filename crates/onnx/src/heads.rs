//! Which heads a folder has: what its graph gives by name, and what is computed here on the hidden states that it gives.

use signalbox_base::Result;
use signalbox_core::{Activation, Head, Merge, Pooling, Task};
use signalbox_folder::head::HeadWeights;
use signalbox_folder::keys::Keys;
use signalbox_folder::labels;

use crate::fault::model_invalid;

/// A head, and where its answers come from.
pub(crate) struct Part {
    pub(crate) head: Head,
    pub(crate) source: Source,
}

/// Where answers come from.
pub(crate) enum Source {
    /// An output of the graph is the answer.
    Output(usize),
    /// They are computed on an output that holds hidden states of this width.
    Hidden {
        output: usize,
        width: usize,
        head: HeadWeights,
    },
}

/// An output of the graph, as one pass over a row of two tokens gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
}

/// Tokens of the row by which a graph is tried.
pub(crate) const TRIED_TOKENS: usize = 2;

impl Source {
    /// The place of the output that it needs.
    pub(crate) const fn output(&self) -> usize {
        match self {
            Self::Output(output) | Self::Hidden { output, .. } => *output,
        }
    }
}

impl Part {
    /// The shape of the output that it needs.
    pub(crate) fn shape(&self, rows: usize, tokens: usize) -> Vec<usize> {
        match (&self.source, self.head.task) {
            (Source::Hidden { width, .. }, _) => vec![rows, tokens, *width],
            (Source::Output(_), Task::Token) => vec![rows, tokens, self.head.width],
            (Source::Output(_), Task::Sequence | Task::Embedding) => vec![rows, self.head.width],
        }
    }
}

impl Given {
    /// Numbers of one row, where it gives one vector a row.
    fn of_rows(&self) -> Option<usize> {
        match *self.shape.as_slice() {
            [1, width] if width > 0 => Some(width),
            _ => None,
        }
    }

    /// Numbers of one token, where it gives one vector a token.
    fn of_tokens(&self) -> Option<usize> {
        match *self.shape.as_slice() {
            [1, TRIED_TOKENS, width] if width > 0 => Some(width),
            _ => None,
        }
    }
}

/// Outputs that hold the embedding of a text, as exporters call them, the most finished first.
const EMBEDDINGS: [&str; 3] = ["sentence_embedding", "text_embeds", "embeddings"];
/// Outputs that hold hidden states.
const STATES: [&str; 3] = ["last_hidden_state", "token_embeddings", "hidden_states"];

/// The heads of a folder without `signalbox.json`: a classifier or tagger, an embedding, or both.
///
/// # Errors
/// `ModelInvalid` naming the file and key, or the output, that is missing or wrong.
pub(crate) fn plain(
    config: &Keys<'_>,
    given: &[Given],
    file: &str,
    embedding: impl FnOnce(usize) -> Result<HeadWeights>,
) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    if let Some((at, logits)) = logits(config, given)? {
        parts.push(classifier(config, at, logits, file)?);
    }
    let taken = parts.first().map(|part: &Part| part.source.output());
    let free = |(at, _): &(usize, &Given)| Some(*at) != taken;
    let all = || given.iter().enumerate().filter(free);
    let named = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| all().find(|(_, given)| given.name == *name))
    };
    let finished = named(&EMBEDDINGS).filter(|(_, given)| given.of_rows().is_some());
    let states = named(&STATES)
        .or_else(|| all().next())
        .filter(|(_, given)| given.of_tokens().is_some());
    if let Some((at, given)) = finished.or_else(|| {
        all()
            .next()
            .filter(|(_, given)| parts.is_empty() && given.of_rows().is_some())
    }) {
        parts.push(Part {
            head: embedding_head(given.of_rows().unwrap_or(1)),
            source: Source::Output(at),
        });
    } else if let Some((output, given)) = states {
        let width = given.of_tokens().unwrap_or(1);
        let head = embedding(width)?;
        parts.push(Part {
            head: head.head.clone(),
            source: Source::Hidden {
                output,
                width,
                head,
            },
        });
    }
    if parts.is_empty() {
        let expected = "logits, an embedding, or hidden states among the outputs";
        let names: Vec<_> = given
            .iter()
            .map(|given| format!("{} {:?}", given.name, given.shape))
            .collect();
        return Err(model_invalid(file, expected, names.join(", ")));
    }
    Ok(parts)
}

/// An output called `logits`; or the only one, where the configuration is of a classifier.
fn logits<'given>(
    config: &Keys<'_>,
    given: &'given [Given],
) -> Result<Option<(usize, &'given Given)>> {
    let named = given
        .iter()
        .enumerate()
        .find(|(_, given)| given.name == "logits");
    let classes = config.texts("architectures")?.unwrap_or_default();
    let classifies = |class: &String| {
        class.ends_with("ForSequenceClassification") || class.ends_with("ForTokenClassification")
    };
    let only = given
        .iter()
        .enumerate()
        .find(|_| given.len() == 1 && classes.iter().any(classifies));
    Ok(named.or(only))
}

fn classifier(config: &Keys<'_>, output: usize, given: &Given, file: &str) -> Result<Part> {
    let (name, task, width) = match (given.of_rows(), given.of_tokens()) {
        (Some(width), _) => ("classification", Task::Sequence, width),
        (None, Some(width)) => ("tokens", Task::Token, width),
        (None, None) => {
            let place = format!("{file}:{}", given.name);
            return Err(model_invalid(
                place,
                "logits of rows or of tokens",
                format!("{:?}", given.shape),
            ));
        }
    };
    let labels = labels::read(config)?;
    if labels.len() != width {
        let received = format!("{} for {width} logits", labels.len());
        return Err(model_invalid(
            config.place("id2label"),
            "a label for each logit of the graph",
            received,
        ));
    }
    let activation = match task {
        Task::Sequence => labels::activation(config, labels.len())?,
        Task::Token | Task::Embedding => Activation::Softmax,
    };
    Ok(Part {
        head: Head {
            name: name.to_owned(),
            task,
            merge: labels::merge(&labels, activation),
            activation,
            pooling: Pooling::Mean,
            width,
            labels,
        },
        source: Source::Output(output),
    })
}

/// The head that is called `embedding`, where the graph pools itself.
fn embedding_head(width: usize) -> Head {
    Head {
        name: "embedding".to_owned(),
        task: Task::Embedding,
        labels: Vec::new(),
        activation: Activation::Softmax,
        merge: Merge::Mean,
        pooling: Pooling::Mean,
        width,
    }
}
