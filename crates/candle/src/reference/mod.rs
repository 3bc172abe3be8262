//! Forward passes on candle-core: what runs where the fused encoder does not go, and the reference that it is held against.

mod bert;
mod layers;
#[cfg(test)]
mod tests;

pub(crate) use bert::Bert;
