//! Fits the knots of the curves: the boundaries and weights stay, and a score should fall into the tier of its label.

use signalbox_text::fitting::{CURVE_COUNT, Measures, PLANS, dimensions};
use signalbox_text::{FastPath, Tier};

/// The knots of every curve.
pub(crate) type Knots = [Vec<f64>; CURVE_COUNT];

/// One fitted prompt: its counts, label and whether its score decides its tier.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) measures: Measures,
    pub(crate) tier: Tier,
    pub(crate) by_score: bool,
    pub(crate) weight: f64,
}

/// How fast the tier's probability changes with the score, per unit of score: an ordinal logistic (`McCullagh` 1980).
const TEMPERATURE: f64 = 0.06;

/// What no label is less probable than, so that one odd prompt cannot rule.
const LEAST: f64 = 0.01;

/// What it costs to move a knot by 1 from where it starts, squared, in nats a prompt.
const INERTIA: f64 = 0.01;

/// The steps of the search, coarse to fine; two decimals are left at the end.
const STEPS: [f64; 4] = [0.2, 0.1, 0.05, 0.01];

/// Sweeps over all knots a step, at most.
const SWEEPS: usize = 40;

/// The boundaries of the tiers as the ordinal logistic sees them.
const BOUNDARIES: [f64; 5] = [f64::NEG_INFINITY, 0.0, 0.3, 0.5, f64::INFINITY];

/// Where the search starts.
pub(crate) fn start() -> Knots {
    PLANS.map(|plan| plan.start.to_vec())
}

/// A pattern search (Hooke and Jeeves 1961), one knot at a time, within the plans.
pub(crate) fn fit(scorer: &FastPath, samples: &[Sample]) -> Knots {
    let mut knots = start();
    let mut best = cost(scorer, samples, &knots);
    for step in STEPS {
        for _ in 0..SWEEPS {
            let before = best;
            for curve in 0..CURVE_COUNT {
                for at in 0..knots[curve].len() {
                    for change in [step, -step] {
                        let old = knots[curve][at];
                        knots[curve][at] = ((old + change) * 100.0).round() / 100.0;
                        let now = if allowed(curve, &knots[curve]) {
                            cost(scorer, samples, &knots)
                        } else {
                            f64::INFINITY
                        };
                        if now < best - 1e-9 {
                            best = now;
                        } else {
                            knots[curve][at] = old;
                        }
                    }
                }
            }
            if before - best < 1e-9 {
                break;
            }
        }
    }
    knots
}

/// Whether the knots stay within the plan of their curve and never turn back.
fn allowed(curve: usize, knots: &[f64]) -> bool {
    let plan = &PLANS[curve];
    let falls = plan.name == "simple";
    let ordered = |pair: &[f64]| {
        if falls {
            pair[1] <= pair[0]
        } else {
            pair[0] <= pair[1]
        }
    };
    let first = plan.name != "length" || knots[0] < -0.8;
    first
        && knots
            .iter()
            .all(|knot| (plan.low..=plan.high).contains(knot))
        && knots.windows(2).all(ordered)
}

fn cost(scorer: &FastPath, samples: &[Sample], knots: &Knots) -> f64 {
    let by_score = samples.iter().filter(|sample| sample.by_score);
    let (mut lost, mut count) = (0.0, 0.0);
    for sample in by_score {
        let score = scorer.weigh(&dimensions(&sample.measures, knots));
        let below = |boundary: f64| 1.0 / (1.0 + ((score - boundary) / TEMPERATURE).exp());
        let tier = sample.tier as usize;
        let probability = below(BOUNDARIES[tier + 1]) - below(BOUNDARIES[tier]);
        lost -= sample.weight * probability.max(LEAST).ln();
        count += sample.weight;
    }
    let moved: f64 = PLANS
        .iter()
        .zip(knots)
        .flat_map(|(plan, knots)| plan.start.iter().zip(knots))
        .map(|(from, to)| (from - to).powi(2))
        .sum();
    lost / count + INERTIA * moved
}
