//! A linear layer on packed weights, in either precision.

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::{Epilogue, PackedF32, PackedInt8, Quantised};

/// A weight and bias as `nn.Linear` keeps them, `[outputs, depth]` and `[outputs]`, before they are packed.
pub(crate) struct Plain {
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Option<Vec<f32>>,
    pub(crate) outputs: usize,
    pub(crate) depth: usize,
}

impl Plain {
    /// Reads `name.weight` and, where there is one, `name.bias`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn read(
        source: &dyn WeightSource,
        name: &str,
        bias: bool,
        outputs: usize,
        depth: usize,
    ) -> Result<Self> {
        let weight = read(source, &format!("{name}.weight"), &[outputs, depth])?;
        let bias = bias.then(|| read(source, &format!("{name}.bias"), &[outputs]));
        Ok(Self {
            weight,
            bias: bias.transpose()?,
            outputs,
            depth,
        })
    }

    /// One below the other; both have a bias, or neither.
    pub(crate) fn stack(mut self, other: Self) -> Self {
        self.weight.extend(other.weight);
        if let (Some(bias), Some(more)) = (&mut self.bias, other.bias) {
            bias.extend(more);
        }
        self.outputs += other.outputs;
        self
    }

    /// Multiplies all results by `factor`.
    pub(crate) fn scale(mut self, factor: f32) -> Self {
        let bias = self.bias.iter_mut().flatten();
        self.weight
            .iter_mut()
            .chain(bias)
            .for_each(|value| *value *= factor);
        self
    }

    pub(crate) fn pack(&self, precision: Precision) -> Linear {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_deref());
        match precision {
            Precision::F32 => Linear::F32(PackedF32::new(weight, bias, self.outputs, self.depth)),
            Precision::Int8 => {
                Linear::Int8(PackedInt8::new(weight, bias, self.outputs, self.depth))
            }
        }
    }
}

/// A packed weight and bias.
pub(crate) enum Linear {
    F32(PackedF32),
    Int8(PackedInt8),
}

impl Linear {
    /// `input` is `[rows, depth]`, `out` `[rows, outputs]`.
    pub(crate) fn run(&self, kernels: Kernels, input: &[f32], epilogue: Epilogue, out: &mut [f32]) {
        match self {
            Self::F32(weight) => {
                kernels.gemm(input, input.len() / weight.depth(), weight, epilogue, out);
            }
            Self::Int8(weight) => {
                let mut space = Quantised::default();
                kernels.quantise(input, weight.depth(), &mut space);
                kernels.gemm_int8(&space, weight, epilogue, out);
            }
        }
    }

    /// Columns of the result.
    pub(crate) const fn outputs(&self) -> usize {
        match self {
            Self::F32(weight) => weight.outputs(),
            Self::Int8(weight) => weight.outputs(),
        }
    }

    /// Memory that it takes.
    pub(crate) const fn bytes(&self) -> usize {
        match self {
            Self::F32(weight) => (weight.depth() + 1) * weight.outputs() * size_of::<f32>(),
            Self::Int8(weight) => (weight.depth() + 3 * size_of::<f32>()) * weight.outputs(),
        }
    }
}
