//! Fits the confidence: a multinomial logistic with a quadratic penalty, and the map of its probability.

use signalbox_text::Tier;
use signalbox_text::fitting::{FEATURE_COUNT, TIER_COUNT, probabilities};

/// The weights of the logistic.
pub type Weights = [[f64; FEATURE_COUNT]; TIER_COUNT];

/// What a weight of 1 costs, squared and halved, in nats a prompt.
const PENALTY: f64 = 0.003;

/// Steps of the descent, and what each is worth.
const STEPS: usize = 3000;
const RATE: f64 = 0.3;
const MOMENTUM: f64 = 0.9;

/// Steps and rate of the fit of the map, which has two numbers only.
const MAP_STEPS: usize = 20_000;
const MAP_RATE: f64 = 0.5;

/// Descends with momentum (Polyak 1964) from zero; three decimals are left.
pub fn fit(samples: &[([f64; FEATURE_COUNT], Tier)]) -> Weights {
    let mut weights = [[0.0; FEATURE_COUNT]; TIER_COUNT];
    let mut speed = weights;
    for _ in 0..STEPS {
        let slope = gradient(samples, &weights);
        for tier in 0..TIER_COUNT {
            for at in 0..FEATURE_COUNT {
                speed[tier][at] = MOMENTUM * speed[tier][at] - RATE * slope[tier][at];
                weights[tier][at] += speed[tier][at];
            }
        }
    }
    weights.map(|row| row.map(|weight| (weight * 1000.0).round() / 1000.0))
}

fn gradient(samples: &[([f64; FEATURE_COUNT], Tier)], weights: &Weights) -> Weights {
    let mut slope = weights.map(|row| row.map(|weight| weight * PENALTY));
    let share = 1.0 / samples.len() as f64;
    for (features, label) in samples {
        let wrong = probabilities(features, weights);
        for tier in 0..TIER_COUNT {
            let error = wrong[tier] - f64::from(u8::from(tier == *label as usize));
            for (slope, feature) in slope[tier].iter_mut().zip(features) {
                *slope += share * error * feature;
            }
        }
    }
    slope
}

/// Slope and offset of the map from a probability to how often it was right, by likelihood on prompts that were not fitted.
pub fn fit_map(unseen: &[(f64, bool)]) -> [f64; 2] {
    let [mut slope, mut offset] = [1.0, 0.0];
    for _ in 0..MAP_STEPS {
        let (mut by_slope, mut by_offset) = (0.0, 0.0);
        for (probability, right) in unseen {
            let bounded = probability.clamp(1e-6, 1.0 - 1e-6);
            let logit = (bounded / (1.0 - bounded)).ln();
            let inner = 1.0 / (1.0 + (-(slope * logit + offset)).exp());
            let certainty = 0.5 + 0.5 * inner;
            let change = if *right { 1.0 / certainty } else { -1.0 / (1.0 - certainty) };
            let push = change * 0.5 * inner * (1.0 - inner);
            by_slope += push * logit;
            by_offset += push;
        }
        slope += MAP_RATE * by_slope / unseen.len() as f64;
        offset += MAP_RATE * by_offset / unseen.len() as f64;
    }
    [slope, offset].map(|number| (number * 1000.0).round() / 1000.0)
}
