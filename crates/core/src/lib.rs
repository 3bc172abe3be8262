//! The words of inference that every backend shares: ragged batches, heads, what a backend returns, and all that is done around it once:
//! windows, merging, spans, batching over threads, the memo.

#![forbid(unsafe_code)]

mod backend;
mod batch;
mod call;
mod cancel;
mod cpu;
mod head;
mod image;
mod memo;
mod merge;
mod model;
mod panic;
mod pooling;
mod queue;
mod scheduler;
mod span;
mod tokeniser;
mod utf16;
mod window;

pub use backend::{Answer, Answers, Backend, Description, Matrix, Pass, Precision};
pub use batch::{Batch, Row};
pub use call::{Call, Done};
pub use cancel::Cancel;
pub use cpu::features as cpu_features;
pub use head::{Activation, Head, Heads, Merge, Task};
pub use image::{Fit, ImageRecipe, Pixels, Resampling};
pub use memo::Memo;
pub use merge::Outcome;
pub use model::{Item, Model, Outcomes, Prepared, Prompts};
pub use panic::{caught, silence_panics};
pub use pooling::{Pooling, normalise, pool_row};
pub use scheduler::{Limits, Scheduler};
pub use span::Span;
pub use tokeniser::{Encoding, Tokeniser};
pub use utf16::Utf16;
pub use window::{OVERLAP_TOKENS, WINDOW_TOKENS};
