//! Trained selectors: MLP, nearest neighbours, clusters and support vectors, read from one documented artifact and scored in f32.
//!
//! The format is in `docs/selectors-format.md`; every product runs on `signalbox-simd`.

mod digest;
mod distance;
mod entry;
mod json;
mod kmeans;
mod knn;
mod mlp;
mod selector;
mod standardise;
mod svm;
mod tensor;
mod weights;

pub use digest::digest;
pub use selector::Selector;
