//! A loaded encoder: from token ids to hidden states.

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Heads, Kernels, Team};

use crate::adapter::{Adapter, Runs};
use crate::batch::Tokens;
use crate::config::{Config, Family};
use crate::layer::{Layer, Pass};
use crate::loader::Loader;
use crate::scratch::{Need, Scratch};
use crate::source::WeightSource;
use crate::split::{LEAST_WORK, Split, worthwhile};
use crate::{bert, modern};

/// Packed weights and the kernels of this CPU. Shared between workers; each brings its own `Scratch`.
pub struct Encoder {
    config: Config,
    kernels: Kernels,
    embeddings: Embeddings,
    layers: Vec<Layer>,
    adapters: usize,
    /// Multiply-adds a token, in f32 or what costs as much.
    work: usize,
    least_work: usize,
}

/// How a pass runs.
#[derive(Clone, Copy)]
pub struct Run<'call> {
    /// Threads it may use, the calling one among them; small passes use fewer. What comes out never depends on it, to the bit.
    pub threads: usize,
    /// Asked many times a layer, by any of the threads; what it returns ends the pass.
    pub cancel: &'call (dyn Fn() -> Result<()> + Sync),
}

impl Run<'_> {
    /// On the calling thread, to the end.
    #[must_use]
    pub const fn alone() -> Self {
        Self {
            threads: 1,
            cancel: &|| Ok(()),
        }
    }
}

/// How many multiply-adds of bytes take as long as one of f32, about.
const INT8_SPEED: usize = 4;

/// The kernels whose int8 products are done before a second thread is there: on two cores of a Xeon, 256 tokens of `MiniLM` took 24 ms on two
/// threads and 16 on one.
const AMX: &str = "avx512-amx";

/// How many times faster than f32 those are to be taken for: so many that no text of ordinary size is split.
const AMX_SPEED: usize = 256;

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
        Self::with_adapters(config, precision, weights, &[], kernels)
    }

    /// The same with updates of its linear layers; rows name them by their place in `adapters`, see `Tokens::with_adapters`. Updates are
    /// computed in f32 in either precision.
    ///
    /// # Errors
    /// As `new`; `ModelInvalid` naming the adapter, and the layer that has another shape or does not exist.
    pub fn with_adapters(
        config: Config,
        precision: Precision,
        weights: &dyn WeightSource,
        adapters: &[Adapter],
        kernels: Kernels,
    ) -> Result<Self> {
        config.check()?;
        let loader = Loader::new(weights, adapters);
        let (embeddings, layers) = match &config.family {
            Family::Bert(bert) => (
                Embeddings::Bert(bert::Embeddings::read(weights, &config, bert)?),
                bert::layers(&loader, &config, precision)?,
            ),
            Family::Modern(modern) => (
                Embeddings::Modern(modern::Embeddings::read(weights, &config, modern)?),
                modern::layers(&loader, &config, modern, precision)?,
            ),
        };
        loader.finish()?;
        let weights: usize = layers.iter().map(Layer::weights).sum();
        let work = match precision {
            Precision::F32 => weights,
            Precision::Int8 if kernels.name() == AMX => weights / AMX_SPEED,
            Precision::Int8 => weights / INT8_SPEED,
        };
        Ok(Self {
            config,
            kernels,
            embeddings,
            layers,
            work,
            adapters: adapters.len(),
            least_work: LEAST_WORK,
        })
    }

    /// The same, but it uses every thread it may, however small a pass is: for tests and benches.
    #[must_use]
    pub fn eager(self) -> Self {
        Self {
            least_work: 1,
            ..self
        }
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
        tokens.check(vocabulary, positions, self.types(), self.adapters)
    }

    /// The last hidden state of every token, `[tokens of all rows, hidden]`, in the order of the batch. A row's states never depend on its
    /// neighbours, to the bit.
    ///
    /// # Errors
    /// `InvalidInput` naming a row that the model cannot read; what `run.cancel` gives.
    pub fn encode<'scratch>(
        &self,
        tokens: &Tokens<'_>,
        scratch: &'scratch mut Scratch,
        run: Run<'_>,
    ) -> Result<&'scratch [f32]> {
        self.check(tokens)?;
        let (config, count) = (&self.config, tokens.ids().len());
        let (threads, runs) = (
            worthwhile(count, self.work, run.threads, self.least_work),
            Runs::of(tokens),
        );
        let split = Split::of(count, threads, !runs.is_empty());
        scratch.reserve(&Need {
            tokens: count,
            block: split.most(count),
            by_columns: split == Split::Columns,
            threads,
            hidden: config.hidden,
            intermediate: config.intermediate,
        });
        let pass = Pass {
            kernels: self.kernels,
            heads: Heads {
                count: config.heads,
                width: config.head_width(),
            },
            intermediate: config.intermediate,
            split,
            runs: &runs,
            cancel: run.cancel,
        };
        Team::with(threads, |team| self.run(pass, tokens, scratch, team))?;
        Ok(&scratch.hidden[..count * config.hidden])
    }

    fn run(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
        team: &mut Team<'_>,
    ) -> Result<()> {
        let length = tokens.ids().len() * self.config.hidden;
        self.embed(tokens, &mut scratch.hidden[..length]);
        for layer in &self.layers {
            layer.run(pass, tokens, scratch, team)?;
        }
        if let Embeddings::Modern(modern) = &self.embeddings {
            modern.finish(self.kernels, &mut scratch.hidden[..length]);
        }
        Ok(())
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
