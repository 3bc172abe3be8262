//! The fast path: fifteen weighted dimensions of a request, its tier and how sure that is, without any model.

mod confidence;
mod curves;
mod dimension;
mod evidence;
mod measures;
mod numbers;
mod options;
mod scorer;
mod tier;

#[cfg(test)]
mod tests;

pub use dimension::{DEFAULT_WEIGHTS, DIMENSION_COUNT, DIMENSION_NAMES, Dimension};
pub use options::FastPathOptions;
pub use scorer::{DecidedBy, FastPath, Input, Score};
pub use tier::Tier;

/// What `examples/fit_tiers` needs to fit the numbers of the fast path.
pub mod fitting {
    pub use super::confidence::{certainty, features, probabilities};
    pub use super::curves::{Curve, dimensions};
    pub use super::measures::Measures;
    pub use super::numbers::{CURVE_COUNT, CurvePlan, FEATURE_COUNT, PLANS, TIER_COUNT};
}
