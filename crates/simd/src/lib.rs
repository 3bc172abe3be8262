//! The arithmetic of encoders and vector search on ordinary CPUs: one set of kernels, compiled for each CPU family, chosen at run time.
//!
//! `Kernels` is the only way in: holding one is the proof that the CPU has the features of its table. Kernels are written once against
//! `Lanes` and inlined into entry points that enable the features, as memchr and aho-corasick do with their `Vector`.

#![expect(
    unsafe_code,
    reason = "vector instructions; the only crate of the workspace that holds kernels"
)]
#![expect(
    clippy::inline_always,
    reason = "vector code must end up inside a function that enables its CPU features"
)]

mod aligned;
mod attention;
mod distance;
mod elementary;
mod epilogue;
mod gate;
mod gemm;
mod gemm_int8;
mod kernels;
mod lanes;
mod layout;
mod matrix;
mod memory;
#[cfg(target_arch = "aarch64")]
mod neon;
mod norm;
mod pack;
mod portable;
mod quantise;
mod rope;
mod softmax;
mod table;
mod team;
mod tile;
mod vector;
mod walk;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use aligned::{Aligned, Plain};
pub use attention::{AttentionSpace, Heads};
pub use distance::{ROW_STEP, ROW_ZERO};
pub use epilogue::Epilogue;
pub use kernels::Kernels;
pub use matrix::MatrixMut;
pub use memory::release_freed_memory;
pub use pack::{PackedF32, PackedInt8};
pub use quantise::Quantised;
pub use rope::Rotation;
pub use team::Team;
