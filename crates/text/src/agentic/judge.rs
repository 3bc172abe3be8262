//! From concepts, phrases and tool names to a verdict.

use super::tool_names;
use super::weights::{QUESTIONS, STEPS, WEIGHTS};
use super::words;
use crate::lexicon::{Concept, ConceptSet};

/// From this score on a request is agentic: ordinary traffic reaches it once in a thousand requests at most.
const THRESHOLD: f64 = 0.4;

/// What declared tools say alone.
const TOOLS_WEIGHT: f64 = 0.6;

/// What one phrase that asks for research or automation says alone, and how many of each kind count.
const PHRASE_WEIGHT: f64 = 0.35;
const MOST_PHRASES: usize = 3;

/// What remains of a score where the text asks what something is.
const QUESTION_SHARE: f64 = 0.6;

/// So many actions make several steps.
const STEP_ACTIONS: usize = 3;

/// How much one phrase or one tool speaks for a kind of task, beside concepts, which speak with 0.5 or 1.
const PHRASE_KIND: f64 = 0.4;
const TOOL_KIND: f64 = 1.0;

/// The least that must speak for a kind.
const LEAST_KIND: f64 = 0.4;

/// The kind of an agentic task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskType {
    /// Work on code.
    Coding,
    /// Finding things out from sources.
    Research,
    /// Doing things for somebody, once or again and again.
    Automation,
    /// None of these, or none that can be told.
    General,
}

/// A row of the table of indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The request declares tools.
    Tools,
    /// File operations.
    Files,
    /// Shell operations.
    Shell,
    /// Iterative patterns.
    Iteration,
    /// Planning in several steps.
    Planning,
    /// Code modification: diffs, paths, line numbers, repositories.
    Changes,
    /// Reading the web.
    Web,
    /// Phrases of research.
    Research,
    /// Phrases of automation.
    Automation,
}

impl Evidence {
    /// All rows, in the order of their bits.
    pub const ALL: [Self; 9] = [
        Self::Tools,
        Self::Files,
        Self::Shell,
        Self::Iteration,
        Self::Planning,
        Self::Changes,
        Self::Web,
        Self::Research,
        Self::Automation,
    ];
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agentic {
    /// Whether `score` is at least 0.4.
    pub detected: bool,
    /// 0..1
    pub score: f64,
    /// The kind of task; says something only where it was detected.
    pub task_type: TaskType,
    /// Whether it has several steps in order, or asks for three things or more.
    pub multi_step: bool,
    /// One bit for each row of `Evidence::ALL` that was found.
    pub evidence: u32,
}

/// Judges what a scan of `user` found. The score is a noisy OR (Pearl 1988, "Probabilistic Reasoning in Intelligent Systems",
/// section 4.3): each piece of evidence alone would make the request agentic with its weight as probability.
pub(crate) fn judge(concepts: &ConceptSet, user: &str, tools: &[&str]) -> Agentic {
    let phrases = words::phrases(user);
    let mut rest = 1.0;
    let mut kinds = [0.0; 3];
    let (mut evidence, mut actions) = (0, 0);
    for weight in WEIGHTS.iter().filter(|one| concepts.contains(one.concept)) {
        rest *= 1.0 - weight.alone;
        evidence |= 1 << weight.row as u32;
        actions += usize::from(weight.action);
        add(&mut kinds, weight.kinds);
    }
    for (row, count) in [Evidence::Research, Evidence::Automation]
        .into_iter()
        .zip(phrases.strong)
    {
        for _ in 0..count.min(MOST_PHRASES) {
            rest *= 1.0 - PHRASE_WEIGHT;
            evidence |= 1 << row as u32;
        }
    }
    let asks = QUESTIONS.iter().any(|concept| concepts.contains(*concept))
        && !concepts.contains(Concept::Browse);
    let mut score = (1.0 - rest) * if asks { QUESTION_SHARE } else { 1.0 };
    if !tools.is_empty() {
        evidence |= 1 << Evidence::Tools as u32;
        score = 1.0 - (1.0 - score) * (1.0 - TOOLS_WEIGHT);
    }
    add(
        &mut kinds,
        phrases.kinds.map(|count| times(count.min(4), PHRASE_KIND)),
    );
    add(
        &mut kinds,
        tool_names::kinds(tools).map(|count| times(count.min(2), TOOL_KIND)),
    );
    Agentic {
        detected: score >= THRESHOLD,
        score,
        task_type: task_type(kinds),
        multi_step: actions + phrases.actions >= STEP_ACTIONS
            || (phrases.joiners > 0 && actions + phrases.actions > 0)
            || STEPS.iter().any(|step| concepts.contains(*step)),
        evidence,
    }
}

fn add(kinds: &mut [f64; 3], more: [f64; 3]) {
    kinds
        .iter_mut()
        .zip(more)
        .for_each(|(kind, more)| *kind += more);
}

#[expect(clippy::cast_precision_loss, reason = "at most four")]
fn times(count: usize, weight: f64) -> f64 {
    count as f64 * weight
}

/// The kind that most speaks for; where two are even, the first of the list.
fn task_type(kinds: [f64; 3]) -> TaskType {
    let named = [TaskType::Coding, TaskType::Research, TaskType::Automation];
    let mut best = (TaskType::General, LEAST_KIND - 1e-9);
    for (kind, points) in named.into_iter().zip(kinds) {
        if points > best.1 {
            best = (kind, points);
        }
    }
    best.0
}
