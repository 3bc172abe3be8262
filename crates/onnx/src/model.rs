//! A folder's graphs behind the contract of a backend: rows in, the answers of their heads out.

use std::collections::BTreeSet;

use signalbox_base::{Code, Error, Result};
use signalbox_core::{
    Answer, Answers, Backend, Batch, Description, ImageRecipe, Matrix, Pass, Pixels,
};
use signalbox_encoder::Kernels;
use signalbox_folder::fault::model_invalid;

use crate::graph::{Feed, Feeds, Graph, Output};
use crate::heads::{Part, Source};
use crate::images::Images;
use crate::rows::{Filling, Group, groups};

/// The graph that reads texts.
pub(crate) struct Texts {
    pub(crate) graph: Graph,
    pub(crate) vocabulary: usize,
    pub(crate) filling: Filling,
    /// Whether every row runs for itself.
    pub(crate) alone: bool,
}

/// One folder, ready to run.
pub(crate) struct Onnx {
    pub(crate) description: Description,
    pub(crate) texts: Option<Texts>,
    /// The graphs of the adapters, in the order of their places.
    pub(crate) adapters: Vec<Texts>,
    pub(crate) parts: Vec<Part>,
    pub(crate) images: Option<Images>,
}

impl Texts {
    /// A graph that reads images as well gets a black one.
    pub(crate) fn also_see(&self, feeds: &mut Feeds, recipe: Option<&ImageRecipe>) {
        if let Some(recipe) = recipe.filter(|_| self.graph.asks(Feed::Pixels)) {
            let (height, width) = recipe.size;
            feeds.pixels = (vec![1, 3, height, width], vec![0.0; 3 * height * width]);
        }
    }
}

impl Onnx {
    fn texts(&self, adapter: Option<u16>) -> Option<&Texts> {
        match adapter {
            None => self.texts.as_ref(),
            Some(place) => self.adapters.get(usize::from(place)),
        }
    }

    fn check(&self, batch: &Batch) -> Result<()> {
        let most = self.description.max_tokens;
        for (at, (ids, adapter)) in batch.rows().zip(batch.adapters()).enumerate() {
            let fault = |expected: String, received: String| {
                Error::new(
                    Code::InvalidInput,
                    format!("rows[{at}]"),
                    expected,
                    received,
                )
            };
            let Some(texts) = self.texts(*adapter) else {
                return Err(match adapter {
                    Some(place) => fault(
                        format!("one of {} adapters", self.adapters.len()),
                        format!("adapter {place}"),
                    ),
                    None => fault(
                        "a model that takes texts".to_owned(),
                        "one for images alone".to_owned(),
                    ),
                });
            };
            if ids.len() > most {
                return Err(fault(
                    format!("at most {most} tokens"),
                    format!("{} tokens", ids.len()),
                ));
            }
            if let Some(id) = ids.iter().find(|id| **id as usize >= texts.vocabulary) {
                return Err(fault(
                    format!("ids below {}", texts.vocabulary),
                    id.to_string(),
                ));
            }
        }
        Ok(())
    }

    fn group(
        &self,
        group: &Group,
        batch: &Batch,
        pass: Pass<'_>,
        answers: &mut Answers,
    ) -> Result<()> {
        let texts = self.texts(group.adapter).ok_or_else(|| absent("adapter"))?;
        let asked = group
            .rows
            .iter()
            .fold(signalbox_core::Heads::none(), |all, row| {
                all.union(batch.heads()[*row])
            });
        let outputs: BTreeSet<usize> = asked
            .places()
            .filter_map(|place| Some(self.parts.get(place)?.source.output()))
            .collect();
        let mut feeds = group.feeds(batch, texts.filling);
        texts.also_see(&mut feeds, self.image_recipe());
        let outputs = texts
            .graph
            .run(&feeds, &outputs.into_iter().collect::<Vec<_>>(), pass)?;
        for place in asked.places() {
            let Some(part) = self.parts.get(place) else {
                continue;
            };
            let output = outputs
                .get(&part.source.output())
                .ok_or_else(|| absent("output"))?;
            let rows = part.rows(output, (feeds.rows, feeds.tokens), texts.graph.name())?;
            for (row, values) in group.rows.iter().zip(rows) {
                if batch.heads()[*row].has(place) {
                    answers[*row].push(Answer {
                        head: place,
                        values,
                    });
                }
            }
        }
        Ok(())
    }
}

impl Part {
    /// The answer for each row of a group.
    ///
    /// # Errors
    /// `ModelInvalid` when the output has not the shape that the head promised.
    fn rows(
        &self,
        output: &Output,
        (rows, tokens): (usize, usize),
        file: &str,
    ) -> Result<Vec<Vec<f32>>> {
        let expected = self.shape(rows, tokens);
        if output.shape != expected {
            let found = format!("{:?}", output.shape);
            return Err(model_invalid(
                file,
                format!("an output of shape {expected:?}"),
                found,
            ));
        }
        let each = output.values.chunks_exact(output.values.len() / rows);
        Ok(match &self.source {
            Source::Output(_) => each.map(<[f32]>::to_vec).collect(),
            Source::Hidden { head, width, .. } => {
                let kernels = Kernels::detect();
                each.map(|states| head.answer(kernels, states, *width))
                    .collect()
            }
        })
    }
}

pub(crate) fn absent(what: &str) -> Error {
    Error::new(Code::Internal, "onnx", what, "none")
}

impl Backend for Onnx {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers> {
        self.check(batch)?;
        let alone = self
            .texts
            .iter()
            .chain(&self.adapters)
            .any(|texts| texts.alone);
        let mut answers: Answers = vec![Vec::new(); batch.len()];
        for group in groups(batch, alone) {
            self.group(&group, batch, pass, &mut answers)?;
        }
        Ok(answers)
    }

    fn run_images(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        let Some(images) = &self.images else {
            let received = self.description.architecture.clone();
            return Err(Error::new(
                Code::CapabilityMissing,
                "image",
                "a model that takes images",
                received,
            ));
        };
        images.run(pixels, self.texts.as_ref().map(|texts| &texts.graph), pass)
    }

    fn image_recipe(&self) -> Option<&ImageRecipe> {
        self.images.as_ref().map(|images| &images.recipe)
    }
}
