//! Keyword rules: words and patterns joined by OR, AND or NOR, all compiled together.

mod fold;
mod literals;
mod matcher;
mod patterns;
mod rule;
mod words;

#[cfg(test)]
mod tests;

pub use matcher::KeywordMatcher;
pub use rule::{KeywordRule, Operator, RuleMatch};
