//! What can be said about a text without a model: the fast-path score of a request, and which keyword rules it matches.

#![forbid(unsafe_code)]

pub mod agentic;
mod fast_path;
mod keyword;
mod language;
mod lexicon;
mod scan;
mod tokens;

pub use fast_path::{
    DEFAULT_WEIGHTS, DIMENSION_COUNT, DIMENSION_NAMES, DecidedBy, Dimension, FastPath,
    FastPathOptions, Input, Score, Tier, fitting,
};
pub use keyword::{Finding, KeywordMatcher, KeywordRule, Method, Operator, RuleMatch, Span};
pub use language::{Detection, UNKNOWN, detect_language, languages};
pub use tokens::{Encoding, estimate_tokens};
