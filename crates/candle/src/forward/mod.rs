//! Forward passes of the architectures that the fused encoder has no shape for, on the same kernels: stateless, a row at a time, no padding.

mod attention;
mod deberta;
mod decoder;
mod dual;
mod gemma3;
mod layers;
mod linear;
mod norm;
mod qwen3;
mod rotary;
mod rows;
mod sizes;
mod tower;

pub(crate) use deberta::DEBERTA_V2;
pub(crate) use dual::{CLIP, SIGLIP};
pub(crate) use gemma3::GEMMA3_TEXT;
pub(crate) use qwen3::QWEN3;
