//! All keyword rules compiled together, and the search for those a text satisfies.

use std::collections::HashSet;

use signalbox_base::{Code, Error, Result};

use super::fold::Folded;
use super::patterns::Patterns;
use super::rule::{KeywordRule, Operator, RuleMatch};
use super::words::Words;

/// Compiled rules. Matching takes time linear in the text.
#[derive(Debug)]
pub struct KeywordMatcher {
    rules: Vec<KeywordRule>,
    words: Words,
    patterns: Patterns,
}

impl KeywordMatcher {
    /// Checks and compiles the rules.
    ///
    /// # Errors
    /// `InvalidInput` naming the rule: a name that is empty or used twice, a rule without keywords and patterns, an empty
    /// keyword or pattern, a pattern that does not parse, that needs look-around or backreferences, or that compiles to more
    /// than 1 MiB.
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
        let (words, patterns) = (Words::new(&rules)?, Patterns::new(&rules)?);
        Ok(Self {
            rules,
            words,
            patterns,
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
        let folded = Folded::new(text);
        let (words, patterns) = (
            self.words.find(&self.rules, &folded),
            self.patterns.find(text, &folded),
        );
        let (mut words, mut patterns) = (words.as_slice(), patterns.as_slice());
        let mut satisfied = Vec::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let (own_words, other_words) = words.split_at(rule.keywords.len());
            let (own_patterns, other_patterns) = patterns.split_at(rule.patterns.len());
            (words, patterns) = (other_words, other_patterns);
            let found = || own_words.iter().chain(own_patterns);
            let holds = match rule.operator {
                Operator::Or => found().any(|found| *found),
                Operator::And => found().all(|found| *found),
                Operator::Nor => !found().any(|found| *found),
            };
            if holds {
                let matched = named(&rule.keywords, own_words)
                    .chain(named(&rule.patterns, own_patterns))
                    .cloned()
                    .collect();
                satisfied.push(RuleMatch {
                    rule: place,
                    matched,
                    confidence: 1.0,
                });
            }
        }
        satisfied
    }
}

fn named<'a>(names: &'a [String], found: &'a [bool]) -> impl Iterator<Item = &'a String> {
    names
        .iter()
        .zip(found)
        .filter(|(_, found)| **found)
        .map(|(name, _)| name)
}
