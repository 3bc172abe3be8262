//! A linear layer on packed weights.

use signalbox_base::Result;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::{Epilogue, PackedF32};

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

    pub(crate) fn pack(&self) -> Linear {
        let bias = self.bias.as_deref();
        Linear(PackedF32::new(
            &self.weight,
            bias,
            self.outputs,
            self.depth,
        ))
    }
}

/// A packed weight and bias.
pub(crate) struct Linear(PackedF32);

impl Linear {
    /// `input` is `[rows, depth]`, `out` `[rows, outputs]`.
    pub(crate) fn run(&self, kernels: Kernels, input: &[f32], epilogue: Epilogue, out: &mut [f32]) {
        kernels.gemm(input, input.len() / self.0.depth(), &self.0, epilogue, out);
    }

    pub(crate) const fn outputs(&self) -> usize {
        self.0.outputs()
    }

    pub(crate) const fn bytes(&self) -> usize {
        (self.0.depth() + 1) * self.0.outputs() * size_of::<f32>()
    }
}
