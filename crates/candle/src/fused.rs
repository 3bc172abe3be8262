//! BERT on our own kernels (`signalbox-encoder`): what production runs, with working memory that each thread keeps.

use std::cell::RefCell;
use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Backend, Batch, Cancel, Matrix, Output, Precision};
use signalbox_encoder::{Bert, Encoder, Family, Safetensors, Scratch, Tokens};

use crate::config::Config;

/// The most tokens of one pass, unless a single row has more: what a thread keeps stays bounded, and no row sees another anyway.
const PASS_TOKENS: usize = 2048;

thread_local! {
    /// Inference threads live as long as the process, so each allocates this once.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// A loaded BERT encoder.
pub(crate) struct Fused {
    encoder: Encoder,
}

impl Fused {
    /// Packs the tensors that `config` asks for out of the bytes of `model.safetensors`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key or tensor that is missing, of another shape, or not finite.
    pub(crate) fn load(config: Config, precision: Precision, file: &[u8]) -> Result<Self> {
        let weights = Safetensors::read(&[file])?;
        let encoder = Encoder::new(shape(config), precision, &weights)?;
        Ok(Self { encoder })
    }
}

impl Backend for Fused {
    fn run(&self, input: &Batch, cancel: &Cancel) -> Result<Output> {
        let width = self.dimensions();
        let (ids, offsets) = (input.ids(), input.offsets());
        self.encoder.check(&Tokens::new(ids, offsets, None)?)?;
        let mut values = Vec::with_capacity(ids.len() * width);
        SCRATCH.with_borrow_mut(|scratch| {
            for rows in passes(offsets) {
                cancel.check()?;
                let bounds = &offsets[rows.start..=rows.end];
                let starts: Vec<usize> = bounds.iter().map(|at| at - bounds[0]).collect();
                let tokens = Tokens::new(&ids[bounds[0]..offsets[rows.end]], &starts, None)?;
                let states = self.encoder.encode(&tokens, scratch, &|| cancel.check())?;
                values.extend_from_slice(states);
            }
            Ok(())
        })?;
        Ok(Output::Hidden(Matrix { values, width }))
    }

    fn architecture(&self) -> &'static str {
        "bert"
    }

    fn max_tokens(&self) -> usize {
        self.encoder.config().positions
    }

    fn dimensions(&self) -> usize {
        self.encoder.config().hidden
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

fn shape(config: Config) -> signalbox_encoder::Config {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "f32 is what the norm computes in"
    )]
    let norm_epsilon = config.epsilon as f32;
    signalbox_encoder::Config {
        vocabulary: config.vocabulary,
        hidden: config.hidden,
        layers: config.layers,
        heads: config.heads,
        intermediate: config.intermediate,
        positions: config.positions,
        norm_epsilon,
        family: Family::Bert(Bert {
            types: config.types,
            first_position: 0,
        }),
    }
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
