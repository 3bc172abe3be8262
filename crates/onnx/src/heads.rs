//! Which heads a folder has: what its graph gives by name, and what is computed here on the hidden states that it gives.

use serde_json::Value;
use signalbox_base::Result;
use signalbox_core::{Activation, Head, Merge, Pooling, Task};
use signalbox_folder::fault::model_invalid;
use signalbox_folder::folder::Folder;
use signalbox_folder::head::HeadWeights;
use signalbox_folder::keys::Keys;
use signalbox_folder::modules::Modules;
use signalbox_folder::recipe::Recipe;
use signalbox_folder::weights::Weights;
use signalbox_folder::{labels, manifest};

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

/// An output of the graph, as one pass over a row gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) name: String,
    /// Tokens of the row.
    pub(crate) tokens: usize,
    pub(crate) shape: Vec<usize>,
}

/// Tokens of the row by which a graph is tried that takes any number.
pub(crate) const TRIED_TOKENS: usize = 2;

/// What there is to make heads of.
pub(crate) struct Sources<'load> {
    /// Where `signalbox.json` and the weights of heads lie.
    pub(crate) home: &'load Folder,
    /// `config.json`.
    pub(crate) config: &'load Keys<'load>,
    /// What follows the encoder in a folder of sentence-transformers.
    pub(crate) modules: Option<&'load Modules>,
    /// What the graph gives.
    pub(crate) given: &'load [Given],
    /// How errors call the graph.
    pub(crate) file: &'load str,
}

/// Outputs that hold the embedding of a text, as exporters call them.
const EMBEDDINGS: [&str; 4] = [
    "sentence_embedding",
    "text_embeds",
    "embeddings",
    "pooler_output",
];
/// Outputs that hold hidden states.
const STATES: [&str; 3] = ["last_hidden_state", "token_embeddings", "hidden_states"];
/// Where the tensors of heads lie that the graph does not have.
const WEIGHTS: [&str; 2] = ["heads.safetensors", "model.safetensors"];

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
    pub(crate) fn of_rows(&self) -> Option<usize> {
        match *self.shape.as_slice() {
            [1, width] if width > 0 => Some(width),
            _ => None,
        }
    }

    /// Numbers of one token, where it gives one vector a token.
    fn of_tokens(&self) -> Option<usize> {
        match *self.shape.as_slice() {
            [1, tokens, width] if tokens == self.tokens && width > 0 => Some(width),
            _ => None,
        }
    }

    fn of(&self, task: Task) -> Option<usize> {
        match task {
            Task::Token => self.of_tokens(),
            Task::Sequence | Task::Embedding => self.of_rows(),
        }
    }
}

