//! `tokenizer.json` of a folder, with its truncation and padding taken off: nothing is cut in silence, nothing is padded.

use std::ops::Range;

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Encoding, Tokeniser};
use tokenizers::utils::parallelism::set_parallelism;
use tokenizers::{EncodeInput, Tokenizer};

use crate::fault::{first_line, model_invalid};

pub const FILE: &str = "tokenizer.json";

/// A quarter million words make 35 million bytes.
const MOST_BYTES: u64 = 128 << 20;

/// A Hugging Face tokeniser.
pub struct HuggingFace {
    tokenizer: Tokenizer,
    /// Special tokens before the text.
    before: usize,
}

impl HuggingFace {
    /// Reads the file.
    ///
    /// # Errors
    /// `ModelInvalid` when it cannot be read.
    pub fn load(folder: &crate::folder::Folder) -> Result<Self> {
        let bytes = folder.bytes(FILE, MOST_BYTES)?;
        // Texts run on our own pool; the crate's own threads would only compete.
        set_parallelism(false);
        let unusable = |received: String| model_invalid(FILE, "a tokeniser", received);
        let mut tokenizer =
            Tokenizer::from_bytes(&bytes).map_err(|error| unusable(first_line(&error)))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| unusable(first_line(&error)))?;
        let mut loaded = Self {
            tokenizer,
            before: 0,
        };
        loaded.before = loaded.encode("a", None, false)?.content.start;
        Ok(loaded)
    }
}

impl Tokeniser for HuggingFace {
    fn encode(&self, text: &str, pair: Option<&str>, places: bool) -> Result<Encoding> {
        let input: EncodeInput<'_> = match pair {
            None => text.into(),
            Some(pair) => (text, pair).into(),
        };
        let encoded = if places {
            self.tokenizer.encode(input, true)
        } else {
            self.tokenizer.encode_fast(input, true)
        };
        let encoding = encoded.map_err(|_| {
            Error::new(
                Code::InvalidInput,
                "text",
                "a text the tokeniser takes",
                "one it refuses",
            )
        })?;
        Ok(Encoding {
            content: self.content(&encoding),
            ids: encoding.get_ids().to_vec(),
            types: types(encoding.get_type_ids()),
            places: if places {
                let offsets = encoding.get_offsets().iter();
                offsets.map(|(start, end)| *start..*end).collect()
            } else {
                Vec::new()
            },
        })
    }
}

impl HuggingFace {
    /// From the first to the last token of the first text that is not there for the model's sake.
    fn content(&self, encoding: &tokenizers::Encoding) -> Range<usize> {
        let mask = encoding.get_special_tokens_mask();
        let sequences = encoding.get_sequence_ids();
        let own =
            |at: &usize| mask[*at] == 0 && sequences[*at].is_none_or(|sequence| sequence == 0);
        let mut places = (0..mask.len()).filter(own);
        let Some(first) = places.next() else {
            return self.before..self.before;
        };
        first..places.next_back().unwrap_or(first) + 1
    }
}

fn types(ids: &[u32]) -> Vec<u8> {
    if ids.iter().all(|id| *id == 0) {
        return Vec::new();
    }
    ids.iter()
        .map(|id| u8::try_from(*id).unwrap_or(u8::MAX))
        .collect()
}
