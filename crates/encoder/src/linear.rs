//! A linear layer in either precision, with the updates of adapters.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Epilogue, Kernels, MatrixMut, PackedF32, PackedInt8, Quantised};

use crate::adapter::{LowRank, PackedUpdate, Runs};
use crate::loader::Loader;
use crate::scratch::LinearSpace;
use crate::source::{read, read_if};

/// A weight and bias, packed, and for each adapter what it adds.
pub(crate) struct Linear {
    weight: Weight,
    /// Empty where no adapter changes this layer.
    updates: Vec<Option<PackedUpdate>>,
}

enum Weight {
    F32(PackedF32),
    Int8(PackedInt8),
}

/// A weight and bias as `nn.Linear` keeps them, `[outputs, depth]` and `[outputs]`.
pub(crate) struct Plain {
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    updates: Vec<Option<LowRank>>,
    outputs: usize,
    depth: usize,
}

impl Plain {
    /// Reads `name.weight` and, where there is one, `name.bias`, and what adapters have under `name`.
    pub(crate) fn read(
        loader: &Loader<'_>,
        name: &str,
        bias: bool,
        outputs: usize,
        depth: usize,
    ) -> Result<Self> {
        let weight = read(loader.source, &format!("{name}.weight"), &[outputs, depth])?;
        let bias = read_if(bias, loader.source, &format!("{name}.bias"), &[outputs])?;
        Ok(Self {
            weight,
            bias,
            updates: loader.updates(name, outputs, depth)?,
            outputs,
            depth,
        })
    }

    /// One below the other.
    pub(crate) fn stack(mut self, other: Self) -> Self {
        let outputs = (self.outputs, other.outputs);
        self.weight.extend(other.weight);
        if let (Some(bias), Some(more)) = (&mut self.bias, other.bias) {
            bias.extend(more);
        }
        let pairs = self.updates.into_iter().zip(other.updates);
        self.updates = pairs
            .map(|(above, below)| LowRank::stack(above, below, outputs))
            .collect();
        self.outputs += other.outputs;
        self
    }

    /// Multiplies the first `outputs` results by `factor`.
    pub(crate) fn scale(mut self, outputs: usize, factor: f32) -> Self {
        let scale = |values: &mut [f32]| values.iter_mut().for_each(|value| *value *= factor);
        scale(&mut self.weight[..outputs * self.depth]);
        self.bias
            .iter_mut()
            .for_each(|bias| scale(&mut bias[..outputs]));
        self.updates
            .iter_mut()
            .flatten()
            .for_each(|update| update.scale(outputs, factor));
        self
    }

    pub(crate) fn pack(&self, precision: Precision) -> Linear {
        let bias = self.bias.as_deref();
        let (outputs, depth) = (self.outputs, self.depth);
        Linear {
            weight: match precision {
                Precision::F32 => Weight::F32(PackedF32::new(&self.weight, bias, outputs, depth)),
                Precision::Int8 => {
                    Weight::Int8(PackedInt8::new(&self.weight, bias, outputs, depth))
                }
            },
            updates: self.pack_updates(outputs, false),
        }
    }

    /// The first half of the outputs inputs, the second their gates.
    pub(crate) fn pack_gated(&self, precision: Precision) -> Linear {
        let bias = self.bias.as_deref();
        let (outputs, depth) = (self.outputs / 2, self.depth);
        Linear {
            weight: match precision {
                Precision::F32 => Weight::F32(PackedF32::gated(&self.weight, bias, outputs, depth)),
                Precision::Int8 => {
                    Weight::Int8(PackedInt8::gated(&self.weight, bias, outputs, depth))
                }
            },
            updates: self.pack_updates(outputs, true),
        }
    }

    fn pack_updates(&self, outputs: usize, gated: bool) -> Vec<Option<PackedUpdate>> {
        if self.updates.iter().all(Option::is_none) {
            return Vec::new();
        }
        let pack = |update: &LowRank| PackedUpdate::new(update, outputs, gated, self.depth);
        self.updates
            .iter()
            .map(|update| update.as_ref().map(pack))
            .collect()
    }
}

/// Tokens on their way through a linear layer: which they are, and whose.
pub(crate) struct Input<'call> {
    /// `[tokens, depth]`.
    values: &'call [f32],
    /// Their places in the batch.
    tokens: &'call Range<usize>,
    runs: &'call Runs,
}

impl<'call> Input<'call> {
    pub(crate) const fn new(
        values: &'call [f32],
        tokens: &'call Range<usize>,
        runs: &'call Runs,
    ) -> Self {
        Self {
            values,
            tokens,
            runs,
        }
    }
}

