//! Fits the confidence: a multinomial logistic with a quadratic penalty, and the map of its probability.

use signalbox_text::Tier;
use signalbox_text::fitting::{FEATURE_COUNT, TIER_COUNT, certainty, probabilities};

/// The weights of the logistic.
pub(crate) type Weights = [[f64; FEATURE_COUNT]; TIER_COUNT];

/// One fitted prompt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Described {
    pub(crate) features: [f64; FEATURE_COUNT],
    pub(crate) tier: Tier,
    pub(crate) weight: f64,
}

/// What a weight of 1 costs, squared and halved, in nats a prompt.
const PENALTY: f64 = 0.003;

/// Steps of the descent, and what each is worth.
const STEPS: usize = 3000;
const RATE: f64 = 0.3;
const MOMENTUM: f64 = 0.9;

/// Where the search for the map starts, its steps, its sweeps a step, and what a move by 1 costs, squared, in nats.
const MAP_START: [f64; 3] = [1.0, 0.0, 0.97];
const MAP_STEPS: [f64; 4] = [0.1, 0.02, 0.005, 0.001];
const MAP_SWEEPS: usize = 500;
const MAP_PULL: f64 = 1.0;

/// Descends with momentum (Polyak 1964) from zero; three decimals are left.
pub(crate) fn fit(samples: &[Described]) -> Weights {
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

fn gradient(samples: &[Described], weights: &Weights) -> Weights {
    let mut slope = weights.map(|row| row.map(|weight| weight * PENALTY));
    let share = 1.0 / samples.iter().map(|sample| sample.weight).sum::<f64>();
    for Described {
        features,
        tier: label,
        weight,
    } in samples
    {
        let wrong = probabilities(features, weights);
        for tier in 0..TIER_COUNT {
            let error = wrong[tier] - f64::from(u8::from(tier == *label as usize));
            for (slope, feature) in slope[tier].iter_mut().zip(features) {
                *slope += share * weight * error * feature;
            }
        }
    }
    slope
}

/// Slope, offset and ceiling of the map from a probability to how often it was right, by likelihood, with a weak pull towards
/// the start: the prompts are few.
pub(crate) fn fit_map(unseen: &[(f64, bool)]) -> [f64; 3] {
    let mut map = MAP_START;
    let mut best = map_cost(unseen, map);
    for step in MAP_STEPS {
        for _ in 0..MAP_SWEEPS {
            let before = best;
            for at in 0..map.len() {
                for change in [step, -step] {
                    let mut moved = map;
                    moved[at] = ((moved[at] + change) * 1000.0).round() / 1000.0;
                    let inside = moved[0] > 0.0 && (0.55..=0.999).contains(&moved[2]);
                    let cost = map_cost(unseen, moved);
                    if inside && cost < best - 1e-12 {
                        (map, best) = (moved, cost);
                    }
                }
            }
            if before - best < 1e-12 {
                break;
            }
        }
    }
    map
}

fn map_cost(unseen: &[(f64, bool)], map: [f64; 3]) -> f64 {
    let lost: f64 = unseen
        .iter()
        .map(|(probability, right)| {
            let certain = certainty(*probability, map).min(0.9995);
            -(if *right { certain } else { 1.0 - certain }).ln()
        })
        .sum();
    let moved = (map[0] - MAP_START[0]).powi(2) + (map[1] - MAP_START[1]).powi(2);
    lost + MAP_PULL * moved
}
