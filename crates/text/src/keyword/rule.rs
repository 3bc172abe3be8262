//! A keyword rule as a caller writes it, and its result.

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
