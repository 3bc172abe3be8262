//! A model as it was loaded: the trunk, the heads on it, and the tower for images, if it has one.

use signalbox_base::{Code, Error, Result};
use signalbox_core::{
    Answer, Answers, Backend, Batch, Description, ImageRecipe, Matrix, Pass, Pixels,
};
use signalbox_encoder::Kernels;

use crate::head::HeadWeights;
use crate::trunk::Trunk;

/// The half of a dual encoder that reads images.
pub(crate) trait Images: Send + Sync {
    /// How images become pixels.
    fn recipe(&self) -> &ImageRecipe;

    /// Memory that the weights take.
    fn weight_bytes(&self) -> usize;

    /// `[images, dimensions]`, as wide as the answer of the embedding head, not yet of unit length.
    ///
    /// # Errors
    /// As `signalbox_core::Backend::run_images`.
    fn run(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix>;
}

/// What `Loaded` is made of.
pub(crate) struct Parts {
    /// `model_type`.
    pub(crate) architecture: String,
    /// The most tokens a row may have: what the trunk reads, or less where the folder says so.
    pub(crate) max_tokens: usize,
    pub(crate) trunk: Box<dyn Trunk>,
    /// At least one.
    pub(crate) heads: Vec<HeadWeights>,
    pub(crate) images: Option<Box<dyn Images>>,
}

/// One model, ready to run.
pub(crate) struct Loaded {
    description: Description,
    kernels: Kernels,
    trunk: Box<dyn Trunk>,
    heads: Vec<HeadWeights>,
    images: Option<Box<dyn Images>>,
}

impl Loaded {
    pub(crate) fn new(parts: Parts) -> Self {
        let of_heads: usize = parts.heads.iter().map(HeadWeights::bytes).sum();
        let of_images = parts
            .images
            .as_ref()
            .map_or(0, |images| images.weight_bytes());
        let description = Description {
            architecture: parts.architecture,
            heads: parts.heads.iter().map(|head| head.head.clone()).collect(),
            max_tokens: parts.max_tokens.min(parts.trunk.max_tokens()),
            adapters: parts.trunk.adapters(),
            images: parts.images.is_some(),
            batch_invariant: true,
            weight_bytes: parts.trunk.weight_bytes() + of_heads + of_images,
        };
        Self {
            description,
            kernels: Kernels::detect(),
            trunk: parts.trunk,
            heads: parts.heads,
            images: parts.images,
        }
    }

    fn check(&self, batch: &Batch) -> Result<()> {
        let most = self.description.adapters.len();
        let adapters = batch.adapters().iter().enumerate();
        for (row, adapter) in adapters.filter_map(|(row, adapter)| Some((row, (*adapter)?))) {
            if usize::from(adapter) >= most {
                return Err(Error::new(
                    Code::InvalidInput,
                    format!("rows[{row}]"),
                    format!("one of {most} adapters"),
                    format!("adapter {adapter}"),
                ));
            }
        }
        Ok(())
    }
}

impl Backend for Loaded {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers> {
        self.check(batch)?;
        let mut answers: Answers = vec![Vec::new(); batch.len()];
        let width = self.trunk.width();
        self.trunk.run(batch, pass, &mut |row, states| {
            let wanted = batch.heads()[row];
            let heads = self.heads.iter().enumerate();
            answers[row] = heads
                .filter(|(place, _)| wanted.has(*place))
                .map(|(place, head)| Answer {
                    head: place,
                    values: head.answer(self.kernels, states, width),
                })
                .collect();
            Ok(())
        })?;
        Ok(answers)
    }

    fn run_images(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        let images = self.images.as_ref().ok_or_else(|| {
            let received = self.description.architecture.clone();
            Error::new(
                Code::CapabilityMissing,
                "image",
                "a model that takes images",
                received,
            )
        })?;
        images.run(pixels, pass)
    }

    fn image_recipe(&self) -> Option<&ImageRecipe> {
        self.images.as_ref().map(|images| images.recipe())
    }
}
