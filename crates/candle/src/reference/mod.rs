//! BERT on candle-core: what runs where the fused encoder does not go, and the reference that it is held against.

mod bert;
mod layers;
#[cfg(test)]
mod tests;
mod weights;

pub(crate) use bert::{Bert, PROBE};
pub(crate) use weights::Weights;
