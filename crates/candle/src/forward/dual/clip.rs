//! CLIP (Radford et al., 2021): a causal text half pooled by the end token, a vision half pooled by a class token.

use signalbox_base::Result;
use signalbox_core::{ImageRecipe, Matrix, Pass, Pixels, Pooling, Precision};
use signalbox_encoder::{Kernels, read};
use signalbox_folder::preprocessor::{self, Defaults};
use signalbox_simd::Epilogue;

use super::patches::{Grid, Patches};
use super::text::{Ending, Sizes as TextSizes, Text};
use super::{check_pixels, half};
use crate::activation::Activation;
use crate::architecture::{Architecture, Checkpoint, Recipe};
use crate::forward::attention::Sight;
use crate::forward::linear::{Linear, Plain};
use crate::forward::norm::LayerNorm;
use crate::forward::sizes::Sizes;
use crate::forward::tower::{Config, Tower, Usual};
use crate::loaded::Images;
use crate::step::Step;

/// Tensors that every such checkpoint has and no other.
const PROBES: &[&str] = &["text_model.embeddings.token_embedding.weight"];
const AT: &str = "vision_model";

const USUAL_TEXT: Usual = Usual {
    hidden: 512,
    heads: 8,
    intermediate: 2048,
    epsilon: 1e-5,
    activation: Activation::GeluQuick,
};

const USUAL_VISION: Usual = Usual {
    hidden: 768,
    heads: 12,
    intermediate: 3072,
    ..USUAL_TEXT
};

/// The colours of CLIP's training images.
const COLOURS: Defaults = Defaults {
    crop: true,
    mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
    deviation: [0.268_629_54, 0.261_302_6, 0.275_777_1],
};

/// `clip`.
pub(crate) const CLIP: Architecture = Architecture {
    model_type: "clip",
    trunk: |checkpoint| Ok(Box::new(text(checkpoint)?)),
    classifier: None,
    tagger: None,
    embedding,
    images: Some(|checkpoint| Ok(Box::new(Vision::load(checkpoint)?))),
};

fn text(checkpoint: &Checkpoint<'_>) -> Result<Text> {
    let keys = half(&checkpoint.config, "text_config")?;
    let config = Config::read(&keys, USUAL_TEXT, Sight::CAUSAL)?;
    let ending = match keys.index_or("eos_token_id", 49_407)? {
        2 => Ending::Greatest,
        other => {
            Ending::First(u32::try_from(other).map_err(|_| keys.fault("eos_token_id", "an id"))?)
        }
    };
    let sizes = TextSizes {
        vocabulary: keys.words(Some(49_408))?,
        positions: keys.positions(Some(77))?,
        ending,
    };
    Text::read(
        &checkpoint.weights.under(PROBES)?,
        config,
        sizes,
        checkpoint.options.precision,
    )
}

fn dimensions(checkpoint: &Checkpoint<'_>) -> Result<usize> {
    checkpoint.config.width("projection_dim", Some(512))
}

fn embedding(checkpoint: &Checkpoint<'_>, width: usize) -> Result<Recipe> {
    let scope = checkpoint.weights.under(PROBES)?;
    Ok(Recipe {
        pooling: Pooling::Last,
        steps: vec![Step::dense(
            &scope,
            "text_projection",
            dimensions(checkpoint)?,
            width,
        )?],
    })
}

/// The vision half.
struct Vision {
    recipe: ImageRecipe,
    kernels: Kernels,
    hidden: usize,
    class: Vec<f32>,
    patches: Patches,
    first: LayerNorm,
    tower: Tower,
    last: LayerNorm,
    project: Linear,
}

impl Vision {
    fn load(checkpoint: &Checkpoint<'_>) -> Result<Self> {
        let keys = half(&checkpoint.config, "vision_config")?;
        let config = Config::read(&keys, USUAL_VISION, Sight::ALL)?;
        let (hidden, grid) = (config.hidden, Grid::read(&keys, 32)?);
        let source = &checkpoint.weights.under(PROBES)?;
        let norm =
            |name: &str| LayerNorm::read(source, &format!("{AT}.{name}"), hidden, config.epsilon);
        let project = Plain::read(
            source,
            "visual_projection",
            false,
            dimensions(checkpoint)?,
            hidden,
        )?;
        Ok(Self {
            recipe: preprocessor::read(checkpoint.folder, &COLOURS, grid.image)?,
            kernels: Kernels::detect(),
            hidden,
            class: read(
                source,
                &format!("{AT}.embeddings.class_embedding"),
                &[hidden],
            )?,
            patches: Patches::read(source, AT, grid, hidden, 1)?,
            first: norm("pre_layrnorm")?,
            tower: Tower::read(source, AT, config, checkpoint.options.precision)?,
            last: norm("post_layernorm")?,
            project: project.pack(Precision::F32),
        })
    }
}

impl Images for Vision {
    fn recipe(&self) -> &ImageRecipe {
        &self.recipe
    }

    fn weight_bytes(&self) -> usize {
        self.patches.bytes() + self.tower.bytes() + self.project.bytes()
    }

    fn run(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        check_pixels(pixels, &self.recipe)?;
        let width = self.project.outputs();
        let mut values = vec![0.0; pixels.len() * width];
        let images = pixels
            .values
            .chunks_exact(3 * pixels.size.0 * pixels.size.1);
        for (image, out) in images.zip(values.chunks_exact_mut(width)) {
            let mut states = self.patches.run(self.kernels, image, &self.class);
            self.first.run(self.kernels, &mut states);
            self.tower.run(self.kernels, pass, &mut states)?;
            let class = &mut states[..self.hidden];
            self.last.run(self.kernels, class);
            self.project.run(self.kernels, class, Epilogue::Store, out);
        }
        Ok(Matrix { values, width })
    }
}
