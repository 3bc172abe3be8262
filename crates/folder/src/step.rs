//! The pieces that heads are made of: dense layers, activations, norms, on `[rows, width]`.

use signalbox_base::Result;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::{Epilogue, PackedF32};

use crate::activation::Activation;

/// One piece of a head.
pub enum Step {
    /// `x · weightᵀ + bias`.
    Dense(PackedF32),
    /// Elementwise.
    Activation(Activation),
    /// Layer normalisation of each row.
    Norm {
        /// What each number is scaled by.
        weight: Vec<f32>,
        /// What is added to it then.
        bias: Vec<f32>,
        /// Added to the variance.
        epsilon: f32,
    },
}

impl Step {
    /// Reads `name.weight`, `[outputs, inputs]`, and `name.bias`, if any.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing or of another shape.
    pub fn dense(
        source: &dyn WeightSource,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Self> {
        let weight = read(source, &format!("{name}.weight"), &[outputs, inputs])?;
        let bias = read(source, &format!("{name}.bias"), &[outputs])?;
        Ok(Self::Dense(PackedF32::new(
            &weight,
            Some(&bias),
            outputs,
            inputs,
        )))
    }

    /// Reads `name.weight`, `[width]`, and `name.bias`, if any.
    ///
    /// # Errors
    /// As `dense`.
    pub fn norm(source: &dyn WeightSource, name: &str, width: usize, epsilon: f32) -> Result<Self> {
        Ok(Self::Norm {
            weight: read(source, &format!("{name}.weight"), &[width])?,
            bias: read(source, &format!("{name}.bias"), &[width])?,
            epsilon,
        })
    }

    /// What becomes of `rows`, each of which is as wide as the step before left it.
    #[must_use]
    pub fn run(&self, kernels: Kernels, mut rows: Vec<f32>) -> Vec<f32> {
        match self {
            Self::Dense(weight) => {
                let count = rows.len() / weight.depth();
                let mut out = vec![0.0; count * weight.outputs()];
                kernels.gemm(&rows, count, weight, Epilogue::Store, &mut out);
                return out;
            }
            Self::Activation(activation) => activation.run(kernels, &mut rows),
            Self::Norm {
                weight,
                bias,
                epsilon,
            } => kernels.layer_norm(&mut rows, weight, bias, *epsilon),
        }
        rows
    }

    /// How wide it leaves rows of `width`.
    #[must_use]
    pub const fn width(&self, width: usize) -> usize {
        match self {
            Self::Dense(weight) => weight.outputs(),
            Self::Activation(_) | Self::Norm { .. } => width,
        }
    }

    /// Memory that its weights take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let numbers = match self {
            Self::Dense(weight) => weight.outputs().next_multiple_of(32) * (weight.depth() + 1),
            Self::Activation(_) => 0,
            Self::Norm { weight, bias, .. } => weight.len() + bias.len(),
        };
        numbers * size_of::<f32>()
    }
}
