//! BERT and `ModernBERT` on our own kernels (`signalbox-encoder`): what production runs, with working memory that each thread keeps.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Batch, Pass, Precision};
use signalbox_encoder::{
    Adapter, Branch, Branches, Config, EachBranch, Encoder, Family, Kernels, Run, Scratch, Tensor,
    Tokens, WeightSource,
};

use crate::trunk::Trunk;

/// The most tokens of one pass, unless a single row has more: what a thread keeps stays bounded, and no row sees another anyway.
const PASS_TOKENS: usize = 2048;

/// What a thread keeps for its next pass: enough for short texts. More is soon had again, measured against the pass that needs it.
const KEPT_BYTES: usize = 4 << 20;

thread_local! {
    /// Inference threads live as long as the process.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A loaded encoder.
pub(crate) struct Fused {
    encoder: Encoder,
    adapters: usize,
    bytes: usize,
}

impl Fused {
    /// Packs the tensors that `config` asks for.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key or tensor that is missing, of another shape, or not finite.
    pub(crate) fn load(
        config: Config,
        precision: Precision,
        source: &dyn WeightSource,
        adapters: &[Adapter],
    ) -> Result<Self> {
        let weighed = Weighed {
            source,
            precision,
            bytes: Cell::new(0),
        };
        let kernels = Kernels::detect();
        let encoder = Encoder::with_adapters(config, precision, &weighed, adapters, kernels)?;
        let updates = adapters.iter().flat_map(|adapter| adapter.updates.values());
        let numbers: usize = updates.map(|update| update.a.len() + update.b.len()).sum();
        Ok(Self {
            encoder,
            adapters: adapters.len(),
            bytes: weighed.bytes.get() + numbers * size_of::<f32>(),
        })
    }

    /// `RoBERTa` has one type only, and its tokenisers tell two.
    fn types<'batch>(&self, batch: &'batch Batch) -> Option<&'batch [u8]> {
        match &self.encoder.config().family {
            Family::Bert(bert) if bert.types > 1 => batch.types(),
            Family::Bert(_) | Family::Modern(_) => None,
        }
    }
}

impl Trunk for Fused {
    fn width(&self) -> usize {
        self.encoder.config().hidden
    }

    fn max_tokens(&self) -> usize {
        self.encoder.config().positions
    }

    fn weight_bytes(&self) -> usize {
        self.bytes
    }

    fn adapters(&self) -> usize {
        self.adapters
    }

    fn branches(&self) -> &[Branch] {
        &self.encoder.config().branches
    }

    fn run_branches(
        &self,
        batch: &Batch,
        wanted: &[Branches],
        pass: Pass<'_>,
        each: &mut EachBranch<'_>,
    ) -> Result<()> {
        self.passes(batch, pass, &mut |rows, tokens, scratch, run| {
            let mut each = |row, branch, states: &[f32]| each(rows.start + row, branch, states);
            self.encoder
                .encode_branches(tokens, &wanted[rows.clone()], scratch, run, &mut each)
        })
    }

    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()> {
        let width = self.width();
        self.passes(batch, pass, &mut |rows, tokens, scratch, run| {
            let states = self.encoder.encode(tokens, scratch, run)?;
            for (row, range) in rows.zip(tokens.ranges()) {
                each(row, &states[range.start * width..range.end * width])?;
            }
            Ok(())
        })
    }
}

/// What happens to the rows of one pass.
type OnePass<'call> =
    dyn FnMut(Range<usize>, &Tokens<'_>, &mut Scratch, Run<'_>) -> Result<()> + 'call;

impl Fused {
    /// Divides a batch into passes and gives each to `one`.
    fn passes(&self, batch: &Batch, pass: Pass<'_>, one: &mut OnePass<'_>) -> Result<()> {
        let (ids, offsets, types) = (batch.ids(), batch.offsets(), self.types(batch));
        let adapters = batch.adapters();
        let whole = Tokens::new(ids, offsets, types)?.with_adapters(adapters)?;
        self.encoder.check(&whole)?;
        SCRATCH.with_borrow_mut(|scratch| {
            for rows in passes(offsets) {
                pass.cancel.check()?;
                let bounds = &offsets[rows.start..=rows.end];
                let starts: Vec<usize> = bounds.iter().map(|at| at - bounds[0]).collect();
                let here = bounds[0]..offsets[rows.end];
                let types = types.map(|types| &types[here.clone()]);
                let tokens = Tokens::new(&ids[here], &starts, types)?;
                let tokens = tokens.with_adapters(&adapters[rows.clone()])?;
                let run = Run {
                    threads: pass.threads,
                    cancel: &|| pass.cancel.check(),
                };
                one(rows, &tokens, scratch, run)?;
            }
            if scratch.bytes() > KEPT_BYTES {
                *scratch = Scratch::default();
            }
            Ok(())
        })
    }
}

/// A source that counts what becomes of its tensors: tables and vectors stay f32, the rest has the bytes of the precision.
struct Weighed<'source> {
    source: &'source dyn WeightSource,
    precision: Precision,
    bytes: Cell<usize>,
}

impl WeightSource for Weighed<'_> {
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        let tensor = self.source.tensor(name)?;
        if let Some(tensor) = &tensor {
            let packed = tensor.shape.len() == 2 && !name.starts_with("embeddings.");
            let size = if packed && self.precision == Precision::Int8 {
                1
            } else {
                size_of::<f32>()
            };
            self.bytes
                .set(self.bytes.get() + tensor.values.len() * size);
        }
        Ok(tensor)
    }

    fn place(&self, name: &str) -> String {
        self.source.place(name)
    }
}

/// The rows of each pass: as many as `PASS_TOKENS` holds, at least one.
fn passes(offsets: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let start = *offsets.get(first)?;
        let fitting = offsets[first + 1..].partition_point(|end| end - start <= PASS_TOKENS);
        let last = (first + fitting.max(1)).min(offsets.len() - 1);
        let rows = first..last;
        first = last;
        (!rows.is_empty()).then_some(rows)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_take_every_row_once_and_few_tokens() {
        type Case<'case> = (&'case [usize], &'case [(usize, usize)]);
        let most = PASS_TOKENS;
        let table: [Case<'_>; 6] = [
            (&[0], &[]),
            (&[0, 1], &[(0, 1)]),
            (&[0, most, most + 1], &[(0, 1), (1, 2)]),
            (&[0, 1, most, most + 1], &[(0, 2), (2, 3)]),
            (&[0, 3 * most, 3 * most + 1, 4 * most], &[(0, 1), (1, 3)]),
            (&[0, 1, 2, 3], &[(0, 3)]),
        ];
        for (offsets, expected) in table {
            let found: Vec<_> = passes(offsets).map(|rows| (rows.start, rows.end)).collect();
            assert_eq!(found, expected, "{offsets:?}");
        }
    }
}
