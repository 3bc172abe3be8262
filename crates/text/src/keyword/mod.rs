//! Keyword rules: words and patterns joined by OR, AND or NOR, all compiled together.

mod bm25;
mod deletions;
mod distance;
mod fold;
mod fuzzy;
mod literals;
mod matcher;
mod method;
mod mixing;
mod ngram;
mod patterns;
mod rule;
mod sink;
mod states;
mod stem;
mod tokens;
mod words;

#[cfg(test)]
mod tests;

pub use matcher::{Finding, KeywordMatcher};
pub use method::Method;
pub use rule::{KeywordRule, Operator, RuleMatch, Span};
