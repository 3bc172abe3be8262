//! The half of a dual encoder that reads images: a graph of its own, or the one that reads texts as well.

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Activation, Head, ImageRecipe, Matrix, Merge, Pass, Pixels, Pooling, Task};
use signalbox_folder::fault::model_invalid;
use signalbox_folder::folder::Folder;
use signalbox_folder::keys::Keys;
use signalbox_folder::preprocessor::{self, CLIP, SIGLIP};

use crate::graph::{Feed, Feeds, Graph};
use crate::heads::{Part, Source};
use crate::model::absent;
use crate::open::shapes;
use crate::places::File;
use crate::sessions::Making;

/// What reads images.
pub(crate) struct Images {
    /// None where the graph of the texts reads them.
    graph: Option<Graph>,
    /// Place of the output that holds embeddings.
    output: usize,
    /// Numbers of an embedding.
    width: usize,
    pub(crate) recipe: ImageRecipe,
}

/// Outputs that hold the embedding of an image, as exporters call them.
const EMBEDDINGS: [&str; 3] = ["image_embeds", "image_embeddings", "pooler_output"];
/// Opens what reads images, if anything does: `file`, or the graph of the texts.
///
/// # Errors
/// `ModelInvalid` naming the file and key, or the output, that is missing or wrong.
pub(crate) fn open(
    home: &Folder,
    config: &Keys<'_>,
    file: Option<&File>,
    texts: Option<&Graph>,
    making: &Making,
) -> Result<Option<Images>> {
    let own = file
        .map(|file| Graph::open(file, making.clone()))
        .transpose()?;
    let both = texts.filter(|graph| own.is_none() && graph.asks(Feed::Pixels));
    let Some(graph) = own.as_ref().or(both) else {
        return Ok(None);
    };
    let recipe = recipe(home, config)?;
    let (height, width) = recipe.size;
    let given = shapes(graph, &feeds(vec![0.0; 3 * height * width], recipe.size))?;
    let all = || given.iter().enumerate();
    let named = EMBEDDINGS
        .iter()
        .find_map(|name| all().find(|(_, given)| given.name == *name));
    let found = named.or_else(|| all().next().filter(|_| given.len() == 1));
    let found = found.and_then(|(output, given)| Some((output, given.of_rows()?)));
    let (output, width) = found.ok_or_else(|| {
        let expected = format!("an output of embeddings: {}", EMBEDDINGS.join(" or "));
        model_invalid(graph.name(), expected, "none of one row an image")
    })?;
    Ok(Some(Images {
        graph: own,
        output,
        width,
        recipe,
    }))
}

fn recipe(home: &Folder, config: &Keys<'_>) -> Result<ImageRecipe> {
    let kind = config.text("model_type")?.unwrap_or_default();
    let defaults = if kind.starts_with("siglip") {
        SIGLIP
    } else {
        CLIP
    };
    let sizes = config
        .child("vision_config")?
        .unwrap_or_else(|| config.clone());
    preprocessor::read(home, &defaults, sizes.count_or("image_size", 224)?)
}

/// One image; a graph that reads texts as well gets one of one token.
fn feeds(image: Vec<f32>, (height, width): (usize, usize)) -> Feeds {
    Feeds {
        rows: 1,
        tokens: 1,
        ids: vec![0],
        mask: vec![1],
        types: vec![0],
        positions: vec![0],
        pixels: (vec![1, 3, height, width], image),
    }
}

impl Images {
    /// Memory of its own graph.
    pub(crate) fn bytes(&self) -> usize {
        self.graph.as_ref().map_or(0, Graph::bytes)
    }

    /// The head of a model that reads images alone.
    pub(crate) fn part(&self) -> Part {
        Part {
            head: Head {
                name: "embedding".to_owned(),
                task: Task::Embedding,
                labels: Vec::new(),
                activation: Activation::Softmax,
                experimental: false,
                merge: Merge::Mean,
                pooling: Pooling::Mean,
                width: self.width,
            },
            source: Source::Output(self.output),
        }
    }

    /// One image after the other: a batch makes none faster, and an int8 graph would mix them.
    ///
    /// # Errors
    /// As `signalbox_core::Backend::run_images`.
    pub(crate) fn run(
        &self,
        pixels: &Pixels,
        texts: Option<&Graph>,
        pass: Pass<'_>,
    ) -> Result<Matrix> {
        let size = self.recipe.size;
        let numbers = 3 * size.0 * size.1;
        if pixels.size != size || !pixels.values.len().is_multiple_of(numbers) {
            return Err(Error::new(
                Code::InvalidInput,
                "image",
                format!("{} by {} pixels of 3 channels", size.0, size.1),
                format!("{} by {}", pixels.size.0, pixels.size.1),
            ));
        }
        let graph = self
            .graph
            .as_ref()
            .or(texts)
            .ok_or_else(|| absent("graph"))?;
        let mut matrix = Matrix {
            values: Vec::new(),
            width: self.width,
        };
        for image in pixels.values.chunks_exact(numbers) {
            let mut outputs = graph.run(&feeds(image.to_vec(), size), &[self.output], pass)?;
            let output = outputs
                .remove(&self.output)
                .ok_or_else(|| absent("output"))?;
            if output.shape != [1, self.width] {
                let received = format!("{:?}", output.shape);
                return Err(model_invalid(
                    graph.name(),
                    format!("[1, {}]", self.width),
                    received,
                ));
            }
            matrix.values.extend(output.values);
        }
        Ok(matrix)
    }
}
