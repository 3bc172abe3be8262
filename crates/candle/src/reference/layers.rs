//! The pieces that encoders are made of: linear maps, layer norms, softmax, each on `[rows, width]` tensors.

use candle_core::{D, Result, Tensor};

use super::weights::Weights;

/// `x · weightᵀ + bias`.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    /// Reads `name.weight` (`[outputs, inputs]`) and `name.bias`.
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> signalbox_base::Result<Self> {
        let weight = weights.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = weights.tensor(&format!("{name}.bias"), &[outputs])?;
        Ok(Self { weight, bias })
    }

    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        input.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }
}

/// Layer normalisation over the last dimension.
pub(crate) struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f64,
}

impl LayerNorm {
    pub(crate) fn load(
        weights: &Weights<'_>,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> signalbox_base::Result<Self> {
        let weight = weights.tensor(&format!("{name}.weight"), &[width])?;
        let bias = weights.tensor(&format!("{name}.bias"), &[width])?;
        Ok(Self {
            weight,
            bias,
            epsilon,
        })
    }

    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let centred = input.broadcast_sub(&input.mean_keepdim(D::Minus1)?)?;
        let deviation = (centred.sqr()?.mean_keepdim(D::Minus1)? + self.epsilon)?.sqrt()?;
        centred
            .broadcast_div(&deviation)?
            .broadcast_mul(&self.weight)?
            .broadcast_add(&self.bias)
    }
}

/// Softmax over the last dimension.
pub(crate) fn softmax(input: &Tensor) -> Result<Tensor> {
    let raised = input.broadcast_sub(&input.max_keepdim(D::Minus1)?)?.exp()?;
    raised.broadcast_div(&raised.sum_keepdim(D::Minus1)?)
}
