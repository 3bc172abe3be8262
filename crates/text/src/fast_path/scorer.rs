//! From what a scan found to a score, a tier and a confidence.

use signalbox_base::Result;

use super::confidence::{by_distance, calibrated};
use super::curves;
use super::dimension::{DEFAULT_WEIGHTS, DIMENSION_COUNT, Dimension};
use super::evidence;
use super::measures::Measures;
use super::numbers::{
    AGENTIC_CONCEPTS, BOUNDARIES, KNOTS, LARGE_CONTEXT_CONFIDENCE, OVERRIDE_CONFIDENCE,
    OVERRIDE_MARKERS,
};
use super::options::{FastPathOptions, check, normalised};
use super::tier::Tier;
use crate::agentic::{Agentic, judge};
use crate::scan::{Findings, scan};

/// What is scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Input<'a> {
    /// The user's text.
    pub user: &'a str,
    /// The system prompt, or nothing. Read for its length and vocabulary; reasoning markers, simple indicators, questions and
    /// negations are the user's alone.
    pub system: &'a str,
    /// How many tools the request declares.
    pub tool_count: u32,
}

/// What decided the tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// The weighted sum.
    Score,
    /// Two or more distinct reasoning markers.
    ReasoningMarkers,
    /// The size of the input.
    LargeContext,
}

/// What the fast path thinks of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The tier; when `ambiguous`, the nearest one.
    pub tier: Tier,
    /// The weighted sum, in [-1, 1].
    pub score: f64,
    /// The probability that `tier` is the one that `docs/tiers.md` gives, in [0, 1). With other weights or boundaries than the default ones it is only a distance from the nearest boundary, in [0.5, 1).
    pub confidence: f64,
    /// Whether `confidence` is below the threshold, so that the full path should decide.
    pub ambiguous: bool,
    /// Whether the request declares tools, or reads like work with files and shells.
    pub agentic: bool,
    /// Estimated tokens of user and system text: four ASCII characters each, one CJK character, two of any other script.
    pub estimated_tokens: u32,
    /// What decided `tier`.
    pub decided_by: DecidedBy,
    /// The score of every dimension in [-1, 1], in the order of `DIMENSION_NAMES`.
    pub dimensions: [f64; DIMENSION_COUNT],
    findings: Findings,
}

impl Score {
    /// What moved each dimension: the concepts that were found, by their English names, and counts. Dimensions in which
    /// nothing was found are left out. Computed when called, from the scan that was done; it never holds the prompt's text.
    #[must_use]
    pub fn evidence(&self) -> Vec<(Dimension, String)> {
        evidence::all(&self.findings)
    }

    /// What `agentic::detect` says of `user`, the text that was scored, without scanning it again.
    #[must_use]
    pub fn agentic_task(&self, user: &str, tools: &[&str]) -> Agentic {
        judge(&self.findings.user.concepts, user, tools)
    }
}

/// The heuristic scorer. Cheap to copy; scoring allocates nothing and takes time linear in the text.
#[derive(Clone, Copy, Debug)]
pub struct FastPath {
    weights: [f64; DIMENSION_COUNT],
    boundaries: [f64; 3],
    large_context_tokens: u32,
    threshold: f64,
    calibrated: bool,
}

impl FastPath {
    /// Checks the options, and builds the lexicon when this is the first scorer of the process (a few milliseconds).
    ///
    /// # Errors
    /// `InvalidInput` naming the option: see `FastPathOptions`.
    pub fn new(options: &FastPathOptions) -> Result<Self> {
        check(options)?;
        let weights = normalised(&options.weights)?;
        crate::lexicon::load();
        let FastPathOptions {
            boundaries,
            large_context_tokens,
            threshold,
            ..
        } = *options;
        Ok(Self {
            weights,
            boundaries,
            large_context_tokens,
            threshold,
            calibrated: options.weights == DEFAULT_WEIGHTS && boundaries == BOUNDARIES,
        })
    }

    /// The weights in use; they add to 1.
    #[must_use]
    pub const fn weights(&self) -> &[f64; DIMENSION_COUNT] {
        &self.weights
    }

    /// Scores one request.
    #[must_use]
    pub fn score(&self, input: Input<'_>) -> Score {
        let findings = scan(input.user, input.system, input.tool_count);
        let measures = Measures::new(&findings);
        let dimensions = curves::dimensions(&measures, &KNOTS);
        let score = self.weigh(&dimensions);
        let estimated_tokens = findings.tokens();
        let markers = measures.count(Dimension::ReasoningMarkers);
        let (tier, decided_by) = self.decide(score, estimated_tokens, markers);
        let confidence = match decided_by {
            DecidedBy::LargeContext => LARGE_CONTEXT_CONFIDENCE,
            _ if self.calibrated => calibrated(&measures, &dimensions, score, tier),
            DecidedBy::ReasoningMarkers => OVERRIDE_CONFIDENCE,
            DecidedBy::Score => by_distance(score, &self.boundaries),
        };
        Score {
            tier,
            score,
            confidence,
            ambiguous: confidence < self.threshold,
            agentic: input.tool_count > 0
                || measures.count(Dimension::AgenticTask) >= AGENTIC_CONCEPTS,
            estimated_tokens,
            decided_by,
            dimensions,
            findings,
        }
    }

    /// What the curves read of a request; for the fit.
    #[must_use]
    pub fn measure(&self, input: Input<'_>) -> Measures {
        Measures::new(&scan(input.user, input.system, input.tool_count))
    }

    /// The weighted sum of scores, in [-1, 1].
    #[must_use]
    pub fn weigh(&self, dimensions: &[f64; DIMENSION_COUNT]) -> f64 {
        let weighted = dimensions.iter().zip(&self.weights);
        weighted.map(|(value, weight)| value * weight).sum()
    }

    /// The tier of a score and what decided it.
    #[must_use]
    pub fn decide(&self, score: f64, tokens: u32, markers: u32) -> (Tier, DecidedBy) {
        let tier = Tier::of(score, &self.boundaries);
        if markers >= OVERRIDE_MARKERS {
            (Tier::Reasoning, DecidedBy::ReasoningMarkers)
        } else if tokens >= self.large_context_tokens && tier <= Tier::Complex {
            (Tier::Complex, DecidedBy::LargeContext)
        } else {
            (tier, DecidedBy::Score)
        }
    }
}
