//! How much each concept of the lexicon says that a request is agentic, which row of the table it belongs to, and for what kind
//! of task it speaks.

use super::judge::Evidence;
use crate::lexicon::Concept;

/// What one concept says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weight {
    pub(super) concept: Concept,
    pub(super) row: Evidence,
    /// The probability that it makes a request agentic, all alone.
    pub(super) alone: f64,
    /// How much it speaks for coding, research and automation.
    pub(super) kinds: [f64; 3],
    /// It names something to be done: three of them are several steps.
    pub(super) action: bool,
}

const fn weight(
    concept: Concept,
    row: Evidence,
    alone: f64,
    kinds: [f64; 3],
    action: bool,
) -> Weight {
    Weight {
        concept,
        row,
        alone,
        kinds,
        action,
    }
}

const CODING: [f64; 3] = [1.0, 0.0, 0.0];
const RESEARCH: [f64; 3] = [0.0, 1.0, 0.0];
const AUTOMATION: [f64; 3] = [0.0, 0.0, 1.0];
const HALF_CODING: [f64; 3] = [0.5, 0.0, 0.0];
const HALF_AUTOMATION: [f64; 3] = [0.0, 0.0, 0.5];
const NEITHER: [f64; 3] = [0.0; 3];

/// Words of everyday language ("create", "plan", "fix") weigh little alone; names of tools and of places in code weigh much.
pub(super) const WEIGHTS: &[Weight] = &[
    weight(Concept::ReadFile, Evidence::Files, 0.4, HALF_CODING, true),
    weight(Concept::WriteFile, Evidence::Files, 0.4, NEITHER, true),
    weight(Concept::CreateFile, Evidence::Files, 0.12, NEITHER, true),
    weight(Concept::Edit, Evidence::Files, 0.12, HALF_CODING, true),
    weight(
        Concept::Delete,
        Evidence::Files,
        0.15,
        HALF_AUTOMATION,
        true,
    ),
    weight(
        Concept::RunCommand,
        Evidence::Shell,
        0.4,
        HALF_AUTOMATION,
        true,
    ),
    weight(
        Concept::Execute,
        Evidence::Shell,
        0.2,
        HALF_AUTOMATION,
        true,
    ),
    weight(Concept::Bash, Evidence::Shell, 0.25, HALF_AUTOMATION, false),
    weight(
        Concept::Terminal,
        Evidence::Shell,
        0.25,
        HALF_AUTOMATION,
        false,
    ),
    weight(Concept::Install, Evidence::Shell, 0.4, HALF_CODING, true),
    weight(Concept::TryAgain, Evidence::Iteration, 0.3, NEITHER, true),
    weight(Concept::Retry, Evidence::Iteration, 0.2, NEITHER, true),
    weight(Concept::Fix, Evidence::Iteration, 0.2, CODING, true),
    weight(Concept::Debug, Evidence::Iteration, 0.3, CODING, true),
    weight(Concept::TestAndFix, Evidence::Iteration, 0.45, CODING, true),
    weight(Concept::RunTests, Evidence::Iteration, 0.4, CODING, true),
    weight(Concept::PlanStep, Evidence::Planning, 0.2, NEITHER, false),
    weight(
        Concept::PlanFirstThen,
        Evidence::Planning,
        0.2,
        NEITHER,
        false,
    ),
    weight(Concept::Plan, Evidence::Planning, 0.12, NEITHER, false),
    weight(
        Concept::PlanImplement,
        Evidence::Planning,
        0.15,
        CODING,
        true,
    ),
    weight(Concept::Diff, Evidence::Changes, 0.45, CODING, false),
    weight(
        Concept::FilePath,
        Evidence::Changes,
        0.35,
        HALF_CODING,
        false,
    ),
    weight(Concept::LineNumber, Evidence::Changes, 0.3, CODING, false),
    weight(Concept::Repository, Evidence::Changes, 0.3, CODING, false),
    weight(Concept::Commit, Evidence::Changes, 0.35, CODING, true),
    weight(Concept::Browse, Evidence::Web, 0.45, RESEARCH, true),
    weight(Concept::Deploy, Evidence::Shell, 0.2, AUTOMATION, true),
    weight(Concept::Refactor, Evidence::Changes, 0.2, CODING, true),
    weight(Concept::Compiler, Evidence::Changes, 0.0, CODING, false),
];

/// Concepts that ask what something is: then its words are talked about, not asked for.
pub(super) const QUESTIONS: &[Concept] = &[
    Concept::WhatIs,
    Concept::Define,
    Concept::MeaningOf,
    Concept::Translate,
    Concept::WhoIs,
    Concept::WhenDid,
];

/// Concepts that say a request has several steps.
pub(super) const STEPS: &[Concept] = &[
    Concept::PlanStep,
    Concept::PlanFirstThen,
    Concept::TestAndFix,
    Concept::TryAgain,
    Concept::FirstThen,
    Concept::StepNumber,
    Concept::AfterThat,
    Concept::NumberedList,
    Concept::Finally,
    Concept::Phases,
    Concept::Sequence,
];
