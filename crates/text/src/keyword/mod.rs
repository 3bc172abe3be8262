//! Keyword rules: words and patterns joined by OR, AND or NOR, all compiled together.

mod matcher;
mod rule;

#[cfg(test)]
mod tests;

pub use matcher::KeywordMatcher;
pub use rule::{KeywordRule, Operator, RuleMatch};
