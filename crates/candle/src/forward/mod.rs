//! Forward passes of the architectures that the fused encoder has no shape for, on the same kernels: stateless, a row at a time, no padding.

mod activation;
mod attention;
mod deberta;
mod decoder;
mod gemma3;
mod layers;
mod linear;
mod norm;
mod qwen3;
mod rotary;
mod rows;
mod sizes;

pub(crate) use activation::Activation;
pub(crate) use deberta::Deberta;
pub(crate) use gemma3::gemma3;
pub(crate) use qwen3::qwen3;

#[cfg(test)]
mod tests;
