//! The candle backend: encoders from Hugging Face folders, read by path, computed with candle-core.

#![forbid(unsafe_code)]

mod bert;
mod config;
mod fault;
mod layers;
mod load;
mod tokeniser;
mod weights;

pub use load::{ARCHITECTURES, load, load_backend, load_tokeniser};
