//! Evidence in words: which concepts and counts moved each dimension.

use super::dimension::Dimension;
use crate::scan::Findings;

/// The evidence of every dimension that has any, in order.
pub(super) fn all(findings: &Findings) -> Vec<(Dimension, String)> {
    Dimension::ALL
        .into_iter()
        .filter_map(|dimension| Some((dimension, of(findings, dimension)?)))
        .collect()
}

fn of(findings: &Findings, dimension: Dimension) -> Option<String> {
    let mut parts: Vec<String> = findings
        .user
        .concepts
        .names(dimension)
        .map(str::to_owned)
        .collect();
    if Findings::reads_system(dimension) {
        parts.extend(
            findings
                .system_only(dimension)
                .map(|name| format!("{name} (system)")),
        );
    }
    match dimension {
        Dimension::TokenCount => parts.push(format!("{} tokens", findings.tokens())),
        Dimension::QuestionComplexity if findings.user.questions > 0 => {
            parts.push(format!("{} questions", findings.user.questions));
        }
        Dimension::NegationComplexity if findings.user.negations > 0 => {
            parts.push(format!("{} negations", findings.user.negations));
        }
        _ => {}
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
