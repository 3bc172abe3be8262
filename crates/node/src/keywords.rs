//! Keyword rules as they cross the boundary, and the matcher of the public API.

use napi::bindgen_prelude::{Array, Either, Utf16String};
use napi_derive::napi;
use signalbox_base::{Result, invalid_input};
use signalbox_text::{
    Finding, KeywordMatcher as Matcher, KeywordRule, Method, Operator, RuleMatch,
};

use crate::failure::RawFailure;
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

/// How the keywords of a rule are looked for.
#[napi(string_enum = "lowercase")]
#[derive(Clone, Copy)]
pub enum RawMethod {
    /// As written.
    Exact,
    /// By words about the same thing, whatever their order.
    Bm25,
    /// By the n-grams of characters they share.
    Ngram,
    /// With typing errors.
    Fuzzy,
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
    /// How keywords are looked for.
    pub method: RawMethod,
    /// The least score or similarity that counts, or the most edits of a word; what is left out is the method's default.
    pub threshold: Option<f64>,
    /// Characters in an n-gram; what is left out is the default.
    pub arity: Option<u32>,
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

/// A rule that a text satisfies, and where.
#[napi(object, object_from_js = false)]
pub struct RawKeywordFinding {
    /// What `match` says of the rule.
    pub found: RawKeywordMatch,
    /// Three numbers a place: which of `found.matched`, where it begins, where it ends, in UTF-16 code units.
    pub spans: Vec<u32>,
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
    pub fn matches(&self, text: Utf16String) -> Either<Vec<RawKeywordMatch>, RawFailure> {
        guard("KeywordMatcher.match", || {
            Ok(self
                .0
                .matches(&utf8(&text))
                .into_iter()
                .map(RawKeywordMatch::from)
                .collect())
        })
    }

    /// The rules that `text` satisfies, and the first `limit` places of each keyword and pattern.
    #[napi]
    pub fn find(
        &self,
        text: Utf16String,
        limit: u32,
    ) -> Either<Vec<RawKeywordFinding>, RawFailure> {
        guard("KeywordMatcher.find", || {
            let findings = self.0.find(&utf8(&text), limit as usize);
            Ok(findings.into_iter().map(RawKeywordFinding::from).collect())
        })
    }
}

impl From<Finding> for RawKeywordFinding {
    fn from(finding: Finding) -> Self {
        let numbers = |span: &signalbox_text::Span| [span.matched, span.begin, span.end];
        let spans = finding.spans.iter().flat_map(numbers);
        Self {
            spans: spans
                .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
                .collect(),
            found: finding.found.into(),
        }
    }
}

impl From<RuleMatch> for RawKeywordMatch {
    fn from(found: RuleMatch) -> Self {
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
            method: read_method(&rule)?,
            name: rule.name,
        })
    })
}

fn read_method(rule: &RawKeywordRule<'_>) -> Result<Method> {
    let arity = rule
        .arity
        .map_or(Method::NGRAM_ARITY, |arity| arity as usize);
    Ok(match rule.method {
        RawMethod::Exact => Method::Exact,
        RawMethod::Bm25 => Method::Bm25 {
            threshold: rule.threshold.unwrap_or(Method::BM25_THRESHOLD),
        },
        RawMethod::Ngram => Method::Ngram {
            threshold: rule.threshold.unwrap_or(Method::NGRAM_THRESHOLD),
            arity,
        },
        RawMethod::Fuzzy => Method::Fuzzy {
            edits: rule.threshold.map_or(Ok(Method::FUZZY_EDITS), |edits| {
                count("keywords[].threshold", edits).map(|edits| edits as usize)
            })?,
        },
    })
}

/// A count that JavaScript gave as a number.
pub(crate) fn count(at: &str, value: f64) -> Result<u32> {
    if value.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&value) {
        return Err(invalid_input(
            at,
            "a whole number from 0 to 4294967295",
            value.to_string(),
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "just checked to be a u32"
    )]
    Ok(value as u32)
}

/// The elements of an array, each read and turned; `Vec<T>` of the binding would reserve whatever length the array claims.
pub(crate) fn elements<T: napi::bindgen_prelude::FromNapiValue, U>(
    array: &Array<'_>,
    at: &str,
    turn: impl Fn(T) -> Result<U>,
) -> Result<Vec<U>> {
    if array.len() > MOST {
        return Err(invalid_input(
            at,
            format!("at most {MOST} elements"),
            format!("{} elements", array.len()),
        ));
    }
    let read = |index| match array.get::<T>(index) {
        Ok(Some(value)) => turn(value),
        Ok(None) | Err(_) => Err(invalid_input(
            format!("{at}[{index}]"),
            "an element of the declared type",
            "something else",
        )),
    };
    (0..array.len()).map(read).collect()
}
