//! The fifteen dimensions of the fast path: their order, names and default weights, stated once.

use super::numbers::WEIGHTS;

/// How many dimensions there are.
pub const DIMENSION_COUNT: usize = 15;

/// One thing the fast path measures. Scores of a dimension lie in [-1, 1]; positive means "needs a stronger model".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Dimension {
    /// How long the input is.
    TokenCount,
    /// Source code, or words about it.
    CodePresence,
    /// Words that ask for a proof or a chain of thought; the user's text only.
    ReasoningMarkers,
    /// Engineering vocabulary.
    TechnicalTerms,
    /// Words that ask for invention.
    CreativeMarkers,
    /// Greetings and look-ups; never above 0.
    SimpleIndicators,
    /// Several steps in order.
    MultiStepPatterns,
    /// Several or nested questions.
    QuestionComplexity,
    /// Verbs that order substantial work.
    ImperativeVerbs,
    /// Limits and obligations.
    ConstraintIndicators,
    /// A demanded output format.
    OutputFormat,
    /// References to earlier text or attachments.
    ReferenceComplexity,
    /// How much is excluded or negated.
    NegationComplexity,
    /// Vocabulary of a learned profession or science.
    DomainSpecificity,
    /// Work with files, shells and repeated attempts.
    AgenticTask,
}

/// Dimension and name, in order (SPEC F1).
const TABLE: [(Dimension, &str); DIMENSION_COUNT] = [
    (Dimension::TokenCount, "tokenCount"),
    (Dimension::CodePresence, "codePresence"),
    (Dimension::ReasoningMarkers, "reasoningMarkers"),
    (Dimension::TechnicalTerms, "technicalTerms"),
    (Dimension::CreativeMarkers, "creativeMarkers"),
    (Dimension::SimpleIndicators, "simpleIndicators"),
    (Dimension::MultiStepPatterns, "multiStepPatterns"),
    (Dimension::QuestionComplexity, "questionComplexity"),
    (Dimension::ImperativeVerbs, "imperativeVerbs"),
    (Dimension::ConstraintIndicators, "constraintIndicators"),
    (Dimension::OutputFormat, "outputFormat"),
    (Dimension::ReferenceComplexity, "referenceComplexity"),
    (Dimension::NegationComplexity, "negationComplexity"),
    (Dimension::DomainSpecificity, "domainSpecificity"),
    (Dimension::AgenticTask, "agenticTask"),
];

/// The names of all dimensions, in order; the keys of a weights map.
pub const DIMENSION_NAMES: [&str; DIMENSION_COUNT] = names();

/// The default weights, in order; they add to 0.94 and are normalised when used.
pub const DEFAULT_WEIGHTS: [f64; DIMENSION_COUNT] = WEIGHTS;

impl Dimension {
    /// All dimensions, in order.
    pub const ALL: [Self; DIMENSION_COUNT] = all();

    /// Where it stands in the order, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name in configuration and in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        DIMENSION_NAMES[self as usize]
    }

    /// The dimension of that exact name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.name() == name)
    }
}

const fn all() -> [Dimension; DIMENSION_COUNT] {
    let mut all = [Dimension::TokenCount; DIMENSION_COUNT];
    let mut at = 0;
    while at < DIMENSION_COUNT {
        all[at] = TABLE[at].0;
        at += 1;
    }
    all
}

const fn names() -> [&'static str; DIMENSION_COUNT] {
    let mut names = [""; DIMENSION_COUNT];
    let mut at = 0;
    while at < DIMENSION_COUNT {
        names[at] = TABLE[at].1;
        at += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_enum() {
        for (at, dimension) in Dimension::ALL.into_iter().enumerate() {
            assert_eq!(dimension.index(), at);
            assert_eq!(Dimension::from_name(dimension.name()), Some(dimension));
        }
    }

    #[test]
    fn default_weights_add_to_what_the_specification_says() {
        assert!((DEFAULT_WEIGHTS.iter().sum::<f64>() - 0.94).abs() < 1e-12);
    }
}
