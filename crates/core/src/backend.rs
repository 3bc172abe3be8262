//! What differs between engines is one call; everything around it is written once.

use signalbox_base::{Code, Error, Result};

use crate::{Batch, Cancel, Head, Pixels};

/// Arithmetic of the matrix products of a model; the rest is f32 in either case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Single precision.
    #[default]
    F32,
    /// Weights rounded to bytes per output channel, activations per token.
    Int8,
}

/// Rows of numbers of one width: `[values.len() / width, width]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Row after row.
    pub values: Vec<f32>,
    /// Numbers a row; never 0.
    pub width: usize,
}

impl Matrix {
    /// Each row.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }
}

/// The raw answer of one head for one row, see `Task` for its shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The head, by its place in the model's list.
    pub head: usize,
    /// Logits, or the numbers of an embedding.
    pub values: Vec<f32>,
}

/// The answers of each row, in the order of the rows; within a row in the order of the heads.
pub type Answers = Vec<Vec<Answer>>;

/// What a backend says of the model it has loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The architecture, as `model_type` of a Hugging Face configuration names it.
    pub architecture: String,
    /// What the model answers; at least one, names distinct, at most `Heads::MOST`.
    pub heads: Vec<Head>,
    /// The most tokens a row may have.
    pub max_tokens: usize,
    /// Low-rank adapters by name, in the order of their places.
    pub adapters: Vec<String>,
    /// Whether the model takes images: `run_images` answers with its embedding head.
    pub images: bool,
    /// Whether the answer for a row never depends on the rows beside it.
    pub batch_invariant: bool,
    /// Memory that its weights take.
    pub weight_bytes: usize,
}

/// Under what conditions a pass runs.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'call> {
    /// By which the caller gives up; looked at between layers, or oftener.
    pub cancel: &'call Cancel,
    /// Threads the pass may use, itself included; at least 1. The answer never depends on it.
    pub threads: usize,
}

impl<'call> Pass<'call> {
    /// On one thread.
    #[must_use]
    pub const fn alone(cancel: &'call Cancel) -> Self {
        Self { cancel, threads: 1 }
    }
}

/// An engine with one model loaded.
pub trait Backend: Send + Sync {
    /// What was loaded.
    fn describe(&self) -> &Description;

    /// Runs the model once over all rows, and each row's heads on what it gives.
    ///
    /// # Errors
    /// `Cancelled` when the caller gave up; `InvalidInput` naming the row whose id is not in the vocabulary, which is longer than the model
    /// reads, or whose adapter does not exist.
    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers>;

    /// The embedding of each image, `[images, dimensions]`, not yet of unit length.
    ///
    /// # Errors
    /// `CapabilityMissing` where the model takes no images; `Cancelled`; `InvalidInput` when the pixels have another size than the model's.
    fn run_images(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        let _ = (pixels, pass);
        Err(Error::new(
            Code::CapabilityMissing,
            "image",
            "a model that takes images",
            self.describe().architecture.clone(),
        ))
    }

    /// How images become pixels; `None` where the model takes none.
    fn image_recipe(&self) -> Option<&crate::ImageRecipe> {
        None
    }
}
