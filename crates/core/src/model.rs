//! A loaded model from strings to answers: tokenise, cut into windows, run once, merge.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use signalbox_base::{Code, Error, Result};

use crate::merge::{Outcome, Source, merge};
use crate::window::{row, windows};
use crate::{
    Answers, Backend, Batch, Cancel, Description, Encoding, Heads, Pass, Row, Task, Tokeniser,
    normalise,
};

/// A text, and what is wanted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The text itself.
    pub text: String,
    /// A second text that the model reads after it, as entailment does.
    pub pair: Option<String>,
    /// The heads it goes through; at least one.
    pub heads: Heads,
    /// The adapter it goes through, by its place in the model's list.
    pub adapter: Option<u16>,
}

/// Texts that a model wants before others, by the name of the purpose: `query: `, `passage: `.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    /// Each by its name.
    pub by_name: Vec<(String, String)>,
    /// The one that is used where a caller names none.
    pub usual: Option<String>,
}

/// The answers for one item: a head's place and what it said, in the order of the heads.
pub type Outcomes = Vec<(usize, Outcome)>;

/// An engine with a model and what turns texts into its ids.
pub struct Model {
    number: u64,
    backend: Box<dyn Backend>,
    tokeniser: Option<Box<dyn Tokeniser>>,
    prompts: Prompts,
}

/// Items as rows for the backend, and what it takes to merge its answers.
pub struct Prepared {
    texts: Vec<Text>,
    /// Rows of all windows, item after item.
    pub rows: Vec<Row>,
}

struct Text {
    whole: String,
    heads: Heads,
    places: Vec<Range<usize>>,
    windows: Vec<Range<usize>>,
    before: usize,
}

