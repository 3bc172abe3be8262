//! `SigLIP` (Zhai et al., 2023): a text half on rows of one length, pooled by the last token, a vision half pooled by attention.

use signalbox_base::Result;
use signalbox_core::{ImageRecipe, Matrix, Pass, Pixels, Pooling, Precision};
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::Epilogue;

use super::patches::{Grid, Patches};
use super::text::{Ending, Sizes as TextSizes, Text};
use super::{check_pixels, half};
use crate::activation::Activation;
use crate::architecture::{Architecture, Checkpoint, Recipe};
use crate::fault::model_invalid;
use crate::forward::attention::Sight;
use crate::forward::linear::{Linear, Plain};
use crate::forward::norm::LayerNorm;
use crate::forward::sizes::Sizes;
use crate::forward::tower::{Config, Mlp, Tower, Usual};
use crate::loaded::Images;
use crate::step::Step;
use signalbox_folder::preprocessor;

/// Tensors that every such checkpoint has and no other.
const PROBES: &[&str] = &["text_model.embeddings.token_embedding.weight"];
const AT: &str = "vision_model";

const USUAL: Usual = Usual {
    hidden: 768,
    heads: 12,
    intermediate: 3072,
    epsilon: 1e-6,
    activation: Activation::GeluTanh,
};

/// `siglip`.
pub(crate) const SIGLIP: Architecture = Architecture {
    model_type: "siglip",
    trunk: |checkpoint| Ok(Box::new(text(checkpoint)?)),
    classifier: None,
    tagger: None,
    embedding,
    images: Some(|checkpoint| Ok(Box::new(Vision::load(checkpoint)?))),
};

fn text(checkpoint: &Checkpoint<'_>) -> Result<Text> {
    let keys = half(&checkpoint.config, "text_config")?;
    let config = Config::read(&keys, USUAL, Sight::ALL)?;
    let vocabulary = keys.words(Some(32_000))?;
    let padding = keys.index_or("pad_token_id", 1)?;
    let padding = u32::try_from(padding)
        .ok()
        .filter(|id| (*id as usize) < vocabulary);
    let sizes = TextSizes {
        vocabulary,
        positions: keys.positions(Some(64))?,
        ending: Ending::Filled(
            padding.ok_or_else(|| keys.fault("pad_token_id", "an id of the vocabulary"))?,
        ),
    };
    Text::read(
        &checkpoint.weights.under(PROBES)?,
        config,
        sizes,
        checkpoint.options.precision,
    )
}

fn dimensions(checkpoint: &Checkpoint<'_>, width: usize) -> Result<usize> {
    half(&checkpoint.config, "text_config")?.width("projection_size", Some(width))
}

fn embedding(checkpoint: &Checkpoint<'_>, width: usize) -> Result<Recipe> {
    let scope = checkpoint.weights.under(PROBES)?;
    let dimensions = dimensions(checkpoint, width)?;
    Ok(Recipe {
        pooling: Pooling::Last,
        steps: vec![Step::dense(&scope, "text_model.head", dimensions, width)?],
    })
}

/// The vision half.
struct Vision {
    recipe: ImageRecipe,
    kernels: Kernels,
    hidden: usize,
    patches: Patches,
    tower: Tower,
    last: LayerNorm,
    pool: Pool,
}

impl Vision {
    fn load(checkpoint: &Checkpoint<'_>) -> Result<Self> {
        let keys = half(&checkpoint.config, "vision_config")?;
        let config = Config::read(&keys, USUAL, Sight::ALL)?;
        let (hidden, grid) = (config.hidden, Grid::read(&keys, 16)?);
        if !keys.flag_or("vision_use_head", true)? {
            return Err(keys.fault("vision_use_head", "true"));
        }
        let texts = dimensions(
            checkpoint,
            half(&checkpoint.config, "text_config")?.width("hidden_size", Some(USUAL.hidden))?,
        )?;
        if texts != hidden {
            let expected = format!("{texts}, as texts have");
            return Err(model_invalid(
                keys.place("hidden_size"),
                expected,
                hidden.to_string(),
            ));
        }
        let (source, precision) = (
            &checkpoint.weights.under(PROBES)?,
            checkpoint.options.precision,
        );
        Ok(Self {
            recipe: preprocessor::read(checkpoint.folder, &preprocessor::SIGLIP, grid.image)?,
            kernels: Kernels::detect(),
            hidden,
            patches: Patches::read(source, AT, grid, hidden, 0)?,
            tower: Tower::read(source, AT, config, precision)?,
            last: LayerNorm::read(
                source,
                &format!("{AT}.post_layernorm"),
                hidden,
                config.epsilon,
            )?,
            pool: Pool::read(source, &format!("{AT}.head"), &config)?,
        })
    }
}

