//! Fits the numbers of the fast path to `data/tiers.jsonl`: `cargo run --release -p signalbox-text --example fit_tiers`, then
//! `-- report` for the figures, `-- check` to see that the committed numbers are the fitted ones, `-- errors` for the fitted prompts
//! that are missed, `-- traffic FILE` for the tiers of other texts.

mod knots;
mod logistic;
mod prompts;
mod reliability;
mod report;

use std::fmt::Write;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use signalbox_text::fitting::{
    FEATURE_COUNT, Measures, PLANS, dimensions, features, probabilities,
};
use signalbox_text::{Dimension, FastPath, FastPathOptions, Tier};

use knots::{Knots, Sample};
use logistic::{Described, Weights};
use prompts::{Part, Prompt};

/// What a pinned prompt weighs beside another.
const PINNED: f64 = 6.0;

fn main() -> std::io::Result<()> {
    let scorer = FastPath::new(&FastPathOptions::default()).map_err(std::io::Error::other)?;
    let prompts = prompts::read();
    let mut out = std::io::stdout().lock();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => std::fs::write(place(), fitted(&scorer, &prompts)),
        ["check"] if std::fs::read_to_string(place())? == fitted(&scorer, &prompts) => {
            writeln!(out, "the committed numbers are the fitted ones")
        }
        ["check"] => Err(std::io::Error::other(
            "the committed numbers are not what the fit gives",
        )),
        ["report"] => report::print(&mut out, &scorer, &prompts),
        ["errors"] => report::errors(&mut out, &scorer, &prompts),
        ["traffic", path] => report::traffic(&mut out, &scorer, path),
        _ => Err(std::io::Error::other(
            "expected nothing, check, report, errors or traffic FILE",
        )),
    }
}

/// The file of the fitted numbers.
fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fast_path/numbers/fitted.rs")
}

/// That file, as the fitted prompts have it.
fn fitted(scorer: &FastPath, prompts: &[Prompt]) -> String {
    let inside = prompts
        .iter()
        .filter(|prompt| prompt.part() == Part::Fitted);
    let samples: Vec<Sample> = inside.map(|prompt| sample(scorer, prompt)).collect();
    let knots = knots::fit(scorer, &samples);
    let weights = logistic::fit(&described(scorer, &samples, &knots));
    let map = logistic::fit_map(&unseen(scorer, prompts, &knots, &weights));
    written(&knots, &weights, map)
}

fn sample(scorer: &FastPath, prompt: &Prompt) -> Sample {
    let measures = scorer.measure(prompt.input());
    Sample {
        measures,
        tier: prompt.tier,
        weight: if prompt.is_pinned() { PINNED } else { 1.0 },
        by_score: measures.count(Dimension::ReasoningMarkers) < 2,
    }
}

fn described(scorer: &FastPath, samples: &[Sample], knots: &Knots) -> Vec<Described> {
    let of = |sample: &Sample| Described {
        features: describe(scorer, &sample.measures, knots).0,
        tier: sample.tier,
        weight: sample.weight,
    };
    samples.iter().map(of).collect()
}

fn describe(scorer: &FastPath, measures: &Measures, knots: &Knots) -> ([f64; FEATURE_COUNT], f64) {
    let dimensions = dimensions(measures, knots);
    let score = scorer.weigh(&dimensions);
    (features(measures, &dimensions, score), score)
}

/// The probability of the decided tier, and whether it was right, for each prompt that only the map is fitted on.
fn unseen(
    scorer: &FastPath,
    prompts: &[Prompt],
    knots: &Knots,
    weights: &Weights,
) -> Vec<(f64, bool)> {
    let unseen = prompts
        .iter()
        .filter(|prompt| prompt.part() == Part::Calibrating);
    unseen
        .map(|prompt| {
            let measures = scorer.measure(prompt.input());
            let (features, score) = describe(scorer, &measures, knots);
            let markers = measures.count(Dimension::ReasoningMarkers);
            let (tier, _) = scorer.decide(score, 0, markers);
            let probability = probabilities(&features, weights)[tier as usize];
            (probability, tier == prompt.tier)
        })
        .collect()
}