impl Model {
    /// Joins the parts; a model without a tokeniser takes images only.
    #[must_use]
    pub fn new(backend: Box<dyn Backend>, tokeniser: Option<Box<dyn Tokeniser>>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            backend,
            tokeniser,
            prompts: Prompts::default(),
        }
    }

    /// The same with what its folder says of prompts.
    #[must_use]
    pub fn with_prompts(self, prompts: Prompts) -> Self {
        Self { prompts, ..self }
    }

    /// What to put before texts.
    #[must_use]
    pub const fn prompts(&self) -> &Prompts {
        &self.prompts
    }

    /// What was loaded.
    #[must_use]
    pub fn describe(&self) -> &Description {
        self.backend.describe()
    }

    /// The engine.
    #[must_use]
    pub fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    /// Distinct for every model that this process loads.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Everything at once, on the threads of `pass`.
    ///
    /// # Errors
    /// `InvalidInput` naming the item that cannot be read; `Cancelled`; what the backend gives.
    pub fn answer(&self, items: Vec<Item>, pass: Pass<'_>) -> Result<Vec<Outcomes>> {
        let prepared = self.prepare(items, pass.cancel)?;
        let answers = self.backend.run(&Batch::new(&prepared.rows)?, pass)?;
        Ok(self.finish(&prepared, answers))
    }

    /// The embedding of each image, by the embedding head.
    ///
    /// # Errors
    /// `CapabilityMissing` when the model takes no images; `InvalidInput` naming the image that cannot be read; `Cancelled`.
    pub fn answer_images<Image: AsRef<[u8]>>(
        &self,
        images: &[Image],
        cancel: &Cancel,
    ) -> Result<Vec<Outcomes>> {
        let recipe = self.backend.image_recipe().ok_or_else(|| {
            Error::new(
                Code::CapabilityMissing,
                "image",
                "a model that takes images",
                self.describe().architecture.clone(),
            )
        })?;
        let head = self
            .describe()
            .heads
            .iter()
            .position(|head| head.task == Task::Embedding)
            .unwrap_or(0);
        let outcome = |(at, image): (usize, &Image)| {
            cancel.check()?;
            let pixels = recipe
                .read(image.as_ref())
                .map_err(|error| within(&error, at))?;
            let mut vector = self
                .backend
                .run_images(&pixels, Pass::alone(cancel))?
                .values;
            normalise(&mut vector);
            Ok(vec![(head, Outcome::Embedding(vector))])
        };
        images.iter().enumerate().map(outcome).collect()
    }

    /// Tokenises items and cuts them into rows.
    ///
    /// # Errors
    /// `InvalidInput` naming the item that cannot be read; `CapabilityMissing` when the model takes no texts; `Cancelled`.
    pub fn prepare(&self, items: Vec<Item>, cancel: &Cancel) -> Result<Prepared> {
        let tokeniser = self.tokeniser.as_deref().ok_or_else(|| {
            Error::new(
                Code::CapabilityMissing,
                "text",
                "a model with a tokeniser",
                self.describe().architecture.clone(),
            )
        })?;
        let mut prepared = Prepared {
            texts: Vec::with_capacity(items.len()),
            rows: Vec::new(),
        };
        for (at, item) in items.into_iter().enumerate() {
            cancel.check()?;
            self.add(tokeniser, item, &mut prepared)
                .map_err(|error| within(&error, at))?;
        }
        Ok(prepared)
    }

    fn add(&self, tokeniser: &dyn Tokeniser, item: Item, prepared: &mut Prepared) -> Result<()> {
        let tags = item
            .heads
            .places()
            .any(|head| self.describe().heads[head].task == Task::Token);
        let encoding = tokeniser.encode(&item.text, item.pair.as_deref(), tags)?;
        if encoding.ids.is_empty() {
            return Err(Error::new(
                Code::InvalidInput,
                "text",
                "a text of at least one token",
                "none",
            ));
        }
        let windows = windows(&encoding, self.describe().max_tokens)?;
        let rows = windows
            .iter()
            .map(|window| row(&encoding, window, item.heads, item.adapter));
        prepared.rows.extend(rows);
        prepared.texts.push(Text::new(item, encoding, windows));
        Ok(())
    }

    /// Merges the backend's `answers` for all rows of `prepared`.
    ///
    /// # Panics
    /// When there are fewer answers than rows, or not the ones that were asked for: a bug of the backend.
    #[must_use]
    pub fn finish(&self, prepared: &Prepared, answers: Answers) -> Vec<Outcomes> {
        let mut answers = answers.into_iter();
        let finish = |text: &Text| {
            let windows: Vec<_> = answers.by_ref().take(text.windows.len()).collect();
            text.heads
                .places()
                .map(|head| (head, self.merge(text, head, &windows)))
                .collect()
        };
        prepared.texts.iter().map(finish).collect()
    }

    fn merge(&self, text: &Text, head: usize, windows: &[Vec<crate::Answer>]) -> Outcome {
        let values = |window: &Vec<crate::Answer>| {
            let found = window.iter().find(|answer| answer.head == head);
            found
                .expect("a backend answers for every head of a row")
                .values
                .clone()
        };
        let values: Vec<_> = windows.iter().map(values).collect();
        merge(&self.describe().heads[head], text.source(), &values)
    }
}

impl Text {
    fn new(item: Item, encoding: Encoding, windows: Vec<Range<usize>>) -> Self {
        let content = encoding.content;
        let mut places = encoding.places;
        if !places.is_empty() {
            places.truncate(content.end);
            places.drain(..content.start);
        }
        Self {
            whole: item.text,
            heads: item.heads,
            places,
            windows,
            before: content.start,
        }
    }

    fn source(&self) -> Source<'_> {
        Source {
            text: &self.whole,
            places: &self.places,
            windows: &self.windows,
            before: self.before,
        }
    }
}

/// The same fault of the item at a place.
fn within(error: &Error, at: usize) -> Error {
    match error.code() {
        Code::InvalidInput => Error::new(
            error.code(),
            format!("items[{at}].{}", error.at()),
            error.expected(),
            error.received(),
        ),
        _ => error.clone(),
    }
}

#[cfg(test)]
mod tests;