impl Images for Vision {
    fn recipe(&self) -> &ImageRecipe {
        &self.recipe
    }

    fn weight_bytes(&self) -> usize {
        self.patches.bytes() + self.tower.bytes() + self.pool.bytes()
    }

    fn run(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        check_pixels(pixels, &self.recipe)?;
        let mut values = Vec::with_capacity(pixels.len() * self.hidden);
        for image in pixels
            .values
            .chunks_exact(3 * pixels.size.0 * pixels.size.1)
        {
            let mut states = self.patches.run(self.kernels, image, &[]);
            self.tower.run(self.kernels, pass, &mut states)?;
            self.last.run(self.kernels, &mut states);
            values.extend(self.pool.run(self.kernels, &states));
        }
        Ok(Matrix {
            values,
            width: self.hidden,
        })
    }
}

/// Attention of one learned query to all squares.
struct Pool {
    head: usize,
    /// Scaled already.
    query: Vec<f32>,
    /// Keys, then values.
    kv: Linear,
    out: Linear,
    norm: LayerNorm,
    mlp: Mlp,
}

impl Pool {
    fn read(source: &dyn WeightSource, at: &str, config: &Config) -> Result<Self> {
        let (hidden, kernels) = (config.hidden, Kernels::detect());
        let mut weight = read(
            source,
            &format!("{at}.attention.in_proj_weight"),
            &[3 * hidden, hidden],
        )?;
        let mut bias = read(
            source,
            &format!("{at}.attention.in_proj_bias"),
            &[3 * hidden],
        )?;
        let probe = read(source, &format!("{at}.probe"), &[1, 1, hidden])?;
        let kv = Plain {
            weight: weight.split_off(hidden * hidden),
            bias: Some(bias.split_off(hidden)),
            outputs: 2 * hidden,
            depth: hidden,
        };
        #[expect(clippy::cast_precision_loss, reason = "a head is far below 2^24 wide")]
        let scale = 1.0 / (config.shape.width as f32).sqrt();
        let rows = weight.chunks_exact(hidden).zip(&bias);
        Ok(Self {
            head: config.shape.width,
            query: rows
                .map(|(row, bias)| (kernels.dot(row, &probe) + bias) * scale)
                .collect(),
            kv: kv.pack(Precision::F32),
            out: Plain::read(
                source,
                &format!("{at}.attention.out_proj"),
                true,
                hidden,
                hidden,
            )?
            .pack(Precision::F32),
            norm: LayerNorm::read(source, &format!("{at}.layernorm"), hidden, config.epsilon)?,
            mlp: Mlp::read(source, &format!("{at}.mlp"), config, Precision::F32)?,
        })
    }

    const fn bytes(&self) -> usize {
        self.kv.bytes() + self.out.bytes() + self.mlp.bytes()
    }

    /// From `[squares, hidden]` to `[hidden]`.
    fn run(&self, kernels: Kernels, states: &[f32]) -> Vec<f32> {
        let hidden = self.query.len();
        let mut kv = vec![0.0; 2 * states.len()];
        self.kv.run(kernels, states, Epilogue::Store, &mut kv);
        let mut context = vec![0.0; hidden];
        for (head, (query, out)) in self
            .query
            .chunks_exact(self.head)
            .zip(context.chunks_exact_mut(self.head))
            .enumerate()
        {
            let part =
                |row: &[f32], from: usize| row[from + head * self.head..][..self.head].to_vec();
            let mut weights: Vec<f32> = kv
                .chunks_exact(2 * hidden)
                .map(|row| kernels.dot(query, &part(row, 0)))
                .collect();
            let count = weights.len();
            kernels.softmax(&mut weights, count);
            for (row, weight) in kv.chunks_exact(2 * hidden).zip(&weights) {
                let values = part(row, hidden);
                out.iter_mut()
                    .zip(&values)
                    .for_each(|(out, value)| *out += weight * value);
            }
        }
        let mut pooled = vec![0.0; hidden];
        self.out
            .run(kernels, &context, Epilogue::Store, &mut pooled);
        self.norm.run_to(kernels, &pooled, &mut context);
        self.mlp.add(kernels, &context, &mut pooled);
        pooled
    }
}
