//! How probable it is that a tier is the one that `docs/tiers.md` gives: a multinomial logistic over scores and counts, then a
//! logistic map of its probability (Platt 1999) with a ceiling, fitted on topics it had not seen.

use super::dimension::{DIMENSION_COUNT, Dimension};
use super::measures::{Measures, Script};
use super::numbers::{
    CERTAINTY, CONFIDENCE_WEIGHTS, FEATURE_COUNT, OVERRIDE_MARKERS, TIER_COUNT,
    UNCALIBRATED_STEEPNESS,
};
use super::tier::Tier;

/// What the confidence reads: 1, the scores, and counts that the scores do not hold, each of the order of 1.
#[must_use]
pub fn features(
    measures: &Measures,
    dimensions: &[f64; DIMENSION_COUNT],
    score: f64,
) -> [f64; FEATURE_COUNT] {
    let flag = |is: bool| f64::from(u8::from(is));
    let markers = measures.count(Dimension::ReasoningMarkers);
    let plain = measures.asks && measures.demands == 0 && markers == 0;
    let extra: [f64; FEATURE_COUNT - DIMENSION_COUNT] = [
        1.0,
        score * 3.0,
        (measures.tokens + 1.0).ln() / 5.0,
        (f64::from(measures.numbers) + 1.0).ln() / 2.0,
        f64::from(markers.min(4)) / 2.0,
        flag(markers >= OVERRIDE_MARKERS),
        f64::from(measures.demands.min(8)) / 4.0,
        flag(measures.asks),
        flag(plain),
        f64::from(measures.orders().min(4)) / 2.0,
        flag(measures.question_marks > 0),
        flag(measures.script == Script::Dense),
        flag(measures.script == Script::Other),
        f64::from(measures.words.min(64)) / 32.0,
    ];
    let mut features = [0.0; FEATURE_COUNT];
    features[..extra.len()].copy_from_slice(&extra);
    features[extra.len()..].copy_from_slice(dimensions);
    features
}

/// The probability of each tier.
#[must_use]
pub fn probabilities(
    features: &[f64; FEATURE_COUNT],
    weights: &[[f64; FEATURE_COUNT]; TIER_COUNT],
) -> [f64; TIER_COUNT] {
    let logits = weights.map(|row| row.iter().zip(features).map(|(a, b)| a * b).sum::<f64>());
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raised = logits.map(|logit| (logit - most).exp());
    let sum: f64 = raised.iter().sum();
    raised.map(|value| value / sum)
}

/// What a probability is worth, from 0 to the ceiling: slope, offset and ceiling were fitted on prompts that nothing else saw.
#[must_use]
pub fn certainty(probability: f64, [slope, offset, ceiling]: [f64; 3]) -> f64 {
    let bounded = probability.clamp(1e-6, 1.0 - 1e-6);
    let logit = (bounded / (1.0 - bounded)).ln();
    ceiling / (1.0 + (-(slope * logit + offset)).exp())
}

/// The calibrated confidence of `tier`.
pub(super) fn calibrated(
    measures: &Measures,
    dimensions: &[f64; DIMENSION_COUNT],
    score: f64,
    tier: Tier,
) -> f64 {
    let features = features(measures, dimensions, score);
    let probability = probabilities(&features, &CONFIDENCE_WEIGHTS)[tier as usize];
    certainty(probability, CERTAINTY)
}

/// The logistic of the distance between `score` and the nearest boundary, in [0.5, 1): no probability.
pub(super) fn by_distance(score: f64, boundaries: &[f64; 3]) -> f64 {
    let nearest = boundaries
        .iter()
        .map(|boundary| (score - boundary).abs())
        .fold(f64::INFINITY, f64::min);
    1.0 / (1.0 + (-UNCALIBRATED_STEEPNESS * nearest).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDARIES: [f64; 3] = [0.0, 0.3, 0.5];

    #[test]
    fn every_tier_can_exceed_the_default_threshold() {
        for score in [-0.1, 0.15, 0.4, 0.6] {
            assert!(by_distance(score, &BOUNDARIES) > 0.8, "{score}");
        }
        assert!((by_distance(0.3, &BOUNDARIES) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn more_probable_is_never_less_certain() {
        let certain = |thousandths: u32| certainty(f64::from(thousandths) / 1000.0, CERTAINTY);
        assert!((1..=1000).all(|at| certain(at) >= certain(at - 1)));
        assert!(certain(1000) <= CERTAINTY[2] && certain(0) >= 0.0 && certain(900) >= 0.7);
    }

    #[test]
    fn probabilities_add_to_one() {
        let features = features(&Measures::default(), &[0.5; DIMENSION_COUNT], 0.2);
        let sum: f64 = probabilities(&features, &CONFIDENCE_WEIGHTS).iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
