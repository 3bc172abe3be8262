//! Prints how right and how well calibrated the scorer is, by part, tier and language.

use std::collections::BTreeMap;
use std::io::{Result, Write};

use signalbox_text::{FastPath, Input, Tier};

use crate::prompts::{Judged, Part, Prompt, judge};
use crate::reliability::{accuracy, bins, calibration_error, interval};

const PARTS: [(&str, &[Part]); 5] = [
    ("fitted", &[Part::Fitted]),
    ("calibrating", &[Part::Calibrating]),
    ("aside, known topics", &[Part::Aside]),
    ("aside, other topics", &[Part::AsideTopic]),
    ("aside", &[Part::Aside, Part::AsideTopic]),
];

/// All figures, one line each.
pub fn print(out: &mut impl Write, scorer: &FastPath, prompts: &[Prompt]) -> Result<()> {
    for (name, parts) in PARTS {
        let inside: Vec<&Prompt> = prompts.iter().filter(|prompt| parts.contains(&prompt.part())).collect();
        let judged: Vec<Judged> = inside.iter().map(|prompt| judge(scorer, prompt)).collect();
        whole(out, name, &judged)?;
        for tier in Tier::ALL {
            let such = inside.iter().zip(&judged).filter(|(prompt, _)| prompt.tier == tier);
            line(out, &format!("{name}, {}", tier.name()), such.map(|(_, one)| one.clone()).collect())?;
        }
        let mut languages: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
        for (prompt, one) in inside.iter().zip(&judged) {
            languages.entry(&prompt.language).or_default().push(one.clone());
        }
        for (language, judged) in languages {
            line(out, &format!("{name}, {language}"), judged)?;
        }
        for (at, bin) in bins(&judged).iter().enumerate().filter(|(_, bin)| bin.count > 0.0) {
            writeln!(
                out,
                "{name}, confidence {:.1}-{:.1}: {} prompts, confidence {:.3}, right {:.3}",
                at as f64 / 10.0,
                (at + 1) as f64 / 10.0,
                bin.count,
                bin.confidence / bin.count,
                bin.right / bin.count
            )?;
        }
    }
    Ok(())
}

fn whole(out: &mut impl Write, name: &str, judged: &[Judged]) -> Result<()> {
    let settled: Vec<Judged> = judged.iter().filter(|one| one.confidence >= 0.7).cloned().collect();
    let of = |figure: f64, [low, high]: [f64; 2]| format!("{figure:.3} ({low:.3} to {high:.3})");
    writeln!(
        out,
        "{name}: {} prompts, right {}, calibration error {}, settled {:.3}, right of the settled {:.3}",
        judged.len(),
        of(accuracy(judged), interval(judged, |judged| accuracy(judged))),
        of(calibration_error(judged), interval(judged, |judged| calibration_error(judged))),
        settled.len() as f64 / judged.len() as f64,
        accuracy(&settled)
    )
}

fn line(out: &mut impl Write, name: &str, judged: Vec<Judged>) -> Result<()> {
    let sure = judged.iter().filter(|one| one.confidence >= 0.7).count();
    writeln!(
        out,
        "{name}: {} prompts, right {:.3}, settled {:.3}",
        judged.len(),
        accuracy(&judged),
        sure as f64 / judged.len() as f64
    )
}

/// Every fitted prompt whose tier is missed; those kept aside are never shown.
pub fn errors(out: &mut impl Write, scorer: &FastPath, prompts: &[Prompt]) -> Result<()> {
    for prompt in prompts.iter().filter(|prompt| prompt.part() == Part::Fitted) {
        let score = scorer.score(prompt.input());
        if score.tier == prompt.tier {
            continue;
        }
        let evidence: Vec<String> = score
            .evidence()
            .into_iter()
            .map(|(dimension, found)| format!("{}: {found}", dimension.name()))
            .collect();
        let text: String = prompt.text.chars().take(150).collect();
        writeln!(
            out,
            "{} not {} ({:.2}, {:.2}) {}/{}: {:?}\n    {}",
            score.tier.name(),
            prompt.tier.name(),
            score.score,
            score.confidence,
            prompt.language,
            prompt.family,
            text,
            evidence.join("; ")
        )?;
    }
    Ok(())
}

/// Tiers, and how many are settled, over the `text` of every line of a file of JSON objects.
pub fn traffic(out: &mut impl Write, scorer: &FastPath, path: &str) -> Result<()> {
    let text = std::fs::read_to_string(path)?;
    let rows = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let scores: Vec<_> = rows
        .map(|row| {
            let user = row["text"].as_str().unwrap_or_default();
            scorer.score(Input { user, ..Input::default() })
        })
        .collect();
    let all = scores.len().max(1) as f64;
    let settled = scores.iter().filter(|score| !score.ambiguous).count() as f64;
    writeln!(out, "{path}: {} texts, settled {:.3}", scores.len(), settled / all)?;
    for tier in Tier::ALL {
        let such: Vec<_> = scores.iter().filter(|score| score.tier == tier).collect();
        let sure = such.iter().filter(|score| !score.ambiguous).count() as f64;
        let count = such.len() as f64;
        writeln!(out, "  {}: {:.3}, settled {:.3} of them", tier.name(), count / all, sure / count.max(1.0))?;
    }
    Ok(())
}

/// Tier, confidence and evidence of every line of a file of JSON objects: for reading, not for figures.
pub fn lines(out: &mut impl Write, scorer: &FastPath, path: &str) -> Result<()> {
    for line in std::fs::read_to_string(path)?.lines() {
        let Ok(row) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let user = row["text"].as_str().unwrap_or_default();
        let score = scorer.score(Input { user, ..Input::default() });
        let evidence: Vec<String> = score.evidence().into_iter().map(|(dimension, found)| format!("{}: {found}", dimension.name())).collect();
        let short: String = user.chars().take(200).collect();
        writeln!(out, "{} {:.2} {:.2} {short:?} [{}]", score.tier.name(), score.score, score.confidence, evidence.join("; "))?;
    }
    Ok(())
}
