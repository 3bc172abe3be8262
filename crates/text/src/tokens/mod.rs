//! Counts tokens: exactly for the vocabularies that are here, by an estimate for all others.

mod classes;
mod encoding;
mod estimate;
mod merge;
mod split;
mod vocabulary;

pub use encoding::Encoding;
pub use estimate::estimate_tokens;
