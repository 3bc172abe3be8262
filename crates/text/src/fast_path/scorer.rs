//! From what a scan found to a score, a tier and a confidence.

use signalbox_base::Result;

use super::curves;
use super::dimension::{DIMENSION_COUNT, Dimension};
use super::evidence;
use super::options::{FastPathOptions, check, normalised};
use super::tier::{Tier, confidence};
use crate::agentic::{Agentic, judge};
use crate::scan::{Findings, scan};

/// The least confidence of an override by reasoning markers; each marker beyond the second adds `MARKER_CONFIDENCE`.
const OVERRIDE_CONFIDENCE: f64 = 0.85;

/// What a further reasoning marker adds to the confidence of the override.
const MARKER_CONFIDENCE: f64 = 0.05;

/// The confidence of an override by size.
const LARGE_CONTEXT_CONFIDENCE: f64 = 0.95;

/// So many distinct reasoning markers make the tier REASONING whatever the score (SPEC F1).
const OVERRIDE_MARKERS: u32 = 2;

/// From this score of `agenticTask` on (three distinct concepts) a request without tools is agentic too.
const AGENTIC_SCORE: f64 = 0.6;

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
    /// How sure the tier is, in [0.5, 1); see `ambiguous`.
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
        let dimensions = curves::dimensions(&findings);
        let score: f64 = dimensions
            .iter()
            .zip(&self.weights)
            .map(|(value, weight)| value * weight)
            .sum();
        let estimated_tokens = findings.tokens();
        let (tier, confidence, decided_by) =
            self.decide(score, estimated_tokens, findings.reasoning_markers());
        Score {
            tier,
            score,
            confidence,
            ambiguous: confidence < self.threshold,
            agentic: input.tool_count > 0
                || dimensions[Dimension::AgenticTask.index()] >= AGENTIC_SCORE,
            estimated_tokens,
            decided_by,
            dimensions,
            findings,
        }
    }

    fn decide(&self, score: f64, tokens: u32, markers: u32) -> (Tier, f64, DecidedBy) {
        let tier = Tier::of(score, &self.boundaries);
        let distance = confidence(score, &self.boundaries);
        if markers >= OVERRIDE_MARKERS {
            let sure = OVERRIDE_CONFIDENCE
                + MARKER_CONFIDENCE * f64::from((markers - OVERRIDE_MARKERS).min(2));
            let sure = if tier == Tier::Reasoning {
                sure.max(distance)
            } else {
                sure
            };
            return (Tier::Reasoning, sure, DecidedBy::ReasoningMarkers);
        }
        if tokens >= self.large_context_tokens && tier <= Tier::Complex {
            return (
                Tier::Complex,
                LARGE_CONTEXT_CONFIDENCE,
                DecidedBy::LargeContext,
            );
        }
        (tier, distance, DecidedBy::Score)
    }
}
