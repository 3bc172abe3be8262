//! Low-rank updates of linear layers (Hu et al., 2021, section 4.1): `W + B * A`, one set an adapter, chosen for each row.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use signalbox_base::Result;
use signalbox_simd::{Kernels, PackedF32};

use crate::batch::Tokens;
use signalbox_base::model_invalid;

/// The update of one linear layer, whatever factor belongs to it included.
#[derive(Clone, Debug, PartialEq)]
pub struct LowRank {
    /// Rows of `a`; at least 1.
    pub rank: usize,
    /// `[rank, depth]`.
    pub a: Vec<f32>,
    /// `[outputs, rank]`.
    pub b: Vec<f32>,
}

/// Updates by the name of the layer, without `.weight`: `encoder.layer.0.attention.self.query`, `layers.0.attn.Wqkv`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adapter {
    /// How errors name it.
    pub name: String,
    /// Layers that it leaves alone are missing.
    pub updates: BTreeMap<String, LowRank>,
}

impl Adapter {
    /// The update of the layer `name`, of the shape `[outputs, depth]`.
    ///
    /// # Errors
    /// `ModelInvalid` naming adapter and layer when it has another shape, or holds a number that is not finite.
    pub(crate) fn update(
        &self,
        name: &str,
        outputs: usize,
        depth: usize,
    ) -> Result<Option<LowRank>> {
        let Some(update) = self.updates.get(name) else {
            return Ok(None);
        };
        let fault = |expected: String, received: String| {
            Err(model_invalid(
                format!("{}:{name}", self.name),
                expected,
                received,
            ))
        };
        let lengths = (update.a.len(), update.b.len());
        let wanted = (
            update.rank.saturating_mul(depth),
            update.rank.saturating_mul(outputs),
        );
        if update.rank == 0 || lengths != wanted {
            let rank = update.rank;
            return fault(
                format!("A of [rank, {depth}] and B of [{outputs}, rank]"),
                format!("{} and {} numbers for rank {rank}", lengths.0, lengths.1),
            );
        }
        let mut numbers = update.a.iter().chain(&update.b);
        if !numbers.all(|value| value.is_finite()) {
            return fault("finite numbers".to_owned(), "NaN or infinity".to_owned());
        }
        Ok(Some(update.clone()))
    }

    /// Refuses updates of layers that the model has not, or that have none here.
    ///
    /// # Errors
    /// `ModelInvalid` naming adapter and layer.
    pub(crate) fn check(&self, known: &BTreeSet<String>) -> Result<()> {
        match self.updates.keys().find(|name| !known.contains(*name)) {
            Some(name) => Err(model_invalid(
                format!("{}:{name}", self.name),
                "a linear layer of the model",
                "none of this name",
            )),
            None => Ok(()),
        }
    }
}

impl LowRank {
    /// The update of `above` outputs on top of those of `below`, both on the same input: either may be missing.
    pub(crate) fn stack(
        above: Option<Self>,
        below: Option<Self>,
        (more_above, more_below): (usize, usize),
    ) -> Option<Self> {
        if above.is_none() && below.is_none() {
            return None;
        }
        let none = || Self {
            rank: 0,
            a: Vec::new(),
            b: Vec::new(),
        };
        let (above, below) = (above.unwrap_or_else(none), below.unwrap_or_else(none));
        let mut b = Vec::with_capacity((above.rank + below.rank) * (more_above + more_below));
        for output in 0..more_above {
            b.extend(&above.b[output * above.rank..(output + 1) * above.rank]);
            b.extend((0..below.rank).map(|_| 0.0));
        }
        for output in 0..more_below {
            b.extend((0..above.rank).map(|_| 0.0));
            b.extend(&below.b[output * below.rank..(output + 1) * below.rank]);
        }
        Some(Self {
            rank: above.rank + below.rank,
            a: [above.a, below.a].concat(),
            b,
        })
    }

    /// Multiplies what the first `outputs` outputs get.
    pub(crate) fn scale(&mut self, outputs: usize, factor: f32) {
        let own = outputs * self.rank;
        self.b[..own].iter_mut().for_each(|value| *value *= factor);
    }
}

/// An update as the kernels read it.
pub(crate) struct PackedUpdate {
    /// To the rank.
    down: PackedF32,
    /// And back, in the lanes of the weight that it updates.
    up: PackedF32,
}

