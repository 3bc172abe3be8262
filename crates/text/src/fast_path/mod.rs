//! The fast path: fifteen weighted dimensions of a request, its tier and how sure that is, without any model.

mod curves;
mod dimension;
mod evidence;
mod options;
mod scorer;
mod tier;

#[cfg(test)]
mod tests;

pub use dimension::{DEFAULT_WEIGHTS, DIMENSION_COUNT, DIMENSION_NAMES, Dimension};
pub use options::FastPathOptions;
pub use scorer::{DecidedBy, FastPath, Input, Score};
pub use tier::Tier;
