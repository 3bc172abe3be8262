//! The numbers that SPEC or seed give, and what the fit starts from and may not leave.

use crate::fast_path::dimension::DIMENSION_COUNT;

/// How many tiers there are.
pub const TIER_COUNT: usize = 4;

/// How many curves there are.
pub const CURVE_COUNT: usize = 19;

/// How many numbers the confidence reads.
pub const FEATURE_COUNT: usize = 29;

/// The default weights, in the order of the dimensions (SPEC F1); they add to 0.94 and are normalised when used.
pub(in crate::fast_path) const WEIGHTS: [f64; DIMENSION_COUNT] = [
    0.08, 0.15, 0.18, 0.10, 0.05, 0.02, 0.12, 0.05, 0.03, 0.04, 0.03, 0.02, 0.01, 0.02, 0.04,
];

/// Where MEDIUM, COMPLEX and REASONING begin (SPEC F1).
pub(in crate::fast_path) const BOUNDARIES: [f64; 3] = [0.0, 0.3, 0.5];

/// Confidence below this is ambiguous (SPEC F2).
pub(in crate::fast_path) const DEFAULT_THRESHOLD: f64 = 0.7;

/// From so many tokens on a request is at least COMPLEX (SPEC F1).
pub(in crate::fast_path) const LARGE_CONTEXT_TOKENS: u32 = 100_000;

/// The confidence of an override by size: `docs/tiers.md` says the same, but for problems of that size.
pub(in crate::fast_path) const LARGE_CONTEXT_CONFIDENCE: f64 = 0.95;

/// So many distinct reasoning markers make the tier REASONING whatever the score (SPEC F1).
pub(in crate::fast_path) const OVERRIDE_MARKERS: u32 = 2;

/// The confidence of that override where nothing is calibrated.
pub(in crate::fast_path) const OVERRIDE_CONFIDENCE: f64 = 0.85;

/// So many distinct concepts of `agenticTask` make a request without tools agentic too.
pub(in crate::fast_path) const AGENTIC_CONCEPTS: u32 = 3;

/// With other weights or boundaries than the default ones nothing is calibrated: confidence then is a logistic of the distance
/// from the nearest boundary, so steep that 0.042 reaches the default threshold.
pub(in crate::fast_path) const UNCALIBRATED_STEEPNESS: f64 = 20.0;

/// Fewer tokens than this are a short input: below 0. More are above 0 (seed §6).
pub(in crate::fast_path) const SHORT_TOKENS: f64 = 100.0;

/// From so many tokens on an input is long: +1 (seed §6).
pub(in crate::fast_path) const LONG_TOKENS: f64 = 2000.0;

/// Where the knots of a short input stand, in tokens.
pub(in crate::fast_path) const LENGTH_KNOTS: [f64; 5] = [2.0, 8.0, 16.0, 32.0, 64.0];

/// What a fit may do with a curve.
#[derive(Clone, Copy, Debug)]
pub struct CurvePlan {
    /// Its name in the fitted table.
    pub name: &'static str,
    /// The least value of a knot.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// Where the fit starts, and what holds it where the prompts say nothing.
    pub start: &'static [f64],
}

/// One plan a curve, in the order of `Curve`. Knots never fall from one to the next (those of `simple` never rise); a marker
/// moves its dimension by 0.05 at least, and one reasoning marker is worth more than any number of demands without one.
pub const PLANS: [CurvePlan; CURVE_COUNT] = [
    plan("length", -1.0, -0.01, &[-0.85, -0.6, -0.3, -0.15, -0.05]),
    plan("code", 0.05, 1.0, &[0.5, 0.8, 1.0]),
    plan("marked", 0.65, 1.0, &[0.7, 1.0, 1.0]),
    plan(
        "asked",
        -1.0,
        0.64,
        &[-0.6, -0.4, -0.2, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5],
    ),
    plan(
        "unmarked",
        -1.0,
        0.64,
        &[-0.4, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    ),
    plan("technical", 0.05, 1.0, &[0.5, 0.8, 1.0, 1.0]),
    plan("creative", 0.05, 1.0, &[0.9, 1.0]),
    plan("simple", -1.0, -0.05, &[-0.9, -1.0]),
    plan("steps", 0.05, 1.0, &[0.6, 1.0, 1.0]),
    plan("questions", 0.05, 1.0, &[0.4, 0.7, 1.0]),
    plan("nested", 0.05, 1.0, &[0.4, 0.8]),
    plan("telling", -1.0, -0.05, &[-0.5]),
    plan("orders", 0.05, 1.0, &[0.8, 0.9, 1.0]),
    plan("constraints", 0.05, 1.0, &[0.5, 0.8, 1.0, 1.0]),
    plan("output", 0.05, 1.0, &[0.5, 0.8, 1.0]),
    plan("references", 0.05, 1.0, &[0.5, 0.8, 1.0]),
    plan("negations", 0.05, 1.0, &[0.3, 0.6, 1.0]),
    plan("domain", 0.05, 1.0, &[0.5, 0.8, 1.0]),
    plan("agentic", 0.05, 1.0, &[0.25, 0.5, 0.75, 1.0]),
];

/// Fitted weights as they are written.
pub(super) const fn thousandths(
    written: &[[i32; FEATURE_COUNT]; TIER_COUNT],
) -> [[f64; FEATURE_COUNT]; TIER_COUNT] {
    let mut weights = [[0.0; FEATURE_COUNT]; TIER_COUNT];
    let mut tier = 0;
    while tier < TIER_COUNT {
        let mut at = 0;
        while at < FEATURE_COUNT {
            weights[tier][at] = written[tier][at] as f64 / 1000.0;
            at += 1;
        }
        tier += 1;
    }
    weights
}

const fn plan(name: &'static str, low: f64, high: f64, start: &'static [f64]) -> CurvePlan {
    CurvePlan {
        name,
        low,
        high,
        start,
    }
}