impl Linear {
    /// Numbers of the weight.
    pub(crate) const fn weights(&self) -> usize {
        match &self.weight {
            Weight::F32(weight) => weight.lanes() * weight.depth(),
            Weight::Int8(weight) => weight.lanes() * weight.depth(),
        }
    }

    /// `out` is `[tokens, outputs]`. Tokens without an adapter are what they would be if there were none, to the bit.
    pub(crate) fn run(
        &self,
        kernels: Kernels,
        input: &Input<'_>,
        epilogue: Epilogue,
        space: &mut LinearSpace,
        out: &mut [f32],
    ) {
        if self.updates.is_empty() || input.runs.is_empty() {
            return self.run_plain(kernels, input.values, epilogue, &mut space.quantised, out);
        }
        let (depth, outputs) = (self.weight.depth(), self.weight.outputs());
        for (rows, adapter) in input.runs.within(input.tokens.clone()) {
            let values = &input.values[rows.start * depth..rows.end * depth];
            let out = &mut out[rows.start * outputs..rows.end * outputs];
            match adapter.and_then(|adapter| self.updates[adapter].as_ref()) {
                Some(update) => self.run_updated(kernels, values, update, epilogue, space, out),
                None => self.run_plain(kernels, values, epilogue, &mut space.quantised, out),
            }
        }
    }

    fn run_plain(
        &self,
        kernels: Kernels,
        input: &[f32],
        epilogue: Epilogue,
        space: &mut Quantised,
        out: &mut [f32],
    ) {
        match &self.weight {
            Weight::F32(weight) => {
                kernels.gemm(input, input.len() / weight.depth(), weight, epilogue, out);
            }
            Weight::Int8(weight) => {
                kernels.quantise(input, weight.depth(), space);
                kernels.gemm_int8(space, weight, epilogue, out);
            }
        }
    }

    fn run_updated(
        &self,
        kernels: Kernels,
        input: &[f32],
        update: &PackedUpdate,
        epilogue: Epilogue,
        space: &mut LinearSpace,
        out: &mut [f32],
    ) {
        let addend = update.addend(kernels, input, &mut space.update);
        match &self.weight {
            Weight::F32(weight) => kernels.gemm_added(input, weight, addend, epilogue, out),
            Weight::Int8(weight) => {
                kernels.quantise(input, weight.depth(), &mut space.quantised);
                kernels.gemm_int8_added(&space.quantised, weight, addend, epilogue, out);
            }
        }
    }

    /// Readies `input`, `[rows, depth]`, for `run_part`.
    pub(crate) fn prepare(&self, kernels: Kernels, input: &[f32], space: &mut Quantised) {
        if let Weight::Int8(weight) = &self.weight {
            kernels.quantise(input, weight.depth(), space);
        }
    }

    /// Some of the columns, without adapters, of an `input` that was readied into `quantised`.
    pub(crate) fn run_part(
        &self,
        kernels: Kernels,
        (input, quantised): (&[f32], &Quantised),
        panels: Range<usize>,
        epilogue: Epilogue,
        out: MatrixMut<'_>,
    ) {
        match &self.weight {
            Weight::F32(weight) => kernels.gemm_part(input, weight, panels, epilogue, out),
            Weight::Int8(weight) => {
                kernels.gemm_int8_part(quantised, weight, panels, epilogue, out);
            }
        }
    }

    /// Cuts `out`, `[rows, outputs]`, at most into so many parts, with the panels that give the columns of each.
    pub(crate) fn cut<'out>(
        &self,
        out: &'out mut [f32],
        parts: usize,
    ) -> impl Iterator<Item = (Range<usize>, MatrixMut<'out>)> {
        let panels = self.weight.panels();
        let size = panels.div_ceil(parts).max(1);
        let mut rest = Some(MatrixMut::new(out, self.weight.outputs()));
        (0..panels).step_by(size).filter_map(move |first| {
            let panels = first..(first + size).min(panels);
            let (own, others) = rest.take()?.split_columns(self.weight.outputs_of(&panels));
            rest = Some(others);
            Some((panels, own))
        })
    }
}

impl Weight {
    const fn depth(&self) -> usize {
        match self {
            Self::F32(weight) => weight.depth(),
            Self::Int8(weight) => weight.depth(),
        }
    }

    const fn outputs(&self) -> usize {
        match self {
            Self::F32(weight) => weight.outputs(),
            Self::Int8(weight) => weight.outputs(),
        }
    }

    const fn panels(&self) -> usize {
        match self {
            Self::F32(weight) => weight.panels(),
            Self::Int8(weight) => weight.panels(),
        }
    }

    fn outputs_of(&self, panels: &Range<usize>) -> usize {
        match self {
            Self::F32(weight) => weight.outputs_of(panels),
            Self::Int8(weight) => weight.outputs_of(panels),
        }
    }
}
