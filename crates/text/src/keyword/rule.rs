//! A keyword rule as a caller writes it, and its result.

use signalbox_base::{Code, Error, Result};

/// How the words and patterns of a rule join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Any one is enough.
    Or,
    /// All must be there.
    And,
    /// None may be there.
    Nor,
}

/// One rule: at least one keyword or pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeywordRule {
    /// Names the rule in results and errors; unique.
    pub name: String,
    /// How keywords and patterns join.
    pub operator: Operator,
    /// Words or phrases, matched whole in scripts that put spaces between words.
    pub keywords: Vec<String>,
    /// Regular expressions of the `regex` crate: linear time, so no look-around and no backreferences.
    pub patterns: Vec<String>,
    /// Whether case matters, for keywords and patterns alike.
    pub case_sensitive: bool,
}

/// A rule that a text satisfies.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleMatch {
    /// Where the rule stands in the list given to `KeywordMatcher::new`, from 0.
    pub rule: usize,
    /// The keywords and patterns that were found, as they were written, in their order; empty for NOR.
    pub matched: Vec<String>,
    /// 1.0: a rule either holds or does not (OR when any, AND when all, NOR when none was found).
    pub confidence: f64,
}

impl KeywordRule {
    /// How an error names one of the rule's parts.
    pub(super) fn at(&self, rule: usize, part: &str, place: usize) -> String {
        format!("rules[{rule}] {:?} {part}[{place}]", self.name)
    }

    /// Checks what can be seen without compiling.
    pub(super) fn check(&self, rule: usize) -> Result<()> {
        if self.name.trim().is_empty() {
            return Err(Error::new(
                Code::InvalidInput,
                format!("rules[{rule}].name"),
                "a name",
                "an empty string",
            ));
        }
        if self.keywords.is_empty() && self.patterns.is_empty() {
            let at = format!("rules[{rule}] {:?}", self.name);
            return Err(Error::new(
                Code::InvalidInput,
                at,
                "at least one keyword or pattern",
                "neither",
            ));
        }
        for (part, list) in [("keywords", &self.keywords), ("patterns", &self.patterns)] {
            if let Some(place) = list.iter().position(|entry| entry.trim().is_empty()) {
                return Err(Error::new(
                    Code::InvalidInput,
                    self.at(rule, part, place),
                    "text",
                    "an empty string",
                ));
            }
        }
        Ok(())
    }
}
