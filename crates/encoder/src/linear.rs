//! A linear layer in either precision.

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Epilogue, Kernels, PackedF32, PackedInt8, Quantised};

use crate::source::{WeightSource, read, read_if};

/// A weight and bias, packed.
pub(crate) enum Linear {
    F32(PackedF32),
    Int8(PackedInt8),
}

/// A weight and bias as `nn.Linear` keeps them, `[outputs, depth]` and `[outputs]`.
pub(crate) struct Plain {
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
    pub(crate) outputs: usize,
    pub(crate) depth: usize,
}

impl Plain {
    /// Reads `name.weight` and, where there is one, `name.bias`.
    pub(crate) fn read(
        source: &dyn WeightSource,
        name: &str,
        bias: bool,
        outputs: usize,
        depth: usize,
    ) -> Result<Self> {
        let weight = read(source, &format!("{name}.weight"), &[outputs, depth])?;
        let bias = read_if(bias, source, &format!("{name}.bias"), &[outputs])?;
        Ok(Self {
            weight,
            bias,
            outputs,
            depth,
        })
    }

    /// One below the other.
    pub(crate) fn stack(mut self, other: Self) -> Self {
        self.weight.extend(other.weight);
        if let (Some(bias), Some(more)) = (&mut self.bias, other.bias) {
            bias.extend(more);
        }
        self.outputs += other.outputs;
        self
    }

    /// Multiplies the first `outputs` results by `factor`.
    pub(crate) fn scale(mut self, outputs: usize, factor: f32) -> Self {
        self.weight[..outputs * self.depth]
            .iter_mut()
            .for_each(|value| *value *= factor);
        self.bias.iter_mut().for_each(|bias| {
            bias[..outputs]
                .iter_mut()
                .for_each(|value| *value *= factor);
        });
        self
    }

    pub(crate) fn pack(&self, precision: Precision) -> Linear {
        let bias = self.bias.as_deref();
        match precision {
            Precision::F32 => {
                Linear::F32(PackedF32::new(&self.weight, bias, self.outputs, self.depth))
            }
            Precision::Int8 => Linear::Int8(PackedInt8::new(
                &self.weight,
                bias,
                self.outputs,
                self.depth,
            )),
        }
    }

    /// The first half of the outputs inputs, the second their gates.
    pub(crate) fn pack_gated(&self, precision: Precision) -> Linear {
        let (bias, outputs) = (self.bias.as_deref(), self.outputs / 2);
        match precision {
            Precision::F32 => {
                Linear::F32(PackedF32::gated(&self.weight, bias, outputs, self.depth))
            }
            Precision::Int8 => {
                Linear::Int8(PackedInt8::gated(&self.weight, bias, outputs, self.depth))
            }
        }
    }
}

impl Linear {
    /// `input` `[rows, depth]`, `out` `[rows, outputs]`; `space` is used in int8 only.
    pub(crate) fn run(
        &self,
        kernels: Kernels,
        input: &[f32],
        epilogue: Epilogue,
        space: &mut Quantised,
        out: &mut [f32],
    ) {
        match self {
            Self::F32(weight) => {
                kernels.gemm(input, input.len() / weight.depth(), weight, epilogue, out);
            }
            Self::Int8(weight) => {
                kernels.quantise(input, weight.depth(), space);
                kernels.gemm_int8(space, weight, epilogue, out);
            }
        }
    }
}
