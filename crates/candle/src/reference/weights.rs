//! `model.safetensors` of a folder: tensors by name, each of the shape the configuration promises.

use candle_core::safetensors::Load;
use candle_core::{DType, Device, Tensor};
use safetensors::SafeTensors;
use signalbox_base::{Code, Error, Result};

use crate::fault::{first_line, model_invalid};

const FILE: &str = "model.safetensors";

/// Prefixes under which exporters put an encoder: bare, and inside a model with a head.
const PREFIXES: [&str; 2] = ["", "bert."];

/// The tensors of one file.
pub(crate) struct Weights<'file> {
    tensors: SafeTensors<'file>,
    prefix: &'static str,
}

impl<'file> Weights<'file> {
    /// Reads the header; `probe` is a tensor that every such model has and tells the prefix.
    ///
    /// # Errors
    /// `ModelInvalid` when the file is cut short, corrupt, or lacks `probe`.
    pub(crate) fn read(bytes: &'file [u8], probe: &str) -> Result<Self> {
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|error| model_invalid(FILE, "a safetensors file", first_line(&error)))?;
        let prefix = PREFIXES
            .into_iter()
            .find(|prefix| tensors.tensor(&format!("{prefix}{probe}")).is_ok());
        let prefix = prefix
            .ok_or_else(|| model_invalid(format!("{FILE}:{probe}"), "a tensor", "nothing"))?;
        Ok(Self { tensors, prefix })
    }

    /// One tensor as f32.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor when it is missing or has another shape or an element type that is no number.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let at = || format!("{FILE}:{}{name}", self.prefix);
        let view = self.find(name).ok_or_else(|| {
            model_invalid(at(), format!("a tensor of shape {shape:?}"), "nothing")
        })?;
        if view.shape() != shape {
            return Err(model_invalid(
                at(),
                format!("shape {shape:?}"),
                format!("shape {:?}", view.shape()),
            ));
        }
        match view.dtype() {
            safetensors::Dtype::F32 | safetensors::Dtype::F16 | safetensors::Dtype::BF16 => {}
            other => {
                return Err(model_invalid(
                    at(),
                    "f32, f16 or bf16",
                    format!("{other:?}"),
                ));
            }
        }
        view.load(&Device::Cpu)
            .and_then(|tensor| tensor.to_dtype(DType::F32))
            .map_err(internal)
    }

    /// Checkpoints of 2018 call the two vectors of a layer norm `gamma` and `beta`.
    fn find(&self, name: &str) -> Option<safetensors::tensor::TensorView<'_>> {
        let old = name
            .replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
        [name, &old]
            .into_iter()
            .find_map(|name| self.tensors.tensor(&format!("{}{name}", self.prefix)).ok())
    }
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
