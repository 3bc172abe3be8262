//! DeBERTa-v2 and v3 (He et al., 2021): post-norm layers whose attention weighs contents and relative positions apart.

mod config;
mod conv;
mod embeddings;
mod layer;
mod position;

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Batch, Pass, Pooling};
use signalbox_encoder::Kernels;

use crate::activation::{Activation, WORDS};
use crate::architecture::{Architecture, Checkpoint, Recipe, mean_of_states};
use crate::step::Step;
use crate::trunk::{Trunk, check_rows};
use config::Config;
use conv::Conv;
use embeddings::Embeddings;
use layer::{Layer, ReadLayers};
use position::Places;

use super::rows::each_row;

/// Tensors that every such checkpoint has and no other.
const PROBES: &[&str] = &["embeddings.word_embeddings.weight"];

/// `deberta-v2`, which v3 calls itself too.
pub(crate) const DEBERTA_V2: Architecture = Architecture {
    model_type: "deberta-v2",
    trunk: |checkpoint| Ok(Box::new(Deberta::load(checkpoint)?)),
    classifier: Some(classifier),
    tagger: Some(tagger),
    embedding: mean_of_states,
    images: None,
};

/// The first token through a dense layer (`ContextPooler`), then another.
fn classifier(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let keys = &checkpoint.config;
    let around = checkpoint.weights.under(PROBES)?.around();
    let hidden = keys.count("hidden_size")?;
    if keys.count_or("pooler_hidden_size", hidden)? != hidden {
        return Err(keys.fault("pooler_hidden_size", format!("{hidden}, as hidden_size")));
    }
    Ok(Recipe {
        pooling: Pooling::Cls,
        steps: vec![
            Step::dense(&around, "pooler.dense", hidden, hidden)?,
            Step::Activation(keys.word_or("pooler_hidden_act", WORDS, Some(Activation::Gelu))?),
            Step::dense(&around, "classifier", labels, hidden)?,
        ],
    })
}

/// Each token through one dense layer.
fn tagger(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let around = checkpoint.weights.under(PROBES)?.around();
    let hidden = checkpoint.config.count("hidden_size")?;
    Ok(Recipe {
        pooling: Pooling::Mean,
        steps: vec![Step::dense(&around, "classifier", labels, hidden)?],
    })
}

/// A loaded encoder.
pub(crate) struct Deberta {
    config: Config,
    kernels: Kernels,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    conv: Option<Conv>,
    weight_bytes: usize,
}

impl Deberta {
    /// Reads and packs all weights.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key or tensor that is missing, of another shape, not finite, or asks for what is not computed here.
    fn load(checkpoint: &Checkpoint<'_>) -> Result<Self> {
        let (config, kernels) = (Config::read(&checkpoint.config)?, Kernels::detect());
        let (source, precision) = (
            &checkpoint.weights.under(PROBES)?,
            checkpoint.options.precision,
        );
        let embeddings = Embeddings::read(source, &config)?;
        let positions = position::table(source, &config, kernels)?;
        let read = ReadLayers {
            source,
            config: &config,
            table: positions.as_deref(),
            kernels,
            precision,
        };
        let layers = (0..config.layers)
            .map(|number| read.layer(number))
            .collect::<Result<Vec<_>>>()?;
        let conv = Conv::read(source, &config)?;
        let layer_bytes: usize = layers.iter().map(Layer::bytes).sum();
        let conv_bytes = conv.as_ref().map_or(0, Conv::bytes);
        Ok(Self {
            weight_bytes: embeddings.bytes() + layer_bytes + conv_bytes,
            config,
            kernels,
            embeddings,
            layers,
            conv,
        })
    }

    fn row(
        &self,
        batch: &Batch,
        tokens: Range<usize>,
        pass: Pass<'_>,
        threads: usize,
    ) -> Result<Vec<f32>> {
        let places = self
            .config
            .relative
            .map(|relative| Places::new(relative, tokens.len()));
        let pass = Pass { threads, ..pass };
        let types = batch.types().map(|types| &types[tokens.clone()]);
        let mut states = self
            .embeddings
            .run(self.kernels, &batch.ids()[tokens], types);
        let embedded = self.conv.as_ref().map(|_| states.clone());
        for (number, layer) in self.layers.iter().enumerate() {
            layer.run(self.kernels, pass, places.as_ref(), &mut states)?;
            if let (0, Some(conv), Some(embedded)) = (number, &self.conv, &embedded) {
                conv.run(self.kernels, embedded, &mut states);
            }
        }
        Ok(states)
    }
}

impl Trunk for Deberta {
    fn width(&self) -> usize {
        self.config.hidden
    }

    fn max_tokens(&self) -> usize {
        self.config.positions
    }

    fn weight_bytes(&self) -> usize {
        self.weight_bytes
    }

    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()> {
        check_rows(batch, self.config.vocabulary, self.config.positions)?;
        self.embeddings.check_types(batch)?;
        let row = |tokens, threads| self.row(batch, tokens, pass, threads);
        each_row(batch, pass, &row, each)
    }
}
