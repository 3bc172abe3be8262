//! From counts to scores: the curve of each dimension.

use super::dimension::{DIMENSION_COUNT, Dimension};
use crate::lexicon::Concept;
use crate::scan::Findings;

/// Up to so many tokens an input is short, and from `LONG_TOKENS` on it is long (seed §6).
const SHORT_TOKENS: f64 = 100.0;

/// More tokens than this are a long input: +1.
const LONG_TOKENS: f64 = 2000.0;

/// The scores of all dimensions, in order, each in [-1, 1].
pub(super) fn dimensions(findings: &Findings) -> [f64; DIMENSION_COUNT] {
    Dimension::ALL.map(|dimension| score(findings, dimension).clamp(-1.0, 1.0))
}

fn score(findings: &Findings, dimension: Dimension) -> f64 {
    let count = findings.count(dimension);
    match dimension {
        Dimension::TokenCount => token_count(findings.length_tokens()),
        Dimension::CodePresence => by_count(count, &[0.0, 0.5, 0.8, 1.0]),
        Dimension::ReasoningMarkers => reasoning(findings, count),
        Dimension::TechnicalTerms => by_count(count, &[0.0, 0.4, 0.7, 0.9, 1.0]),
        Dimension::CreativeMarkers => by_count(count, &[0.0, 0.8, 1.0]),
        Dimension::SimpleIndicators => by_count(count, &[0.0, -1.0]),
        Dimension::MultiStepPatterns => by_count(count, &[0.0, 0.6, 1.0]),
        Dimension::QuestionComplexity => questions(findings.user.questions, count),
        Dimension::ImperativeVerbs => imperative(findings, count),
        Dimension::ConstraintIndicators | Dimension::OutputFormat => by_count(count, &[0.0, 0.5, 0.8, 1.0]),
        Dimension::ReferenceComplexity => by_count(count, &[0.0, 0.5, 1.0]),
        Dimension::NegationComplexity => negation(findings.user.negations, count),
        Dimension::DomainSpecificity => by_count(count, &[0.0, 0.5, 0.8, 1.0]),
        Dimension::AgenticTask => by_count(count, &[0.0, 0.25, 0.5, 0.75, 1.0]),
    }
}

/// The value at `count`, or the last one beyond.
fn by_count(count: u32, values: &[f64]) -> f64 {
    values[(count as usize).min(values.len() - 1)]
}

fn token_count(tokens: f64) -> f64 {
    if tokens < SHORT_TOKENS {
        return -1.0;
    }
    ((tokens / SHORT_TOKENS).ln() / (LONG_TOKENS / SHORT_TOKENS).ln()).mul_add(2.0, -1.0).min(1.0)
}

fn reasoning(findings: &Findings, count: u32) -> f64 {
    if count == 0 && findings.count(Dimension::SimpleIndicators) > 0 {
        return -0.5;
    }
    by_count(count, &[0.0, 0.7, 1.0])
}

fn questions(marks: u32, nested: u32) -> f64 {
    by_count(marks, &[0.0, 0.0, 0.4, 0.7, 1.0]) + 0.4 * f64::from(nested.min(2))
}

fn imperative(findings: &Findings, count: u32) -> f64 {
    let simple = u32::from(findings.user.concepts.contains(Concept::SimpleVerb));
    if count == simple && simple > 0 {
        return -0.5;
    }
    by_count(count - simple.min(count), &[0.0, 0.6, 1.0])
}

fn negation(occurrences: u32, distinct: u32) -> f64 {
    by_count(occurrences.max(distinct), &[0.0, 0.3, 0.6, 1.0])
}
