//! The candle backend: encoders from Hugging Face folders, read by path. `signalbox-encoder` computes what it can; candle-core runs the
//! rest, and is the reference of the tests.

#![forbid(unsafe_code)]

mod config;
mod fault;
mod fused;
mod load;
mod reference;
mod tokeniser;

pub use load::{ARCHITECTURES, kernels, load, load_backend, load_tokeniser};
