//! All keyword rules compiled together, and the search for those a text satisfies.

use std::collections::HashSet;

use signalbox_base::{Code, Error, Result};

use super::bm25::Bm25;
use super::fold::Folded;
use super::fuzzy::Fuzzy;
use super::method::Method;
use super::ngram::Ngrams;
use super::patterns::Patterns;
use super::rule::{KeywordRule, Operator, RuleMatch, Span};
use super::sink::{Found, Places, Sink};
use super::tokens::tokens;
use super::words::Words;

/// A rule that a text satisfies, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What `matches` says of the rule.
    pub found: RuleMatch,
    /// Where its keywords and patterns stand, by beginning, then by end.
    pub spans: Vec<Span>,
}

/// Compiled rules. Matching takes time linear in the text.
#[derive(Debug)]
pub struct KeywordMatcher {
    rules: Vec<KeywordRule>,
    slots: usize,
    /// Whether some rule looks at the words of a text one by one.
    tokenizes: bool,
    words: Words,
    patterns: Patterns,
    fuzzy: Fuzzy,
    bm25: Bm25,
    ngrams: Ngrams,
}

impl KeywordMatcher {
    /// Checks and compiles the rules.
    ///
    /// # Errors
    /// `InvalidInput` naming the rule: a name that is empty or used twice, a rule without keywords and patterns, an empty
    /// keyword or pattern, a pattern that does not parse, that needs look-around or backreferences, or that compiles to more
    /// than 1 MiB or needs ever more states, a threshold out of its range, and what a method cannot take.
    pub fn new(rules: Vec<KeywordRule>) -> Result<Self> {
        let mut names = HashSet::new();
        for (place, rule) in rules.iter().enumerate() {
            rule.check(place)?;
            if !names.insert(rule.name.as_str()) {
                let received = format!("{:?} a second time", rule.name);
                return Err(Error::new(
                    Code::InvalidInput,
                    format!("rules[{place}].name"),
                    "a name no other rule has",
                    received,
                ));
            }
        }
        let tokenizes = rules.iter().any(|rule| rule.method != Method::Exact);
        Ok(Self {
            slots: rules.iter().map(KeywordRule::slots).sum(),
            tokenizes,
            words: Words::new(&rules)?,
            patterns: Patterns::new(&rules)?,
            fuzzy: Fuzzy::new(&rules)?,
            bm25: Bm25::new(&rules)?,
            ngrams: Ngrams::new(&rules),
            rules,
        })
    }

    /// The compiled rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[KeywordRule] {
        &self.rules
    }

    /// The rules that `text` satisfies, in their order.
    #[must_use]
    pub fn matches(&self, text: &str) -> Vec<RuleMatch> {
        let mut found = Found::new(self.slots);
        self.search(text, &Folded::new(text), &mut found);
        self.satisfied(found.confidences())
    }

    /// The rules that `text` satisfies, in their order, and the first `limit` places of each of their keywords and patterns.
    /// BM25 keywords stand wherever one of their words does. Slower than `matches`: patterns are searched place by place, which
    /// for some takes time quadratic in the text, up to `limit` times.
    #[must_use]
    pub fn find(&self, text: &str, limit: usize) -> Vec<Finding> {
        let folded = Folded::new(text);
        let mut places = Places::new(self.slots, limit);
        self.search(text, &folded, &mut places);
        let satisfied = self.satisfied(places.confidences());
        let mut findings: Vec<Finding> = Vec::with_capacity(satisfied.len());
        let (mut first, mut at) = (0, 0);
        for found in satisfied {
            while at < found.rule {
                first += self.rules[at].slots();
                at += 1;
            }
            let spans = self.spans(text, &folded, first, &found, &places, limit);
            findings.push(Finding { found, spans });
        }
        to_utf16(text, &mut findings);
        findings
    }

    fn search(&self, text: &str, folded: &Folded<'_>, sink: &mut impl Sink) {
        self.words.find(&self.rules, folded, sink);
        self.patterns.find(text, folded, sink);
        if self.tokenizes {
            let tokens = tokens(folded.text());
            self.fuzzy.find(folded, &tokens, sink);
            self.bm25.find(folded, &tokens, sink);
            self.ngrams.find(folded, &tokens, sink);
        }
    }

    fn satisfied(&self, mut confidences: &[f64]) -> Vec<RuleMatch> {
        let mut satisfied = Vec::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let (own, others) = confidences.split_at(rule.slots());
            confidences = others;
            let least = own.iter().copied().fold(1.0, f64::min);
            let greatest = own.iter().copied().fold(0.0, f64::max);
            let confidence = match rule.operator {
                Operator::Or => greatest,
                Operator::And => least,
                Operator::Nor if greatest > 0.0 => 0.0,
                Operator::Nor => 1.0,
            };
            if confidence > 0.0 {
                let named = rule.keywords.iter().chain(&rule.patterns).zip(own);
                let matched = named.filter(|(_, found)| **found > 0.0);
                satisfied.push(RuleMatch {
                    rule: place,
                    matched: matched.map(|(name, _)| name.clone()).collect(),
                    confidence,
                });
            }
        }
        satisfied
    }

    /// The places of a rule's keywords and patterns, in bytes of the original.
    fn spans(
        &self,
        text: &str,
        folded: &Folded<'_>,
        first: usize,
        found: &RuleMatch,
        places: &Places,
        limit: usize,
    ) -> Vec<Span> {
        let rule = &self.rules[found.rule];
        let slots = first..first + rule.slots();
        let there = slots.filter(|slot| places.confidences()[*slot] > 0.0);
        let mut spans = Vec::new();
        for (matched, slot) in there.enumerate() {
            let found = if slot - first < rule.keywords.len() {
                let original = |&(begin, end): &(usize, usize)| folded.original_place(begin, end);
                places.places()[slot].iter().map(original).collect()
            } else {
                self.patterns.places(text, slot, limit)
            };
            spans.extend(found.into_iter().map(|(begin, end)| Span {
                matched,
                begin,
                end,
            }));
        }
        spans.sort_unstable_by_key(|span| (span.begin, span.end, span.matched));
        spans
    }
}

/// Turns the places of all spans from bytes into UTF-16 code units, in one pass over the text.
fn to_utf16(text: &str, findings: &mut [Finding]) {
    if text.is_ascii() {
        return;
    }
    let spans = findings.iter_mut().flat_map(|finding| &mut finding.spans);
    let mut places: Vec<&mut usize> = spans
        .flat_map(|span| [&mut span.begin, &mut span.end])
        .collect();
    places.sort_unstable();
    let (mut bytes, mut units) = (0, 0);
    for place in places {
        let skipped = text.get(bytes..*place).unwrap_or_default();
        units += skipped.chars().map(char::len_utf16).sum::<usize>();
        bytes = *place;
        *place = units;
    }
}
