//! The candle backend: encoders from Hugging Face folders, read by path. `signalbox-encoder` computes what it can; candle-core runs the
//! rest, and is the reference of the tests.
//!
//! ```text
//! folder ─▶ config.json ─▶ Architecture ─▶ Trunk ──────┐
//!    │                                                 ├─▶ Loaded (a Backend)
//!    └────▶ safetensors ─▶ Weights ─▶ Scope ─▶ heads ──┘
//! ```

#![forbid(unsafe_code)]

mod activation;
mod architecture;
mod bert;
mod distilbert;
mod fault;
mod folder;
mod forward;
mod fused;
mod head;
mod heads;
mod keys;
mod load;
mod loaded;
mod modernbert;
mod peft;
mod preprocessor;
mod prompts;
mod reference;
mod step;
mod tokeniser;
mod trunk;
mod weights;

pub use load::{ARCHITECTURES, LoadOptions, Model, kernels, load};
pub use prompts::Prompts;
