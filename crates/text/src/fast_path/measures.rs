//! What the curves and the confidence read of a scan: counts only, no text.

use super::dimension::{DIMENSION_COUNT, Dimension};
use crate::lexicon::Concept;
use crate::scan::Findings;

/// The counts of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Estimated tokens as `tokenCount` sees them: a system prompt weighs a quarter.
    pub tokens: f64,
    /// Distinct concepts by dimension.
    pub counts: [u32; DIMENSION_COUNT],
    /// Question marks of the user's text; a run of them counts once.
    pub question_marks: u32,
    /// Negations of the user's text, each occurrence.
    pub negations: u32,
    /// Whether the user's text asks in the words of a look-up or a greeting, and for nothing invented.
    pub asks: bool,
    /// Whether a verb of it orders no more than to tell or to show.
    pub simple_verb: bool,
    /// How much work the user's text asks for, from 0 to 8.
    pub demands: u32,
    /// Numbers in the user's text, and words that say a part or a multiple.
    pub numbers: u32,
    /// Words of the user's text; two CJK characters count as one.
    pub words: u32,
    /// What most of the user's text is written in.
    pub script: Script,
}

/// Scripts as their letters weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// Latin letters.
    #[default]
    Latin,
    /// Han, kana or hangul: a quarter of all characters at least.
    Dense,
    /// Any other script: more than half of all characters.
    Other,
}

impl Measures {
    pub(super) fn new(findings: &Findings) -> Self {
        let user = &findings.user;
        let all = user.ascii + user.dense + user.other;
        let script = if user.dense * 4 > all {
            Script::Dense
        } else if user.other * 2 > all {
            Script::Other
        } else {
            Script::Latin
        };
        Self {
            tokens: findings.length_tokens(),
            counts: Dimension::ALL.map(|dimension| findings.count(dimension)),
            question_marks: user.questions,
            negations: user.negations,
            asks: user.concepts.count(Dimension::SimpleIndicators) > 0
                && user.concepts.count(Dimension::CreativeMarkers) == 0,
            simple_verb: user.concepts.contains(Concept::SimpleVerb),
            demands: demands(findings),
            numbers: user.numbers,
            words: user.words,
            script,
        }
    }

    /// Distinct concepts of `dimension`.
    #[must_use]
    pub const fn count(&self, dimension: Dimension) -> u32 {
        self.counts[dimension.index()]
    }

    /// Verbs that order work, without those that only tell or show.
    #[must_use]
    pub fn orders(&self) -> u32 {
        self.count(Dimension::ImperativeVerbs)
            .saturating_sub(u32::from(self.simple_verb))
    }
}

/// How much work the user's text asks for: 0 to 5 concepts count each, more of them ever less.
fn demands(findings: &Findings) -> u32 {
    const WORK: [Dimension; 11] = [
        Dimension::CodePresence,
        Dimension::TechnicalTerms,
        Dimension::CreativeMarkers,
        Dimension::MultiStepPatterns,
        Dimension::QuestionComplexity,
        Dimension::ImperativeVerbs,
        Dimension::ConstraintIndicators,
        Dimension::OutputFormat,
        Dimension::ReferenceComplexity,
        Dimension::DomainSpecificity,
        Dimension::AgenticTask,
    ];
    let concepts = &findings.user.concepts;
    let asked: u32 = WORK
        .iter()
        .map(|dimension| concepts.count(*dimension))
        .sum();
    let none = [Concept::SimpleVerb, Concept::Avoid];
    let none: u32 = none
        .iter()
        .map(|concept| u32::from(concepts.contains(*concept)))
        .sum();
    match asked.saturating_sub(none) {
        few @ 0..=5 => few,
        6..=7 => 6,
        8..=10 => 7,
        _ => 8,
    }
}
