//! A loaded encoder: from token ids to hidden states.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Heads, Kernels, Team};

use crate::adapter::{Adapter, Runs};
use crate::batch::Tokens;
use crate::branch::Branches;
use crate::config::{Branch, Config, Family};
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
    /// The model's own.
    layers: Vec<Layer>,
    /// Those of each branch, in the order of the configuration.
    branches: Vec<Vec<Layer>>,
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

/// What takes a row, a branch, and the row's states there.
pub type EachBranch<'call> = dyn FnMut(usize, usize, &[f32]) -> Result<()> + 'call;

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
        let embeddings = match &config.family {
            Family::Bert(bert) => Embeddings::Bert(bert::Embeddings::read(weights, &config, bert)?),
            Family::Modern(modern) => {
                Embeddings::Modern(modern::Embeddings::read(weights, &config, modern)?)
            }
        };
        let read = |which: (&str, Range<usize>)| match &config.family {
            Family::Bert(_) => bert::layers(&loader, &config, precision, which),
            Family::Modern(modern) => modern::layers(&loader, &config, modern, precision, which),
        };
        let layers = read(("", 0..config.layers))?;
        let branch = |branch: &Branch| {
            let prefix = format!("branches.{}.", branch.name);
            read((&prefix, branch.from..config.layers))
        };
        let branches = config.branches.iter().map(branch).collect::<Result<_>>()?;
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
            branches,
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
        self.embed(tokens, scratch)?;
        self.climb(&self.layers, tokens, scratch, run)?;
        Ok(self.finish(tokens, scratch))
    }

    /// Gives `each` the last hidden states of every row, `[tokens, hidden]`, once for every branch that it wants: `wanted` has one entry a
    /// row. Lower layers run once for all of them. Rows come in the order of the batch, once the branches are taken one by one.
    ///
    /// # Errors
    /// `InvalidInput` naming a row that the model cannot read; what `run.cancel` and `each` give.
    pub fn encode_branches(
        &self,
        tokens: &Tokens<'_>,
        wanted: &[Branches],
        scratch: &mut Scratch,
        run: Run<'_>,
        each: &mut EachBranch<'_>,
    ) -> Result<()> {
        let fork = self.fork();
        let all = wanted
            .iter()
            .copied()
            .fold(Branches::none(), Branches::union);
        self.embed(tokens, scratch)?;
        self.climb(&self.layers[..fork], tokens, scratch, run)?;
        let hidden = self.config.hidden;
        let forked = match wanted {
            [first, ..] if all.places().count() > 1 || *first != all => {
                scratch.hidden[..tokens.ids().len() * hidden].to_vec()
            }
            _ => Vec::new(),
        };
        for branch in all.places() {
            let rows = (0..wanted.len()).filter(|row| wanted[*row].has(branch));
            let rows: Vec<usize> = rows.collect();
            let own = tokens.rows(&rows);
            if !forked.is_empty() {
                gather(&forked, tokens, &rows, hidden, &mut scratch.hidden);
            }
            let (from, upper) = match branch.checked_sub(1) {
                None => (self.layers.len(), &[][..]),
                Some(place) => (self.config.branches[place].from, &self.branches[place][..]),
            };
            let own = own.tokens()?;
            self.climb(&self.layers[fork..from], &own, scratch, run)?;
            self.climb(upper, &own, scratch, run)?;
            let states = self.finish(&own, scratch);
            for (row, range) in rows.iter().zip(own.ranges()) {
                each(
                    *row,
                    branch,
                    &states[range.start * hidden..range.end * hidden],
                )?;
            }
        }
        Ok(())
    }

    /// How many of the lower layers all branches share.
    fn fork(&self) -> usize {
        let forks = self.config.branches.iter().map(|branch| branch.from);
        forks.min().unwrap_or(self.layers.len())
    }

    /// Fills `scratch.hidden` with what the first layer reads.
    fn embed(&self, tokens: &Tokens<'_>, scratch: &mut Scratch) -> Result<()> {
        self.check(tokens)?;
        let (hidden, kernels) = (self.config.hidden, self.kernels);
        let length = tokens.ids().len() * hidden;
        scratch.hidden.reserve(length);
        let out = &mut scratch.hidden[..length];
        match &self.embeddings {
            Embeddings::Bert(bert) => bert.run(kernels, tokens, hidden, out),
            Embeddings::Modern(modern) => modern.run(kernels, tokens, hidden, out),
        }
        Ok(())
    }

    /// Takes the states in `scratch.hidden` through `layers`.
    fn climb(
        &self,
        layers: &[Layer],
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
        run: Run<'_>,
    ) -> Result<()> {
        if layers.is_empty() {
            return Ok(());
        }
        let (config, count) = (&self.config, tokens.ids().len());
        let work = self.work / self.layers.len() * layers.len();
        let threads = worthwhile(count, work, run.threads, self.least_work);
        let runs = Runs::of(tokens);
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
        Team::with(threads, |team| {
            let mut layers = layers.iter();
            layers.try_for_each(|layer| layer.run(pass, tokens, scratch, team))
        })
    }

    /// The states of `tokens` as they leave the encoder.
    fn finish<'scratch>(
        &self,
        tokens: &Tokens<'_>,
        scratch: &'scratch mut Scratch,
    ) -> &'scratch [f32] {
        let states = &mut scratch.hidden[..tokens.ids().len() * self.config.hidden];
        if let Embeddings::Modern(modern) = &self.embeddings {
            modern.finish(self.kernels, states);
        }
        states
    }

    /// `ModernBERT` knows no types and ignores them.
    const fn types(&self) -> usize {
        match &self.config.family {
            Family::Bert(bert) => bert.types,
            Family::Modern(_) => 256,
        }
    }
}

/// Copies the states of some rows, one after the other.
fn gather(from: &[f32], tokens: &Tokens<'_>, rows: &[usize], hidden: usize, to: &mut [f32]) {
    let mut at = 0;
    for row in rows {
        let range = tokens.range(*row);
        let part = &from[range.start * hidden..range.end * hidden];
        to[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
}
