//! `tokenizer.json` of a folder, with its truncation and padding taken off: nothing is cut in silence, nothing is padded.

use signalbox_base::{Code, Error, Result};
use signalbox_core::Tokeniser;
use tokenizers::Tokenizer;
use tokenizers::utils::parallelism::set_parallelism;

use crate::fault::{first_line, model_invalid};

pub(crate) const FILE: &str = "tokenizer.json";

/// A Hugging Face tokeniser.
pub(crate) struct HuggingFace(Tokenizer);

impl HuggingFace {
    /// Reads the file.
    ///
    /// # Errors
    /// `ModelInvalid` when it cannot be read.
    pub(crate) fn load(bytes: &[u8]) -> Result<Self> {
        // Texts run on our own pool; the crate's own threads would only compete.
        set_parallelism(false);
        let mut tokenizer = Tokenizer::from_bytes(bytes)
            .map_err(|error| model_invalid(FILE, "a tokeniser", first_line(&error)))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| model_invalid(FILE, "a tokeniser", first_line(&error)))?;
        Ok(Self(tokenizer))
    }
}

impl Tokeniser for HuggingFace {
    fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoded = self.0.encode_fast(text, true);
        let encoding = encoded.map_err(|_| {
            Error::new(
                Code::InvalidInput,
                "text",
                "a text the tokeniser takes",
                "one it refuses",
            )
        })?;
        Ok(encoding.get_ids().to_vec())
    }
}
