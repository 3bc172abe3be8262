//! From counts to scores: the curve of each dimension. Its knots are in `numbers`.

use super::dimension::{DIMENSION_COUNT, Dimension};
use super::measures::Measures;
use super::numbers::{CURVE_COUNT, LENGTH_KNOTS, LONG_TOKENS, SHORT_TOKENS};

/// One curve of the scorer; `numbers` holds its knots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Curve {
    /// Below `SHORT_TOKENS`: the score at each of `LENGTH_KNOTS`.
    Length,
    /// By concepts of `codePresence`, from 1 on.
    Code,
    /// By markers of reasoning, from 1 on.
    Marked,
    /// Without any, in the words of a look-up: by demands, from 0 on.
    Asked,
    /// Without any, otherwise: by demands, from 0 on.
    Unmarked,
    /// By concepts of `technicalTerms`, from 1 on.
    Technical,
    /// By concepts of `creativeMarkers`, from 1 on.
    Creative,
    /// By concepts of `simpleIndicators`, from 1 on; never above 0.
    Simple,
    /// By concepts of `multiStepPatterns`, from 1 on.
    Steps,
    /// By question marks, from 2 on.
    Questions,
    /// Added by concepts of `questionComplexity`, from 1 on.
    Nested,
    /// When a verb only tells or shows, and none orders work.
    Telling,
    /// By verbs that order work, from 1 on.
    Orders,
    /// By concepts of `constraintIndicators`, from 1 on.
    Constraints,
    /// By concepts of `outputFormat`, from 1 on.
    Output,
    /// By concepts of `referenceComplexity`, from 1 on.
    References,
    /// By negations, from 1 on.
    Negations,
    /// By concepts of `domainSpecificity`, from 1 on.
    Domain,
    /// By concepts of `agenticTask`, from 1 on.
    Agentic,
}

/// The scores of all dimensions, in order, each in [-1, 1]; `knots` holds those of each curve, in the order of `Curve`.
#[must_use]
pub fn dimensions<T: AsRef<[f64]>>(
    measures: &Measures,
    knots: &[T; CURVE_COUNT],
) -> [f64; DIMENSION_COUNT] {
    Dimension::ALL.map(|dimension| score(measures, knots, dimension).clamp(-1.0, 1.0))
}

fn score<T: AsRef<[f64]>>(
    measures: &Measures,
    knots: &[T; CURVE_COUNT],
    dimension: Dimension,
) -> f64 {
    let count = measures.count(dimension);
    let of = |curve: Curve, count: u32| level(knots[curve as usize].as_ref(), count);
    match dimension {
        Dimension::TokenCount => length(measures.tokens, knots[Curve::Length as usize].as_ref()),
        Dimension::ReasoningMarkers if count > 0 => of(Curve::Marked, count),
        Dimension::ReasoningMarkers if measures.asks => of(Curve::Asked, measures.demands + 1),
        Dimension::ReasoningMarkers => of(Curve::Unmarked, measures.demands + 1),
        Dimension::CodePresence => of(Curve::Code, count),
        Dimension::TechnicalTerms => of(Curve::Technical, count),
        Dimension::CreativeMarkers => of(Curve::Creative, count),
        Dimension::SimpleIndicators => of(Curve::Simple, count),
        Dimension::MultiStepPatterns => of(Curve::Steps, count),
        Dimension::QuestionComplexity => {
            of(Curve::Questions, measures.question_marks.saturating_sub(1))
                + of(Curve::Nested, count)
        }
        Dimension::ImperativeVerbs if measures.orders() == 0 && measures.simple_verb => {
            of(Curve::Telling, 1)
        }
        Dimension::ImperativeVerbs => of(Curve::Orders, measures.orders()),
        Dimension::ConstraintIndicators => of(Curve::Constraints, count),
        Dimension::OutputFormat => of(Curve::Output, count),
        Dimension::ReferenceComplexity => of(Curve::References, count),
        Dimension::NegationComplexity => of(Curve::Negations, measures.negations.max(count)),
        Dimension::DomainSpecificity => of(Curve::Domain, count),
        Dimension::AgenticTask => of(Curve::Agentic, count),
    }
}

/// 0 for nothing, else the knot of `count`, or the last one beyond.
#[inline]
fn level(knots: &[f64], count: u32) -> f64 {
    match (count as usize).min(knots.len()).checked_sub(1) {
        Some(at) => knots[at],
        None => 0.0,
    }
}

/// Between the knots linear in the logarithm of the tokens; 0 at `SHORT_TOKENS`, 1 from `LONG_TOKENS` on.
fn length(tokens: f64, knots: &[f64]) -> f64 {
    if tokens >= SHORT_TOKENS {
        return ((tokens / SHORT_TOKENS).ln() / (LONG_TOKENS / SHORT_TOKENS).ln()).min(1.0);
    }
    let (mut from, mut low) = (LENGTH_KNOTS[0], knots[0]);
    if tokens <= from {
        return low;
    }
    let ends = LENGTH_KNOTS[1..].iter().zip(&knots[1..]);
    for (&to, &high) in ends.chain([(&SHORT_TOKENS, &0.0)]) {
        if tokens < to {
            return low + (high - low) * (tokens / from).ln() / (to / from).ln();
        }
        (from, low) = (to, high);
    }
    low
}
