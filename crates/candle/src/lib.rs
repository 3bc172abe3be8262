//! The candle backend: encoders from Hugging Face folders, read by path, computed by `signalbox-encoder`; candle-core is the reference
//! of the tests.

#![forbid(unsafe_code)]

mod config;
mod fault;
mod fused;
mod load;
#[cfg(test)]
mod reference;
mod tokeniser;

pub use load::{ARCHITECTURES, kernels, load, load_backend, load_tokeniser};
