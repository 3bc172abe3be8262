//! The regular expressions of all rules: checked one by one, run only where their literals occur.
//!
//! One `RegexSet` of everything would be the plain way, and is what the patterns without literals use on ASCII text. But a
//! set with a Unicode word boundary leaves its automaton at the first character beyond ASCII: a hundred such patterns over
//! 2 KB took 5 ms, behind literals they take microseconds.

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use signalbox_base::{Code, Error, Result};

use super::fold::Folded;
use super::literals::required;
use super::rule::{KeywordRule, patterns};
use super::sink::Sink;
use super::states::explodes;

/// A compiled pattern may take so many bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// All compiled patterns without literals together may take so many bytes.
const ALL_BYTES: usize = 256 << 20;

/// The states kept while matching these may take so many bytes.
const CACHE_BYTES: usize = 32 << 20;

/// All patterns.
#[derive(Debug)]
pub(super) struct Patterns {
    compiled: Vec<Regex>,
    /// By compiled pattern: its slot.
    slots: Vec<usize>,
    /// Finds the literals in the folded text.
    literals: AhoCorasick,
    /// By literal: the compiled pattern that needs it.
    needed_by: Vec<usize>,
    /// The patterns without literals, and their places among the compiled.
    others: RegexSet,
    other_places: Vec<usize>,
}

impl Patterns {
    /// Compiles the patterns.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let (mut compiled, mut slots) = (Vec::new(), Vec::new());
        let (mut literals, mut needed_by) = (Vec::new(), Vec::new());
        let (mut others, mut other_places) = (Vec::new(), Vec::new());
        for (slot, rule, place) in patterns(rules) {
            let definition = &rules[rule];
            let pattern = &definition.patterns[place];
            let source = if definition.case_sensitive {
                pattern.clone()
            } else {
                format!("(?i){pattern}")
            };
            let regex = RegexBuilder::new(&source).size_limit(PATTERN_BYTES).build();
            let at = definition.at(rule, "patterns", place);
            let index = compiled.len();
            compiled.push(regex.map_err(|error| refused(&at, pattern, &error))?);
            if explodes(pattern, definition.case_sensitive) {
                let received =
                    "one whose bounded repetitions multiply: use * or +, or smaller counts";
                let expected = "a pattern that keeps its speed on every text";
                return Err(Error::new(Code::InvalidInput, at, expected, received));
            }
            slots.push(slot);
            if let Some(needed) = required(pattern) {
                needed_by.resize(needed_by.len() + needed.len(), index);
                literals.extend(needed);
            } else {
                others.push(source);
                other_places.push(index);
            }
        }
        let literals = AhoCorasick::new(&literals).map_err(|error| too_many(&error))?;
        let others = RegexSetBuilder::new(&others)
            .size_limit(ALL_BYTES)
            .dfa_size_limit(CACHE_BYTES)
            .build();
        Ok(Self {
            compiled,
            slots,
            literals,
            needed_by,
            others: others.map_err(|error| too_many(&error))?,
            other_places,
        })
    }

    /// Which patterns match.
    pub(super) fn find(&self, text: &str, folded: &Folded<'_>, sink: &mut impl Sink) {
        self.find_behind_literals(text, folded, sink);
        if text.is_ascii() {
            for other in &self.others.matches(text) {
                sink.found(self.slots[self.other_places[other]], 1.0);
            }
            return;
        }
        for &place in &self.other_places {
            if self.compiled[place].is_match(text) {
                sink.found(self.slots[place], 1.0);
            }
        }
    }

    fn find_behind_literals(&self, text: &str, folded: &Folded<'_>, sink: &mut impl Sink) {
        if self.needed_by.is_empty() {
            return;
        }
        let mut tried = vec![false; self.compiled.len()];
        for occurrence in self.literals.find_overlapping_iter(folded.text()) {
            let place = self.needed_by[occurrence.pattern().as_usize()];
            if !std::mem::replace(&mut tried[place], true) && self.compiled[place].is_match(text) {
                sink.found(self.slots[place], 1.0);
            }
        }
    }

    /// Where the pattern of `slot` matches, in bytes of `text`: the first `limit` places, without empty ones.
    pub(super) fn places(&self, text: &str, slot: usize, limit: usize) -> Vec<(usize, usize)> {
        let Ok(place) = self.slots.binary_search(&slot) else {
            return Vec::new();
        };
        let matches = self.compiled[place].find_iter(text);
        matches
            .filter(|found| !found.is_empty())
            .map(|found| (found.start(), found.end()))
            .take(limit)
            .collect()
    }
}

fn too_many(error: &dyn std::error::Error) -> Error {
    let expected = format!("patterns that together compile to at most {ALL_BYTES} bytes");
    Error::new(Code::InvalidInput, "rules", expected, error.to_string())
}

fn refused(at: &str, pattern: &str, error: &regex::Error) -> Error {
    let (expected, received) = match error {
        regex::Error::CompiledTooBig(limit) => (
            format!("a pattern that compiles to at most {limit} bytes"),
            "a larger one: lower its repetition counts".to_owned(),
        ),
        _ => match unsupported(pattern, &error.to_string()) {
            Some(construct) => (
                "a pattern that matches in linear time".to_owned(),
                construct.to_owned(),
            ),
            None => (
                "a regular expression".to_owned(),
                last_line(&error.to_string()),
            ),
        },
    };
    Error::new(Code::InvalidInput, at, expected, received)
}

/// The construct without a linear-time algorithm that the parser stumbled over.
fn unsupported(pattern: &str, message: &str) -> Option<&'static str> {
    if message.contains("backreferences are not supported") {
        return Some("a backreference");
    }
    if !message.contains("look-around") {
        return None;
    }
    let constructs = [
        ("(?<=", "look-behind (?<="),
        ("(?<!", "look-behind (?<!"),
        ("(?=", "look-ahead (?="),
        ("(?!", "look-ahead (?!"),
    ];
    let first = constructs
        .into_iter()
        .filter_map(|(text, name)| Some((pattern.find(text)?, name)))
        .min();
    Some(first.map_or("look-around", |found| found.1))
}

/// The parser's verdict stands on the last line of its message.
fn last_line(message: &str) -> String {
    message
        .lines()
        .last()
        .unwrap_or(message)
        .trim_start_matches("error: ")
        .to_owned()
}
