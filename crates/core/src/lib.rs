//! The words of inference that every backend shares: ragged batches, heads, what a backend returns, cancelling, pooling, and the pool that
//! runs it all.

#![forbid(unsafe_code)]

mod backend;
mod batch;
mod cancel;
mod cpu;
mod head;
mod image;
mod pool;
mod pooling;
mod tokeniser;

pub use backend::{Answer, Answers, Backend, Description, Matrix, Pass, Precision};
pub use batch::{Batch, Row};
pub use cancel::Cancel;
pub use cpu::features as cpu_features;
pub use head::{Activation, Head, Heads, Merge, Task};
pub use image::{Fit, ImageRecipe, Pixels, Resampling};
pub use pool::Pool;
pub use pooling::{Pooling, normalise, pool_row};
pub use tokeniser::{Encoding, Tokeniser};
