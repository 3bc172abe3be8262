//! The pieces that encoders are made of: linear maps, layer norms, softmax, each on `[rows, width]` tensors.

use candle_core::{D, Device, Result, Tensor};
use signalbox_base::{Code, Error};
use signalbox_encoder::{WeightSource, read};

use crate::activation::Activation;
use crate::fault::first_line;

/// One tensor of the shape that the configuration promises.
///
/// # Errors
/// `ModelInvalid` naming the tensor when it is missing, has another shape, or holds a number that is not finite.
pub(crate) fn tensor(
    source: &dyn WeightSource,
    name: &str,
    shape: &[usize],
) -> signalbox_base::Result<Tensor> {
    let values = read(source, name, shape)?;
    Tensor::from_vec(values, shape, &Device::Cpu).map_err(internal)
}

/// A candle operation failed although every shape was checked at load.
#[expect(clippy::needless_pass_by_value, reason = "fits `map_err`")]
pub(crate) fn internal(error: candle_core::Error) -> Error {
    Error::new(
        Code::Internal,
        "candle",
        "an operation on checked shapes",
        first_line(&error),
    )
}

/// Elementwise, as transformers' `ACT2FN` defines these names.
pub(crate) fn activated(input: &Tensor, activation: Activation) -> Result<Tensor> {
    match activation {
        Activation::Gelu => input.gelu_erf(),
        Activation::GeluTanh => input.gelu(),
        Activation::GeluQuick => input * ((input * -1.702)?.exp()? + 1.0)?.recip()?,
        Activation::Relu => input.relu(),
        Activation::Silu => input.silu(),
        Activation::Tanh => input.tanh(),
        Activation::Sigmoid => (input.neg()?.exp()? + 1.0)?.recip(),
        Activation::Identity => Ok(input.clone()),
    }
}

/// `x · weightᵀ + bias`.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    /// Reads `name.weight` (`[outputs, inputs]`) and `name.bias`.
    pub(crate) fn load(
        source: &dyn WeightSource,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> signalbox_base::Result<Self> {
        let weight = tensor(source, &format!("{name}.weight"), &[outputs, inputs])?;
        let bias = tensor(source, &format!("{name}.bias"), &[outputs])?;
        Ok(Self { weight, bias })
    }

    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        input.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }

    /// How many numbers it holds.
    pub(crate) fn numbers(&self) -> usize {
        self.weight.elem_count() + self.bias.elem_count()
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
        source: &dyn WeightSource,
        name: &str,
        width: usize,
        epsilon: f64,
    ) -> signalbox_base::Result<Self> {
        let weight = tensor(source, &format!("{name}.weight"), &[width])?;
        let bias = tensor(source, &format!("{name}.bias"), &[width])?;
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

    /// How many numbers it holds.
    pub(crate) fn numbers(&self) -> usize {
        self.weight.elem_count() + self.bias.elem_count()
    }
}

/// Softmax over the last dimension.
pub(crate) fn softmax(input: &Tensor) -> Result<Tensor> {
    let raised = input.broadcast_sub(&input.max_keepdim(D::Minus1)?)?.exp()?;
    raised.broadcast_div(&raised.sum_keepdim(D::Minus1)?)
}