fn written(knots: &Knots, weights: &Weights, [slope, offset, ceiling]: [f64; 3]) -> String {
    let mut text = String::from(
        "//! What the fit found; written by `examples/fit_tiers`, never by hand.\n\n\
         use super::given::{CURVE_COUNT, FEATURE_COUNT, TIER_COUNT, thousandths};\n\n\
         /// The knots of every curve, in the order of `Curve`.\n#[rustfmt::skip]\n\
         pub(in crate::fast_path) const KNOTS: [&[f64]; CURVE_COUNT] = [\n",
    );
    for (plan, knots) in PLANS.iter().zip(knots) {
        let list: Vec<String> = knots.iter().map(|knot| format!("{knot:?}")).collect();
        let _ = writeln!(text, "    &[{}], // {}", list.join(", "), plan.name);
    }
    text.push_str(
        "];\n\n/// A logit a tier from the features of `confidence`, in their order; written in thousandths.\n\
         #[rustfmt::skip]\n\
         pub(in crate::fast_path) const CONFIDENCE_WEIGHTS: [[f64; FEATURE_COUNT]; TIER_COUNT] = thousandths(&[\n",
    );
    for (tier, row) in Tier::ALL.into_iter().zip(weights) {
        let _ = write!(text, "    [ // {}", tier.name());
        for (at, weight) in row.iter().enumerate() {
            let space = if at % 10 == 0 { "\n        " } else { " " };
            let _ = write!(text, "{space}{:.0},", weight * 1000.0);
        }
        text.push_str("\n    ],\n");
    }
    let _ = write!(
        text,
        "]);\n\n/// Slope, offset and ceiling of what a probability is worth.\n\
         pub(in crate::fast_path) const CERTAINTY: [f64; 3] = [{slope:?}, {offset:?}, {ceiling:?}];\n"
    );
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::prompts::{Judged, judge};
    use super::reliability::{accuracy, calibration_error, real};
    use super::*;

    fn aside(only: impl Fn(&Prompt) -> bool) -> Vec<Judged> {
        let scorer = FastPath::new(&FastPathOptions::default()).expect("the defaults are valid");
        let prompts = prompts::read();
        let aside = prompts.iter().filter(|prompt| {
            matches!(prompt.part(), Part::Aside | Part::AsideTopic) && only(prompt)
        });
        aside.map(|prompt| judge(&scorer, prompt)).collect()
    }

    #[test]
    fn confidence_is_calibrated_on_the_prompts_kept_aside() {
        let judged = aside(|_| true);
        let error = calibration_error(&judged);
        assert!(error <= 0.05, "{error}");
    }

    #[test]
    fn settled_tiers_kept_aside_are_right_more_often_than_the_threshold_says() {
        let judged = aside(|_| true);
        let settled: Vec<Judged> = judged
            .iter()
            .filter(|one| one.confidence >= 0.7)
            .copied()
            .collect();
        assert!(accuracy(&judged) >= 0.75, "{}", accuracy(&judged));
        assert!(accuracy(&settled) >= 0.85, "{}", accuracy(&settled));
        assert!(settled.len() * 10 >= judged.len() * 7, "{}", settled.len());
    }

    #[test]
    fn half_of_the_prompts_is_kept_aside_in_every_tier_and_language() {
        let prompts = prompts::read();
        let aside = aside(|_| true).len();
        assert!(prompts.len() >= 400);
        assert!(real(aside) >= 0.49 * real(prompts.len()), "{aside}");
        let languages: BTreeSet<&str> = prompts
            .iter()
            .map(|prompt| prompt.language.as_str())
            .collect();
        assert_eq!(languages.len(), 13);
        for language in languages {
            for part in [Part::Fitted, Part::AsideTopic] {
                let tiers: BTreeSet<Tier> = prompts
                    .iter()
                    .filter(|prompt| prompt.language == language && prompt.part() == part)
                    .map(|prompt| prompt.tier)
                    .collect();
                assert_eq!(tiers.len(), 4, "{language} {part:?}");
            }
        }
    }

    #[test]
    fn no_prompt_is_there_twice() {
        let prompts = prompts::read();
        let texts: BTreeSet<(&str, &str)> = prompts
            .iter()
            .map(|prompt| (prompt.text.as_str(), prompt.system.as_str()))
            .collect();
        assert_eq!(texts.len(), prompts.len());
    }
}
