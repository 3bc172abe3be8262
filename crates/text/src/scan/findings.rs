//! What a scan found: concepts, counts and characters by script.

use crate::fast_path::Dimension;
use crate::lexicon::{Concept, ConceptSet};

/// A system prompt weighs a quarter of its length in `tokenCount`, so that a long one does not make every greeting long.
const SYSTEM_SHARE: f64 = 0.25;

/// What one text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TextFindings {
    /// The distinct concepts.
    pub(crate) concepts: ConceptSet,
    /// Question marks; a run of them counts once.
    pub(crate) questions: u32,
    /// Occurrences of negations.
    pub(crate) negations: u32,
    /// Numbers, and words that say a part or a multiple.
    pub(crate) numbers: u32,
    /// Words; two CJK characters count as one.
    pub(crate) words: u32,
    /// ASCII characters.
    pub(crate) ascii: u64,
    /// Han, kana and hangul characters.
    pub(crate) dense: u64,
    /// All other characters.
    pub(crate) other: u64,
}

impl TextFindings {
    /// Estimated tokens: four ASCII characters each, one CJK character, two of any other script.
    fn tokens(&self) -> u64 {
        self.ascii.div_ceil(4) + self.dense + self.other.div_ceil(2)
    }
}

/// What the user's and the system text hold together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Findings {
    /// The user's text, and the tools of the request.
    pub(crate) user: TextFindings,
    /// The system text.
    pub(crate) system: TextFindings,
}

impl Findings {
    /// Joins two scans and the request's tools.
    pub(crate) fn new(mut user: TextFindings, system: TextFindings, tool_count: u32) -> Self {
        if tool_count > 0 {
            user.concepts.insert(Concept::Tools);
        }
        Self { user, system }
    }

    /// Estimated tokens of both texts.
    pub(crate) fn tokens(&self) -> u32 {
        u32::try_from(self.user.tokens() + self.system.tokens()).unwrap_or(u32::MAX)
    }

    /// Tokens as `tokenCount` sees them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of tokens is far below 2^52"
    )]
    pub(crate) fn length_tokens(&self) -> f64 {
        (self.system.tokens() as f64).mul_add(SYSTEM_SHARE, self.user.tokens() as f64)
    }

    /// Whether the system text counts for `dimension`: what the user asks for is the user's alone.
    pub(crate) const fn reads_system(dimension: Dimension) -> bool {
        !matches!(
            dimension,
            Dimension::ReasoningMarkers
                | Dimension::SimpleIndicators
                | Dimension::QuestionComplexity
                | Dimension::NegationComplexity
        )
    }

    /// Distinct concepts of `dimension`: those of the user's text, and one more when the system text holds others. A system
    /// prompt of an agent holds every word of the trade; counting it fully would lift "hello" to COMPLEX.
    pub(crate) fn count(&self, dimension: Dimension) -> u32 {
        let own = self.user.concepts.count(dimension);
        let more = self.system.concepts.count(dimension) > 0
            && Self::reads_system(dimension)
            && self.system_only(dimension).next().is_some();
        own + u32::from(more)
    }

    /// The names of what only the system text holds of `dimension`.
    pub(crate) fn system_only(&self, dimension: Dimension) -> impl Iterator<Item = &'static str> {
        self.system
            .concepts
            .names_without(dimension, &self.user.concepts)
    }
}
