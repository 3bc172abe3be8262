//! `tokenizer.json` of a folder, with its truncation and padding taken off: nothing is cut in silence, nothing is padded.

mod bounds;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Backend, Batch, Cancel, Encoding, Pass, Row, Tokeniser};
use tokenizers::utils::parallelism::set_parallelism;
use tokenizers::{EncodeInput, PostProcessorWrapper, Tokenizer};

use crate::fault::{first_line, model_invalid};
use crate::folder::Folder;

/// Its name.
pub const FILE: &str = "tokenizer.json";

/// A quarter million words make 35 million bytes.
const MOST_BYTES: u64 = 128 << 20;
/// Special tokens around a text; published models have at most three.
const MOST_SPECIAL: usize = 16;

/// A Hugging Face tokeniser.
pub struct HuggingFace {
    tokenizer: Tokenizer,
    /// Special tokens before the text.
    before: usize,
}

/// The tokeniser of the first of `folders` that has one, proven on a text: what it gives must be what the model reads, and what the model answers must be numbers.
///
/// # Errors
/// `ModelInvalid` naming the file when it is missing or does not belong to the model.
pub fn load(folders: &[&Folder], model: &dyn Backend) -> Result<Option<Box<dyn Tokeniser>>> {
    let place = folders.iter().find(|folder| folder.has(FILE));
    if place.is_none() && model.describe().images {
        return Ok(None);
    }
    let folder = place
        .or(folders.first())
        .ok_or_else(|| model_invalid(FILE, "a file", "nothing"))?;
    let tokeniser = HuggingFace::load(folder)?;
    prove(&tokeniser, model)?;
    Ok(Some(Box::new(tokeniser)))
}

fn prove(tokeniser: &HuggingFace, model: &dyn Backend) -> Result<()> {
    let encoding = tokeniser.encode("a", None, false)?;
    let about = model.describe();
    // The head of an adapter goes with its adapter alone, and bears its name.
    let common = |place: &usize| !about.adapters.contains(&about.heads[*place].name);
    let row = Row {
        ids: encoding.ids,
        types: encoding.types,
        adapter: None,
        heads: (0..about.heads.len()).filter(common).collect(),
    };
    let batch = Batch::new([&row])
        .map_err(|error| model_invalid(FILE, error.expected(), error.received()))?;
    let cancel = Cancel::default();
    let answers = model.run(&batch, Pass::alone(&cancel));
    let answers = answers.map_err(|error| match error.code() {
        Code::InvalidInput => model_invalid(FILE, error.expected(), error.received()),
        _ => error,
    })?;
    let values = || answers.iter().flatten().flat_map(|answer| &answer.values);
    if values().all(|value| value.is_finite()) {
        return Ok(());
    }
    Err(model_invalid(
        "weights",
        "finite answers",
        "NaN or infinity",
    ))
}

impl HuggingFace {
    /// Reads the file.
    ///
    /// # Errors
    /// `ModelInvalid` when it is missing, cannot be read, or would make much of little.
    pub fn load(folder: &Folder) -> Result<Self> {
        let bytes = folder.bytes(FILE, MOST_BYTES)?;
        bounds::check(&bytes)?;
        // Texts run on our own pool; the crate's own threads would only compete.
        set_parallelism(false);
        let mut tokenizer = guarded(|| Tokenizer::from_bytes(&bytes)).map_err(unusable)?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|error| unusable(first_line(&error)))?;
        let mut loaded = Self {
            tokenizer,
            before: 0,
        };
        loaded.before = loaded.special_before()?;
        Ok(loaded)
    }

    /// How many special tokens stand before a text, which must itself be there once.
    fn special_before(&mut self) -> Result<usize> {
        const SAMPLE: &str = "a";
        let with = guarded(|| self.tokenizer.encode_fast(SAMPLE, true)).map_err(unusable)?;
        let processor = self.tokenizer.get_post_processor().cloned();
        self.tokenizer
            .with_post_processor(None::<PostProcessorWrapper>);
        let without = guarded(|| self.tokenizer.encode_fast(SAMPLE, false)).map_err(unusable)?;
        self.tokenizer.with_post_processor(processor);
        let content = self.content(&with);
        if content.is_empty() && !without.is_empty() || content.len() != without.len() {
            return Err(unusable("one that repeats or drops the text".to_owned()));
        }
        let special = with.len() - content.len();
        if special > MOST_SPECIAL {
            let expected = format!("at most {MOST_SPECIAL} special tokens around a text");
            return Err(model_invalid(FILE, expected, special.to_string()));
        }
        Ok(content.start)
    }

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

impl Tokeniser for HuggingFace {
    fn encode(&self, text: &str, pair: Option<&str>, places: bool) -> Result<Encoding> {
        let input: EncodeInput<'_> = match pair {
            None => text.into(),
            Some(pair) => (text, pair).into(),
        };
        let encoded = guarded(|| {
            if places {
                self.tokenizer.encode(input, true)
            } else {
                self.tokenizer.encode_fast(input, true)
            }
        });
        let encoding = encoded.map_err(|_| {
            let expected = "a text the tokeniser takes";
            Error::new(Code::InvalidInput, "text", expected, "one it refuses")
        })?;
        let offsets = encoding.get_offsets().iter().filter(|_| places);
        Ok(Encoding {
            content: self.content(&encoding),
            ids: encoding.get_ids().to_vec(),
            types: types(encoding.get_type_ids()),
            places: offsets.map(|(start, end)| *start..*end).collect(),
        })
    }
}

fn types(ids: &[u32]) -> Vec<u8> {
    if ids.iter().all(|id| *id == 0) {
        return Vec::new();
    }
    let byte = |id: &u32| u8::try_from(*id).unwrap_or(u8::MAX);
    ids.iter().map(byte).collect()
}

fn unusable(received: String) -> Error {
    model_invalid(FILE, "a tokeniser", received)
}

/// What the crate gives; a panic of it, which odd files and patterns can bring about, is a failure like others.
fn guarded<T>(work: impl FnOnce() -> tokenizers::Result<T>) -> std::result::Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(given) => given.map_err(|error| first_line(&error)),
        Err(_) => Err("one that its own crate cannot run".to_owned()),
    }
}
