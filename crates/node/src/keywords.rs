//! Keyword rules as they cross the boundary, and the matcher of the public API.

use napi::bindgen_prelude::{Array, Either, Utf16String};
use napi_derive::napi;
use signalbox_base::Result;
use signalbox_text::{KeywordMatcher as Matcher, KeywordRule, Operator};

use crate::failure::{RawFailure, invalid};
use crate::guard::guard;
use crate::text::utf8;

/// More rules, or words in one rule, than anybody writes; keeps a hostile array length from becoming an allocation.
const MOST: u32 = 100_000;

/// How the words and patterns of a rule join.
#[napi(string_enum)]
#[derive(Clone, Copy)]
pub enum RawOperator {
    /// Any one is enough.
    OR,
    /// All must be there.
    AND,
    /// None may be there.
    NOR,
}

/// One rule.
#[napi(object, object_to_js = false)]
pub struct RawKeywordRule<'env> {
    /// Names the rule in errors.
    pub name: String,
    /// How keywords and patterns join.
    pub operator: RawOperator,
    /// Words or phrases.
    #[napi(ts_type = "string[]")]
    pub keywords: Array<'env>,
    /// Regular expressions that run in linear time.
    #[napi(ts_type = "string[]")]
    pub patterns: Array<'env>,
    /// Whether case matters.
    pub case_sensitive: bool,
}

/// A rule that a text satisfies.
#[napi(object, object_from_js = false)]
pub struct RawKeywordMatch {
    /// Where the rule stands in the list, from 0.
    pub rule: u32,
    /// The keywords and patterns that were found; empty for NOR.
    pub matched: Vec<String>,
    /// 0..1
    pub confidence: f64,
}

/// All rules compiled together.
#[napi]
pub struct KeywordMatcher(Matcher);

/// Compiles rules.
#[napi]
pub fn create_keyword_matcher(
    #[napi(ts_arg_type = "RawKeywordRule[]")] rules: Array<'_>,
) -> Either<KeywordMatcher, RawFailure> {
    guard("createKeywordMatcher", || {
        Ok(KeywordMatcher(Matcher::new(read_rules(&rules)?)?))
    })
}

#[napi]
impl KeywordMatcher {
    /// The rules that `text` satisfies, in their order.
    #[napi(js_name = "match")]
    pub fn find(&self, text: Utf16String) -> Either<Vec<RawKeywordMatch>, RawFailure> {
        guard("KeywordMatcher.match", || {
            Ok(self
                .0
                .matches(&utf8(&text))
                .into_iter()
                .map(RawKeywordMatch::from)
                .collect())
        })
    }
}

impl From<signalbox_text::RuleMatch> for RawKeywordMatch {
    fn from(found: signalbox_text::RuleMatch) -> Self {
        let rule = u32::try_from(found.rule).unwrap_or(u32::MAX);
        Self {
            rule,
            matched: found.matched,
            confidence: found.confidence,
        }
    }
}

/// Rules as the matcher takes them.
pub(crate) fn read_rules(rules: &Array<'_>) -> Result<Vec<KeywordRule>> {
    elements(rules, "keywords", |rule: RawKeywordRule<'_>| {
        Ok(KeywordRule {
            operator: match rule.operator {
                RawOperator::OR => Operator::Or,
                RawOperator::AND => Operator::And,
                RawOperator::NOR => Operator::Nor,
            },
            keywords: elements(&rule.keywords, "keywords[].keywords", Ok)?,
            patterns: elements(&rule.patterns, "keywords[].patterns", Ok)?,
            case_sensitive: rule.case_sensitive,
            name: rule.name,
        })
    })
}

/// The elements of an array, each read and turned; `Vec<T>` of the binding would reserve whatever length the array claims.
pub(crate) fn elements<T: napi::bindgen_prelude::FromNapiValue, U>(
    array: &Array<'_>,
    at: &str,
    turn: impl Fn(T) -> Result<U>,
) -> Result<Vec<U>> {
    if array.len() > MOST {
        return Err(invalid(
            at,
            format!("at most {MOST} elements"),
            format!("{} elements", array.len()),
        ));
    }
    let read = |index| match array.get::<T>(index) {
        Ok(Some(value)) => turn(value),
        Ok(None) | Err(_) => Err(invalid(
            format!("{at}[{index}]"),
            "an element of the declared type",
            "something else",
        )),
    };
    (0..array.len()).map(read).collect()
}
