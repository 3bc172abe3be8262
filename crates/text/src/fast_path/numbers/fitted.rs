//! What the fit found; written by `examples/fit_tiers`, never by hand.

use super::given::{CURVE_COUNT, FEATURE_COUNT, TIER_COUNT, thousandths};

/// The knots of every curve, in the order of `Curve`.
#[rustfmt::skip]
pub(in crate::fast_path) const KNOTS: [&[f64]; CURVE_COUNT] = [
    &[-0.91, -0.75, -0.14, -0.01, -0.01], // length
    &[0.13, 0.13, 0.75], // code
    &[0.72, 1.0, 1.0], // marked
    &[-1.0, -0.65, -0.14, 0.0, 0.1, 0.18, 0.3, 0.49, 0.5], // asked
    &[-0.89, 0.42, 0.42, 0.42, 0.6, 0.6, 0.6, 0.6, 0.6], // unmarked
    &[0.74, 0.92, 0.95, 0.97], // technical
    &[0.95, 1.0], // creative
    &[-0.98, -1.0], // simple
    &[0.86, 1.0, 1.0], // steps
    &[0.4, 0.7, 1.0], // questions
    &[0.63, 0.82], // nested
    &[-0.47], // telling
    &[1.0, 1.0, 1.0], // orders
    &[0.65, 0.87, 1.0, 1.0], // constraints
    &[0.5, 0.8, 0.9], // output
    &[0.49, 0.8, 1.0], // references
    &[0.32, 0.6, 1.0], // negations
    &[0.54, 0.81, 1.0], // domain
    &[0.36, 0.36, 0.75, 1.0], // agentic
];

/// A logit a tier from the features of `confidence`, in their order; written in thousandths.
#[rustfmt::skip]
pub(in crate::fast_path) const CONFIDENCE_WEIGHTS: [[f64; FEATURE_COUNT]; TIER_COUNT] = thousandths(&[
    [ // SIMPLE
        488, -1382, 42, -73, -345, -171, -369, 114, 357, -225,
        1045, -164, 425, -393, -620, -103, -1743, -72, -115, -628,
        -119, -283, -441, 286, -124, 24, 246, -16, 67,
    ],
    [ // MEDIUM
        1206, 86, 495, -687, -1194, -1026, 44, -171, -276, -155,
        -381, 294, -269, -184, -91, 486, 724, -578, 1461, 235,
        -1569, 399, 731, -1098, 397, 45, -355, 7, -200,
    ],
    [ // COMPLEX
        -1053, 542, -170, 623, -376, 74, 1314, -345, -19, 53,
        -1241, 91, -32, 268, 663, -746, -45, 578, -452, 442,
        1747, 213, 49, 318, -702, -314, -108, -38, -313,
    ],
    [ // REASONING
        -641, 754, -367, 137, 1914, 1124, -989, 403, -62, 327,
        577, -221, -124, 309, 47, 364, 1064, 73, -893, -50,
        -60, -329, -338, 495, 429, 244, 217, 47, 445,
    ],
]);

/// Slope, offset and ceiling of what a probability is worth.
pub(in crate::fast_path) const CERTAINTY: [f64; 3] = [1.536, -0.707, 0.918];
