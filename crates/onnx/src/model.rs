//! A folder's graphs behind the contract of a backend: rows in, the answers of their heads out.

use std::collections::BTreeSet;

use signalbox_base::{Code, Error, Result};
use signalbox_core::{
    Answer, Answers, Backend, Batch, Description, ImageRecipe, Matrix, Pass, Pixels,
};
use signalbox_encoder::Kernels;

use crate::fault::model_invalid;
use crate::graph::{Feed, Feeds, Graph, Output};
use crate::heads::{Part, Source};
use crate::rows::{Group, groups};

/// The graph that reads texts.
pub(crate) struct Texts {
    pub(crate) graph: Graph,
    pub(crate) vocabulary: usize,
    pub(crate) first_position: usize,
    /// Whether every row runs for itself.
    pub(crate) alone: bool,
}

/// The graph that reads images.
pub(crate) struct Images {
    /// None where the graph of the texts reads them as well.
    pub(crate) graph: Option<Graph>,
    /// Place of the output that holds embeddings.
    pub(crate) output: usize,
    pub(crate) recipe: ImageRecipe,
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
    /// What the graph is fed with for `group`; a graph that reads images as well gets a black one.
    fn feeds(&self, group: &Group, batch: &Batch, recipe: Option<&ImageRecipe>) -> Feeds {
        let mut feeds = group.feeds(batch, self.first_position);
        if let Some(recipe) = recipe.filter(|_| self.graph.asks(Feed::Pixels)) {
            let (height, width) = recipe.size;
            feeds.pixels = (vec![1, 3, height, width], vec![0.0; 3 * height * width]);
        }
        feeds
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
        let feeds = texts.feeds(group, batch, self.image_recipe());
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
            let rows = part.rows(output, group, texts.graph.name())?;
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
    fn rows(&self, output: &Output, group: &Group, file: &str) -> Result<Vec<Vec<f32>>> {
        let (rows, tokens) = (group.rows.len(), group.tokens);
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

fn absent(what: &str) -> Error {
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
        images.run(pixels, self.texts.as_ref(), pass)
    }

    fn image_recipe(&self) -> Option<&ImageRecipe> {
        self.images.as_ref().map(|images| &images.recipe)
    }
}

impl Images {
    /// One image after the other: a batch makes none faster, and an int8 graph would mix them.
    fn run(&self, pixels: &Pixels, texts: Option<&Texts>, pass: Pass<'_>) -> Result<Matrix> {
        let (height, width) = pixels.size;
        if pixels.size != self.recipe.size
            || !pixels.values.len().is_multiple_of(3 * height * width)
        {
            let (expected_height, expected_width) = self.recipe.size;
            return Err(Error::new(
                Code::InvalidInput,
                "image",
                format!("{expected_height} by {expected_width} pixels of 3 channels"),
                format!("{height} by {width}"),
            ));
        }
        let graph = self
            .graph
            .as_ref()
            .or(texts.map(|texts| &texts.graph))
            .ok_or_else(|| absent("graph"))?;
        let mut matrix = Matrix {
            values: Vec::new(),
            width: 1,
        };
        for image in pixels.values.chunks_exact(3 * height * width) {
            // A graph that reads texts as well gets a text of one token.
            let feeds = Feeds {
                rows: 1,
                tokens: 1,
                ids: vec![0],
                mask: vec![1],
                types: vec![0],
                positions: vec![0],
                pixels: (vec![1, 3, height, width], image.to_vec()),
            };
            let mut outputs = graph.run(&feeds, &[self.output], pass)?;
            let output = outputs
                .remove(&self.output)
                .ok_or_else(|| absent("output"))?;
            let found = format!("{:?}", output.shape);
            let &[1, dimensions] = output.shape.as_slice() else {
                return Err(model_invalid(
                    graph.name(),
                    "an embedding of one image",
                    found,
                ));
            };
            matrix.width = dimensions.max(1);
            matrix.values.extend(output.values);
        }
        Ok(matrix)
    }
}
