//! The words of inference that every backend shares: ragged batches, what a backend returns, cancelling, pooling, and the pool that runs it all.

#![forbid(unsafe_code)]

mod backend;
mod batch;
mod cancel;
mod cpu;
mod encoder;
mod pool;
mod pooling;

pub use backend::{Backend, Matrix, Output, Precision, Tokeniser};
pub use batch::Batch;
pub use cancel::Cancel;
pub use cpu::features as cpu_features;
pub use encoder::Encoder;
pub use pool::Pool;
pub use pooling::{Pooling, normalise, pool};