impl Sources<'_> {
    /// All heads: those of `signalbox.json`, else what the outputs are.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file and key, the output or the tensor that is missing or wrong.
    pub(crate) fn read(&self) -> Result<Vec<Part>> {
        match self.home.json_if(manifest::FILE)? {
            Some(json) => self.listed(&json),
            None => self.plain(),
        }
    }

    /// A head is the output of its name; where there is none, its tensors work on the hidden states.
    fn listed(&self, json: &Value) -> Result<Vec<Part>> {
        let part = |keys: Keys<'_>| {
            let head = manifest::head(&keys)?;
            match self.named(&[head.name.as_str()]) {
                Some((output, given)) => {
                    let head = self.fitted(&keys, head, given)?;
                    Ok(Part {
                        head,
                        source: Source::Output(output),
                    })
                }
                None => self.computed(&keys),
            }
        };
        manifest::entries(json)?.into_iter().map(part).collect()
    }

    /// The width of an output that bears a head's name must be the head's.
    fn fitted(&self, keys: &Keys<'_>, head: Head, given: &Given) -> Result<Head> {
        let width = given.of(head.task);
        if let Some(width) = width.filter(|width| head.width == 0 || head.width == *width) {
            return Ok(Head { width, ..head });
        }
        let expected = format!("an output {} of {} numbers", head.name, head.width);
        let received = format!("{}: {:?}", self.file, given.shape);
        Err(model_invalid(keys.place("name"), expected, received))
    }

    fn computed(&self, keys: &Keys<'_>) -> Result<Part> {
        let branch = keys
            .text("branch")?
            .map(|name| format!("{name}.{}", STATES[0]));
        let states = match &branch {
            Some(name) => self.states(&[name.as_str()]),
            None => self.states(&STATES),
        };
        let (output, width) = states.ok_or_else(|| {
            let states = branch.unwrap_or_else(|| STATES.join(" or "));
            let expected = format!("an output of this name, or {states}");
            model_invalid(keys.place("name"), expected, self.names())
        })?;
        let file = WEIGHTS.into_iter().find(|name| self.home.has(name));
        let weights = Weights::file(self.home, file.unwrap_or(WEIGHTS[0]))?;
        let head = manifest::weights(keys, &weights.bare(), width)?;
        Ok(hidden(head, output, width))
    }

    /// A classifier or tagger, an embedding, or both.
    fn plain(&self) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        let logits = self.logits()?;
        if let Some((output, given)) = logits {
            parts.push(self.classifier(output, given)?);
        }
        if let Some(part) = self.embedding(logits.map(|(output, _)| output))? {
            parts.push(part);
        }
        if parts.is_empty() {
            let expected = "logits, an embedding or hidden states among the outputs";
            return Err(model_invalid(self.file, expected, self.names()));
        }
        Ok(parts)
    }

    /// An output called `logits`; or the only one, where the configuration is of a classifier.
    fn logits(&self) -> Result<Option<(usize, &Given)>> {
        let classes = self.config.texts("architectures")?.unwrap_or_default();
        let classifies = |class: &String| {
            class.ends_with("ForSequenceClassification")
                || class.ends_with("ForTokenClassification")
        };
        let only = self.given.len() == 1 && classes.iter().any(classifies);
        let first = self.given.first().map(|given| (0, given));
        Ok(self.named(&["logits"]).or(first.filter(|_| only)))
    }

    fn classifier(&self, output: usize, given: &Given) -> Result<Part> {
        let (name, task, width) = match (given.of_rows(), given.of_tokens()) {
            (Some(width), _) => ("classification", Task::Sequence, width),
            (None, Some(width)) => ("tokens", Task::Token, width),
            (None, None) => {
                let place = format!("{}:{}", self.file, given.name);
                let received = format!("{:?}", given.shape);
                return Err(model_invalid(
                    place,
                    "logits of rows or of tokens",
                    received,
                ));
            }
        };
        let labels = labels::read(self.config)?;
        if labels.len() != width {
            let received = format!("{} for {width} logits", labels.len());
            let expected = "a label for each logit of the graph";
            return Err(model_invalid(
                self.config.place("id2label"),
                expected,
                received,
            ));
        }
        let activation = match task {
            Task::Sequence => labels::activation(self.config, labels.len())?,
            Task::Token | Task::Embedding => Activation::Softmax,
        };
        Ok(Part {
            head: Head {
                name: name.to_owned(),
                task,
                experimental: false,
                merge: labels::merge(&labels, activation),
                activation,
                pooling: Pooling::Mean,
                width,
                labels,
            },
            source: Source::Output(output),
        })
    }

    /// What the graph embeds itself, else hidden states pooled as the folder says; `taken` is the output of the logits.
    fn embedding(&self, taken: Option<usize>) -> Result<Option<Part>> {
        let finished = self
            .named(&EMBEDDINGS)
            .filter(|(_, given)| given.of_rows().is_some());
        let only = self.given.first().map(|given| (0, given));
        let only = only.filter(|_| self.given.len() == 1 && taken.is_none());
        let states = self.states(&STATES);
        // Pooler outputs of BERT are made for guessing the next sentence, not for embedding.
        let finished = finished.filter(|(_, given)| {
            given.name != "pooler_output" || states.is_none() || self.pools_itself()
        });
        if let Some((output, given)) =
            finished.or(only.filter(|(_, given)| given.of_rows().is_some()))
        {
            let head = bare(given.of_rows().unwrap_or_default());
            return Ok(Some(Part {
                head,
                source: Source::Output(output),
            }));
        }
        let unnamed = only.and_then(|(output, given)| Some((output, given.of_tokens()?)));
        let Some((output, width)) = states.or(unnamed) else {
            return Ok(None);
        };
        let recipe = match self.modules {
            Some(modules) => modules.recipe(width)?,
            None => self.usual()?,
        };
        let steps = recipe.steps.iter();
        let head = Head {
            pooling: recipe.pooling,
            ..bare(steps.fold(width, |width, step| step.width(width)))
        };
        let weights = HeadWeights {
            branch: None,
            head,
            steps: recipe.steps,
        };
        Ok(Some(hidden(weights, output, width)))
    }

    /// Whether the model's own way of embedding is its pooler's.
    fn pools_itself(&self) -> bool {
        let kind = self.config.text("model_type").ok().flatten();
        kind.is_some_and(|kind| kind.starts_with("siglip"))
    }

    /// Decoders see the whole text at its last token only.
    fn usual(&self) -> Result<Recipe> {
        let kind = self.config.text("model_type")?.unwrap_or_default();
        let pooling = if kind == "qwen3" {
            Pooling::Last
        } else {
            Pooling::Mean
        };
        Ok(Recipe {
            pooling,
            ..Recipe::mean()
        })
    }

    /// The output of the first of these names that there is.
    fn named(&self, names: &[&str]) -> Option<(usize, &Given)> {
        let all = || self.given.iter().enumerate();
        names
            .iter()
            .find_map(|name| all().find(|(_, given)| given.name == *name))
    }

    /// The output of hidden states that has one of these names, and their width.
    fn states(&self, names: &[&str]) -> Option<(usize, usize)> {
        let (output, given) = self.named(names)?;
        Some((output, given.of_tokens()?))
    }

    fn names(&self) -> String {
        let names = self
            .given
            .iter()
            .map(|given| format!("{} {:?}", given.name, given.shape));
        names.collect::<Vec<_>>().join(", ")
    }
}

fn hidden(head: HeadWeights, output: usize, width: usize) -> Part {
    Part {
        head: head.head.clone(),
        source: Source::Hidden {
            output,
            width,
            head,
        },
    }
}

/// The head that is called `embedding`.
fn bare(width: usize) -> Head {
    Head {
        name: "embedding".to_owned(),
        task: Task::Embedding,
        labels: Vec::new(),
        activation: Activation::Softmax,
        experimental: false,
        merge: Merge::Mean,
        pooling: Pooling::Mean,
        width,
    }
}
