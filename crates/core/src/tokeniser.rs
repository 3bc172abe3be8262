//! From a text to the ids a model reads, and back to the places they came from.

use std::ops::Range;

use signalbox_base::Result;

/// A tokenised text, or pair of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// All ids, special tokens included.
    pub ids: Vec<u32>,
    /// The segment of each token; empty where all are 0.
    pub types: Vec<u8>,
    /// The tokens that the (first) text itself became; before and after it stand special tokens and the second text.
    pub content: Range<usize>,
    /// Where each token lies in the text it came from, in bytes; empty where nobody asked for it.
    pub places: Vec<Range<usize>>,
}

/// A tokeniser with the special tokens of its model.
pub trait Tokeniser: Send + Sync {
    /// All ids of `text`, and of `pair` after it; nothing is cut off.
    ///
    /// # Errors
    /// `InvalidInput` when the text cannot be tokenised.
    fn encode(&self, text: &str, pair: Option<&str>, places: bool) -> Result<Encoding>;
}
