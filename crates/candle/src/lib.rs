//! The candle backend: encoders from Hugging Face folders, read by path. `signalbox-encoder` computes what it can; candle-core runs the
//! rest, and is the reference of the tests.
//!
//! ```text
//! folder ─▶ config.json ─▶ Architecture ─▶ Trunk ──────┐
//!    │                                                 ├─▶ Loaded (a Backend)
//!    └────▶ safetensors ─▶ Weights ─▶ Scope ─▶ heads ──┘
//! ```

#![forbid(unsafe_code)]

mod adapters;
mod architecture;
mod bert;
mod distilbert;
mod forward;
mod fused;
mod heads;
mod load;
mod loaded;
mod modernbert;
mod reference;
mod trunk;

use signalbox_folder::{activation, fault, folder, head, keys, step, tokeniser, weights};

pub use load::{ARCHITECTURES, LoadOptions, Model, kernels, load};