/// What a product with updates writes on its way: `[rows, rank]` and `[rows, lanes]`.
#[derive(Default)]
pub(crate) struct UpdateSpace {
    low: Vec<f32>,
    addend: Vec<f32>,
}

impl UpdateSpace {
    pub(crate) const fn bytes(&self) -> usize {
        (self.low.capacity() + self.addend.capacity()) * size_of::<f32>()
    }
}

impl PackedUpdate {
    /// `gated` as the weight is, with `outputs` results.
    pub(crate) fn new(update: &LowRank, outputs: usize, gated: bool, depth: usize) -> Self {
        Self {
            down: PackedF32::new(&update.a, None, update.rank, depth),
            up: PackedF32::in_lanes(&update.b, outputs, gated, update.rank),
        }
    }

    /// What is added to the product of each row of `input`, `[rows, depth]`.
    pub(crate) fn addend<'space>(
        &self,
        kernels: Kernels,
        input: &[f32],
        space: &'space mut UpdateSpace,
    ) -> &'space [f32] {
        use signalbox_simd::Epilogue::Store;
        let rows = input.len() / self.down.depth();
        space.low.resize(rows * self.down.outputs(), 0.0);
        space.addend.resize(rows * self.up.outputs(), 0.0);
        kernels.gemm(input, rows, &self.down, Store, &mut space.low);
        kernels.gemm(&space.low, rows, &self.up, Store, &mut space.addend);
        &space.addend
    }
}

/// Neighbouring tokens of one adapter, in order; empty where no row has any.
#[derive(Default)]
pub(crate) struct Runs(Vec<(Range<usize>, Option<usize>)>);

impl Runs {
    pub(crate) fn of(tokens: &Tokens<'_>) -> Self {
        let mut runs: Vec<(Range<usize>, Option<usize>)> = Vec::new();
        if tokens.adapters().iter().all(Option::is_none) {
            return Self(runs);
        }
        for (row, adapter) in tokens.ranges().zip(tokens.adapters()) {
            let adapter = adapter.map(usize::from);
            match runs.last_mut().filter(|(_, last)| *last == adapter) {
                Some((range, _)) => range.end = row.end,
                None => runs.push((row, adapter)),
            }
        }
        Self(runs)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The runs of the tokens of `block`, counted from its start.
    pub(crate) fn within(
        &self,
        block: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, Option<usize>)> {
        self.0.iter().filter_map(move |(run, adapter)| {
            let (first, end) = (run.start.max(block.start), run.end.min(block.end));
            (first < end).then(|| (first - block.start..end - block.start, *adapter))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_join_neighbours_and_are_cut_at_blocks() {
        let offsets = [0, 2, 3, 6, 7];
        let adapters = [Some(1), Some(1), None, Some(0)];
        let tokens =
            Tokens::new(&[0; 7], &offsets, None).and_then(|tokens| tokens.with_adapters(&adapters));
        let runs = Runs::of(&tokens.expect("a batch"));
        let within = |block| runs.within(block).collect::<Vec<_>>();
        assert_eq!(
            within(0..7),
            [(0..3, Some(1)), (3..6, None), (6..7, Some(0))]
        );
        assert_eq!(within(2..5), [(0..1, Some(1)), (1..3, None)]);
        let none = Tokens::new(&[0; 7], &offsets, None).expect("a batch");
        assert!(Runs::of(&none).is_empty());
    }

    #[test]
    fn stacked_updates_stay_apart() {
        let one = |value: f32, rank: usize, outputs: usize| LowRank {
            rank,
            a: vec![value; rank * 2],
            b: vec![value; rank * outputs],
        };
        let both =
            LowRank::stack(Some(one(1.0, 1, 1)), Some(one(2.0, 2, 2)), (1, 2)).expect("some");
        assert_eq!(both.a, [1.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
        assert_eq!(both.b, [1.0, 0.0, 0.0, 0.0, 2.0, 2.0, 0.0, 2.0, 2.0]);
        let right = LowRank::stack(None, Some(one(2.0, 1, 1)), (2, 1)).expect("some");
        assert_eq!((right.rank, right.b), (1, vec![0.0, 0.0, 2.0]));
        assert_eq!(LowRank::stack(None, None, (1, 1)), None);
    }
}
