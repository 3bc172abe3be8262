//! Every number of the fast path, in one place: what was given or set by hand, and what a fit found. The words are in `lexicon`.

mod fitted;
mod given;

pub use given::{CURVE_COUNT, CurvePlan, FEATURE_COUNT, PLANS, TIER_COUNT};

pub(super) use fitted::{CERTAINTY, CONFIDENCE_WEIGHTS, KNOTS};
pub(super) use given::{
    AGENTIC_CONCEPTS, BOUNDARIES, DEFAULT_THRESHOLD, LARGE_CONTEXT_CONFIDENCE,
    LARGE_CONTEXT_TOKENS, LENGTH_KNOTS, LONG_TOKENS, OVERRIDE_CONFIDENCE, OVERRIDE_MARKERS,
    SHORT_TOKENS, UNCALIBRATED_STEEPNESS, WEIGHTS,
};
