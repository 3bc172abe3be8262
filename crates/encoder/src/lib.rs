//! Our own forward pass for encoders of BERT's and `ModernBERT`'s shape on ordinary CPUs: f32 and int8, no padding, nothing allocated per call.
//!
//! ```text
//! Config ─┐
//!         ├─▶ Encoder::new ─▶ encode(Tokens, Scratch, cancel) ─▶ hidden states [tokens, hidden]
//! Weights ┘      packs once          one Scratch a worker
//! ```

#![forbid(unsafe_code)]

mod batch;
mod bert;
mod config;
mod encoder;
mod fault;
mod layer;
mod linear;
mod modern;
mod norm;
mod safetensors;
mod scratch;
mod source;

pub use batch::Tokens;
pub use config::{Bert, Config, Family, Modern};
pub use encoder::Encoder;
pub use safetensors::{Safetensors, widen};
pub use scratch::Scratch;
pub use signalbox_core::Precision;
pub use signalbox_simd::Kernels;
pub use source::{Tensor, WeightSource, read};
