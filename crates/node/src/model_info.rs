//! What a loaded model is, as JavaScript is told.

use napi_derive::napi;
use signalbox_core::{Model, Task};

/// What a head answers.
#[napi(string_enum)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawTask {
    /// A vector.
    #[napi(value = "embedding")]
    Embedding,
    /// Labels of the whole text.
    #[napi(value = "sequence")]
    Sequence,
    /// Labels of its parts.
    #[napi(value = "token")]
    Token,
}

/// One head of a model.
#[napi(object, object_from_js = false)]
pub struct RawHead {
    /// By what callers ask for it.
    pub name: String,
    /// What it answers.
    pub task: RawTask,
    /// Numbers of its vector; 0 for labels.
    pub dimensions: u32,
    /// Its labels, in the order of their probabilities; none for vectors.
    pub labels: Vec<String>,
    /// Whether its makers say that it is not good enough to rely on.
    pub experimental: bool,
}

/// What a loaded model is.
#[napi(object, object_from_js = false)]
pub struct RawModelInfo {
    /// `model_type` of its configuration.
    pub architecture: String,
    /// What it answers.
    pub heads: Vec<RawHead>,
    /// The most tokens it reads at once; longer texts go through in windows.
    pub max_tokens: u32,
    /// Its adapters by name.
    pub adapters: Vec<String>,
    /// What to put before texts: names of purposes, and after each its text.
    pub prompts: Vec<String>,
    /// The purpose where a caller names none.
    pub usual_prompt: Option<String>,
    /// Whether it takes images.
    pub images: bool,
    /// Whether the answer for a text never depends on the texts beside it.
    pub batch_invariant: bool,
    /// Memory that its weights take.
    pub weight_bytes: f64,
}

/// All that is known of a model.
pub(crate) fn info(model: &Model) -> RawModelInfo {
    let about = model.describe();
    let prompts = model.prompts().by_name.iter();
    let head = |head: &signalbox_core::Head| RawHead {
        name: head.name.clone(),
        task: match head.task {
            Task::Embedding => RawTask::Embedding,
            Task::Sequence => RawTask::Sequence,
            Task::Token => RawTask::Token,
        },
        dimensions: if head.task == Task::Embedding {
            number(head.width)
        } else {
            0
        },
        labels: head.labels.clone(),
        experimental: head.experimental,
    };
    #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^53 bytes")]
    let weight_bytes = about.weight_bytes as f64;
    RawModelInfo {
        architecture: about.architecture.clone(),
        heads: about.heads.iter().map(head).collect(),
        max_tokens: number(about.max_tokens),
        adapters: about.adapters.clone(),
        prompts: prompts
            .flat_map(|(name, text)| [name.clone(), text.clone()])
            .collect(),
        usual_prompt: model.prompts().usual.clone(),
        images: about.images,
        batch_invariant: about.batch_invariant,
        weight_bytes,
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
