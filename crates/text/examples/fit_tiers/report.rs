//! Prints how right and how well calibrated the scorer is, by part, tier and language.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use signalbox_text::{FastPath, Input, Score, Tier};

use crate::prompts::{Judged, Part, Prompt, judge};
use crate::reliability::{accuracy, bins, calibration_error, interval, real};

const PARTS: [(&str, &[Part]); 5] = [
    ("fitted", &[Part::Fitted]),
    ("calibrating", &[Part::Calibrating]),
    ("aside, known topics", &[Part::Aside]),
    ("aside, other topics", &[Part::AsideTopic]),
    ("aside", &[Part::Aside, Part::AsideTopic]),
];

/// From this confidence on a tier is settled by default.
const SETTLED: f64 = 0.7;

/// All figures, one line each.
pub(crate) fn print(out: &mut impl Write, scorer: &FastPath, prompts: &[Prompt]) -> Result<()> {
    for (name, parts) in PARTS {
        let inside: Vec<&Prompt> = prompts
            .iter()
            .filter(|prompt| parts.contains(&prompt.part()))
            .collect();
        let judged: Vec<Judged> = inside.iter().map(|prompt| judge(scorer, prompt)).collect();
        whole(out, name, &judged)?;
        let mut groups: BTreeMap<(u8, &str), Vec<Judged>> = BTreeMap::new();
        for (prompt, one) in inside.iter().zip(&judged) {
            let tier = (prompt.tier as u8, prompt.tier.name());
            for group in [tier, (u8::MAX, prompt.language.as_str())] {
                groups.entry(group).or_default().push(*one);
            }
        }
        for ((_, group), judged) in &groups {
            let (all, right, sure) = (judged.len(), accuracy(judged), settled_share(judged));
            writeln!(
                out,
                "{name}, {group}: {all} prompts, right {right:.3}, settled {sure:.3}"
            )?;
        }
        curve(out, name, &judged)?;
    }
    Ok(())
}

fn whole(out: &mut impl Write, name: &str, judged: &[Judged]) -> Result<()> {
    let settled: Vec<Judged> = judged
        .iter()
        .filter(|one| is_settled(**one))
        .copied()
        .collect();
    let of = |figure: f64, [low, high]: [f64; 2]| format!("{figure:.3} ({low:.3} to {high:.3})");
    writeln!(
        out,
        "{name}: {} prompts, right {}, calibration error {}, settled {:.3}, right of the settled {:.3}",
        judged.len(),
        of(accuracy(judged), interval(judged, accuracy)),
        of(
            calibration_error(judged),
            interval(judged, calibration_error)
        ),
        settled_share(judged),
        accuracy(&settled)
    )
}

/// The reliability curve.
fn curve(out: &mut impl Write, name: &str, judged: &[Judged]) -> Result<()> {
    for (bin, begin) in bins(judged).iter().zip(0..) {
        if bin.count > 0.0 {
            let (confidence, right) = (bin.confidence / bin.count, bin.right / bin.count);
            writeln!(
                out,
                "{name}, confidence from 0.{begin}: {} prompts, confidence {confidence:.3}, right {right:.3}",
                bin.count
            )?;
        }
    }
    Ok(())
}

const fn is_settled(judged: Judged) -> bool {
    judged.confidence >= SETTLED
}

fn settled_share(judged: &[Judged]) -> f64 {
    real(judged.iter().filter(|one| is_settled(**one)).count()) / real(judged.len().max(1))
}

/// Every fitted prompt whose tier is missed; those kept aside are never shown.
pub(crate) fn errors(out: &mut impl Write, scorer: &FastPath, prompts: &[Prompt]) -> Result<()> {
    let fitted = prompts
        .iter()
        .filter(|prompt| prompt.part() == Part::Fitted);
    for prompt in fitted {
        let score = scorer.score(prompt.input());
        if score.tier != prompt.tier {
            let text: String = prompt.text.chars().take(150).collect();
            writeln!(
                out,
                "{} not {} ({:.2}, {:.2}) {}/{}: {text:?}\n    {}",
                score.tier.name(),
                prompt.tier.name(),
                score.score,
                score.confidence,
                prompt.language,
                prompt.family,
                evidence(&score)
            )?;
        }
    }
    Ok(())
}

fn evidence(score: &Score) -> String {
    let entries = score.evidence();
    let named = entries
        .iter()
        .map(|(dimension, found)| format!("{}: {found}", dimension.name()));
    named.collect::<Vec<_>>().join("; ")
}

/// Tiers, and how many are settled, over the `text` of every line of a file of JSON objects.
pub(crate) fn traffic(out: &mut impl Write, scorer: &FastPath, path: &str) -> Result<()> {
    let text = std::fs::read_to_string(path)?;
    let all: Vec<Score> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|row| {
            let user = row["text"].as_str().unwrap_or_default();
            scorer.score(Input {
                user,
                ..Input::default()
            })
        })
        .collect();
    let share = |such: &dyn Fn(&Score) -> bool, of: usize| {
        real(all.iter().filter(|score| such(score)).count()) / real(of.max(1))
    };
    let settled = share(&|score| !score.ambiguous, all.len());
    writeln!(out, "{path}: {} texts, settled {settled:.3}", all.len())?;
    for tier in Tier::ALL {
        let count = all.iter().filter(|score| score.tier == tier).count();
        let tiers = share(&|score| score.tier == tier, all.len());
        let sure = share(&|score| score.tier == tier && !score.ambiguous, count);
        writeln!(
            out,
            "  {}: {tiers:.3}, settled {sure:.3} of them",
            tier.name()
        )?;
    }
    Ok(())
}
