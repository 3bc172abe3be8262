//! A keyword rule as a caller writes it, and its result.

use signalbox_base::{Code, Error, Result};

use super::method::Method;
use super::tokens::tokens;

/// A longer keyword is a text of its own.
const KEYWORD_BYTES: usize = 4096;

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
#[derive(Clone, Debug, PartialEq)]
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
    /// How keywords are looked for; patterns go with `Method::Exact` only.
    pub method: Method,
}

/// A rule that a text satisfies.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleMatch {
    /// Where the rule stands in the list given to `KeywordMatcher::new`, from 0.
    pub rule: usize,
    /// The keywords and patterns that were found, as they were written, in their order; empty for NOR.
    pub matched: Vec<String>,
    /// How surely, 0..1. A word or pattern found as written counts 1; a fuzzy one the share of its characters without an edit; an
    /// n-gram one its similarity; a BM25 one its score, as a share of the score of a text that holds all its words. OR: the
    /// greatest of those found; AND: the least; NOR: 1.
    pub confidence: f64,
}

/// Where a keyword or pattern stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its place in the `matched` of its rule.
    pub matched: usize,
    /// Where it begins, in UTF-16 code units.
    pub begin: usize,
    /// Where it ends, in UTF-16 code units, exclusive.
    pub end: usize,
}

impl KeywordRule {
    /// How an error names one of the rule's parts.
    pub(super) fn at(&self, rule: usize, part: &str, place: usize) -> String {
        format!("rules[{rule}] {:?} {part}[{place}]", self.name)
    }

    /// How many keywords and patterns it has.
    pub(super) fn slots(&self) -> usize {
        self.keywords.len() + self.patterns.len()
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
        self.check_method(rule)
    }

    fn check_method(&self, rule: usize) -> Result<()> {
        self.method
            .check(&format!("rules[{rule}] {:?}", self.name))?;
        if self.method == Method::Exact {
            return Ok(());
        }
        let refuse = |part, place, expected: &str, received: &str| {
            let at = self.at(rule, part, place);
            Err(Error::new(Code::InvalidInput, at, expected, received))
        };
        if !self.patterns.is_empty() {
            return refuse("patterns", 0, "no pattern beside this method", "one");
        }
        for (place, keyword) in self.keywords.iter().enumerate() {
            if keyword.len() > KEYWORD_BYTES {
                let expected = format!("at most {KEYWORD_BYTES} bytes for this method");
                return refuse("keywords", place, &expected, "more");
            }
            if tokens(keyword).is_empty() {
                let expected = "a keyword with a letter or digit for this method";
                return refuse("keywords", place, expected, "none");
            }
        }
        Ok(())
    }
}

/// Every keyword as slot, rule and place in it. A slot is the place among the keywords and patterns of all rules; those of a
/// rule stand together, its keywords first.
pub(super) fn keywords(rules: &[KeywordRule]) -> impl Iterator<Item = (usize, usize, usize)> {
    first_slots(rules).flat_map(move |(rule, first)| {
        (0..rules[rule].keywords.len()).map(move |place| (first + place, rule, place))
    })
}

/// Every pattern as slot, rule and place in it.
pub(super) fn patterns(rules: &[KeywordRule]) -> impl Iterator<Item = (usize, usize, usize)> {
    first_slots(rules).flat_map(move |(rule, first)| {
        let first = first + rules[rule].keywords.len();
        (0..rules[rule].patterns.len()).map(move |place| (first + place, rule, place))
    })
}

/// Every rule and its first slot.
fn first_slots(rules: &[KeywordRule]) -> impl Iterator<Item = (usize, usize)> {
    rules
        .iter()
        .enumerate()
        .scan(0, |next, (rule, definition)| {
            let first = *next;
            *next += definition.slots();
            Some((rule, first))
        })
}
