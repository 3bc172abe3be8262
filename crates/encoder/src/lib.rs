//! Our own forward pass for encoders of BERT's and `ModernBERT`'s shape on ordinary CPUs: f32 and int8, no padding, nothing allocated per call.
//!
//! ```text
//! Config ─┐
//!         ├─▶ Encoder::new ─▶ encode(Tokens, Scratch, Run) ─▶ hidden states [tokens, hidden]
//! Weights ┘      packs once          one Scratch a worker
//! ```

#![forbid(unsafe_code)]

mod adapter;
mod batch;
mod bert;
mod branch;
mod columns;
mod config;
mod encoder;
mod layer;
mod linear;
mod loader;
mod modern;
mod norm;
mod parts;
mod safetensors;
mod scratch;
mod source;
mod split;

pub use adapter::{Adapter, LowRank};
pub use batch::Tokens;
pub use branch::Branches;
pub use config::{Bert, Branch, Config, Family, Modern};
pub use encoder::{EachBranch, Encoder, Run};
pub use safetensors::{Safetensors, widen};
pub use scratch::Scratch;
pub use signalbox_core::Precision;
pub use signalbox_simd::Kernels;
pub use source::{Tensor, WeightSource, read};
