//! A loaded encoder: from token ids to hidden states.

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Heads, Kernels};

use crate::batch::Tokens;
use crate::config::{Config, Family};
use crate::layer::{Layer, Pass, block_size};
use crate::scratch::Scratch;
use crate::source::WeightSource;
use crate::{bert, modern};

/// Packed weights and the kernels of this CPU. Shared between workers; each brings its own `Scratch`.
pub struct Encoder {
    config: Config,
    kernels: Kernels,
    embeddings: Embeddings,
    layers: Vec<Layer>,
}

enum Embeddings {
    Bert(bert::Embeddings),
    Modern(modern::Embeddings),
}

impl Encoder {
    /// Reads and packs all weights.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key or tensor that is missing, of another shape, or not finite.
    pub fn new(config: Config, precision: Precision, weights: &dyn WeightSource) -> Result<Self> {
        Self::with_kernels(config, precision, weights, Kernels::detect())
    }

    /// The same on other kernels, for tests and benches.
    ///
    /// # Errors
    /// As `new`.
    pub fn with_kernels(
        config: Config,
        precision: Precision,
        weights: &dyn WeightSource,
        kernels: Kernels,
    ) -> Result<Self> {
        config.check()?;
        let (embeddings, layers) = match &config.family {
            Family::Bert(bert) => (
                Embeddings::Bert(bert::Embeddings::read(weights, &config, bert)?),
                bert::layers(weights, &config, precision)?,
            ),
            Family::Modern(modern) => (
                Embeddings::Modern(modern::Embeddings::read(weights, &config, modern)?),
                modern::layers(weights, &config, modern, precision)?,
            ),
        };
        Ok(Self {
            config,
            kernels,
            embeddings,
            layers,
        })
    }

    /// The configuration it was made of.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The kernels it runs on.
    #[must_use]
    pub const fn kernels(&self) -> Kernels {
        self.kernels
    }

    /// Refuses a batch that `encode` would refuse.
    ///
    /// # Errors
    /// `InvalidInput` naming the row that the model cannot read.
    pub fn check(&self, tokens: &Tokens<'_>) -> Result<()> {
        let Config {
            vocabulary,
            positions,
            ..
        } = self.config;
        tokens.check(vocabulary, positions, self.types())
    }

    /// The last hidden state of every token, `[tokens of all rows, hidden]`, in the order of the batch. A row's states never depend on its
    /// neighbours, to the bit. `cancel` is asked many times a layer; what it returns ends the pass.
    ///
    /// # Errors
    /// `InvalidInput` naming a row that the model cannot read; what `cancel` gives.
    pub fn encode<'scratch>(
        &self,
        tokens: &Tokens<'_>,
        scratch: &'scratch mut Scratch,
        cancel: &dyn Fn() -> Result<()>,
    ) -> Result<&'scratch [f32]> {
        let (config, count) = (&self.config, tokens.ids().len());
        self.check(tokens)?;
        scratch.reserve(count, block_size(count), config.hidden, config.intermediate);
        let heads = Heads {
            count: config.heads,
            width: config.head_width(),
        };
        let pass = Pass {
            kernels: self.kernels,
            heads,
            intermediate: config.intermediate,
            cancel,
        };
        self.embed(tokens, &mut scratch.hidden[..count * config.hidden]);
        for layer in &self.layers {
            layer.run(pass, tokens, scratch)?;
        }
        let states = &mut scratch.hidden[..count * config.hidden];
        if let Embeddings::Modern(modern) = &self.embeddings {
            modern.finish(self.kernels, states);
        }
        Ok(states)
    }

    /// `ModernBERT` knows no types and ignores them.
    const fn types(&self) -> usize {
        match &self.config.family {
            Family::Bert(bert) => bert.types,
            Family::Modern(_) => 256,
        }
    }

    fn embed(&self, tokens: &Tokens<'_>, out: &mut [f32]) {
        match &self.embeddings {
            Embeddings::Bert(bert) => bert.run(self.kernels, tokens, self.config.hidden, out),
            Embeddings::Modern(modern) => modern.run(self.kernels, tokens, self.config.hidden, out),
        }
    }
}
