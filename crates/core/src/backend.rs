//! What differs between engines is one call; everything around it is written once.

use signalbox_base::Result;

use crate::{Batch, Cancel};

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

/// What a backend computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// The last hidden state of every token, `[tokens of all rows, hidden size]`, in the order of the batch's ids.
    Hidden(Matrix),
}

/// An engine with one model loaded.
pub trait Backend: Send + Sync {
    /// Runs the model once over all rows; the result of a row never depends on its neighbours.
    ///
    /// # Errors
    /// `Cancelled` when `cancel` was; `InvalidInput` when an id is not in the vocabulary or a row is longer than the model reads.
    fn run(&self, input: &Batch, cancel: &Cancel) -> Result<Output>;

    /// The architecture, as `model_type` of a Hugging Face configuration names it.
    fn architecture(&self) -> &'static str;

    /// The most tokens a row may have.
    fn max_tokens(&self) -> usize;

    /// Numbers in the hidden state of a token.
    fn dimensions(&self) -> usize;
}

/// Turns a text into the ids that a model reads, special tokens included.
pub trait Tokeniser: Send + Sync {
    /// All ids of `text`; nothing is cut off.
    ///
    /// # Errors
    /// `InvalidInput` when the text cannot be tokenised.
    fn encode(&self, text: &str) -> Result<Vec<u32>>;
}
