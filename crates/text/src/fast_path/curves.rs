//! From counts to scores: the curve of each dimension.

use super::dimension::{DIMENSION_COUNT, Dimension};
use crate::lexicon::Concept;
use crate::scan::Findings;

/// Fewer tokens than this are a short input: below 0. More are above 0 (seed §6).
const SHORT_TOKENS: f64 = 100.0;

/// From so many tokens on an input is long: +1 (seed §6).
const LONG_TOKENS: f64 = 2000.0;

/// A short input's score fades towards 0 with this constant: "hello" has -0.8, two sentences about -0.1. A flat -1 below 100
/// tokens, as peers have it, outweighs every marker that a one-sentence task can hold.
const SHORT_FADE_TOKENS: f64 = 10.0;

/// The scores of all dimensions, in order, each in [-1, 1].
pub(super) fn dimensions(findings: &Findings) -> [f64; DIMENSION_COUNT] {
    Dimension::ALL.map(|dimension| score(findings, dimension).clamp(-1.0, 1.0))
}

fn score(findings: &Findings, dimension: Dimension) -> f64 {
    let count = findings.count(dimension);
    match dimension {
        Dimension::TokenCount => token_count(findings.length_tokens()),
        Dimension::ReasoningMarkers => reasoning(findings, count),
        Dimension::CreativeMarkers => by_count(count, &[0.0, 1.0]),
        Dimension::SimpleIndicators => by_count(count, &[0.0, -1.0]),
        Dimension::MultiStepPatterns => by_count(count, &[0.0, 0.6, 1.0]),
        Dimension::QuestionComplexity => questions(findings.user.questions, count),
        Dimension::ImperativeVerbs => imperative(findings, count),
        Dimension::CodePresence
        | Dimension::TechnicalTerms
        | Dimension::ConstraintIndicators
        | Dimension::OutputFormat
        | Dimension::DomainSpecificity => by_count(count, &[0.0, 0.5, 0.8, 1.0]),
        Dimension::ReferenceComplexity => by_count(count, &[0.0, 0.5, 1.0]),
        Dimension::NegationComplexity => negation(findings.user.negations, count),
        Dimension::AgenticTask => by_count(count, &[0.0, 0.25, 0.5, 0.75, 1.0]),
    }
}

/// The value at `count`, or the last one beyond.
fn by_count(count: u32, values: &[f64]) -> f64 {
    values[(count as usize).min(values.len() - 1)]
}

fn token_count(tokens: f64) -> f64 {
    if tokens < SHORT_TOKENS {
        return -(-tokens / SHORT_FADE_TOKENS).exp();
    }
    ((tokens / SHORT_TOKENS).ln() / (LONG_TOKENS / SHORT_TOKENS).ln()).min(1.0)
}

/// Markers of reasoning; without any, how much the text looks like a plain fact to look up.
fn reasoning(findings: &Findings, count: u32) -> f64 {
    if count > 0 {
        return by_count(count, &[0.0, 0.7, 1.0]);
    }
    let asks = findings.count(Dimension::SimpleIndicators) > 0;
    match (asks, is_task(findings)) {
        (true, false) => -0.6,
        (true, true) => -0.2,
        (false, false) if findings.length_tokens() < SHORT_TOKENS => -0.4,
        _ => 0.0,
    }
}

/// Whether anything says that work is asked for.
fn is_task(findings: &Findings) -> bool {
    const WORK: [Dimension; 4] = [
        Dimension::CodePresence,
        Dimension::TechnicalTerms,
        Dimension::CreativeMarkers,
        Dimension::MultiStepPatterns,
    ];
    let orders = findings.user.concepts.count(Dimension::ImperativeVerbs);
    let simple = u32::from(findings.user.concepts.contains(Concept::SimpleVerb));
    orders > simple
        || WORK
            .into_iter()
            .any(|dimension| findings.user.concepts.count(dimension) > 0)
}

fn questions(marks: u32, nested: u32) -> f64 {
    by_count(marks, &[0.0, 0.0, 0.4, 0.7, 1.0]) + 0.4 * f64::from(nested.min(2))
}

fn imperative(findings: &Findings, count: u32) -> f64 {
    let simple = u32::from(findings.user.concepts.contains(Concept::SimpleVerb));
    if count == simple && simple > 0 {
        return -0.5;
    }
    by_count(count - simple.min(count), &[0.0, 0.9, 1.0])
}

fn negation(occurrences: u32, distinct: u32) -> f64 {
    by_count(occurrences.max(distinct), &[0.0, 0.3, 0.6, 1.0])
}
