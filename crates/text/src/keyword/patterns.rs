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
use super::rule::KeywordRule;

/// A compiled pattern may take so many bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// All compiled patterns without literals together may take so many bytes.
const ALL_BYTES: usize = 256 << 20;

/// The states kept while matching these may take so many bytes.
const CACHE_BYTES: usize = 32 << 20;

/// All patterns.
#[derive(Debug)]
pub(super) struct Patterns {
    /// By slot.
    compiled: Vec<Regex>,
    /// Finds the literals in the folded text.
    literals: AhoCorasick,
    /// By literal: the slot of the pattern that needs it.
    needed_by: Vec<usize>,
    /// The patterns without literals, and their slots.
    others: RegexSet,
    other_slots: Vec<usize>,
}

impl Patterns {
    /// Compiles the patterns; slots follow the order of rules and of patterns in them.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let (mut compiled, mut literals, mut needed_by) = (Vec::new(), Vec::new(), Vec::new());
        let (mut others, mut other_slots) = (Vec::new(), Vec::new());
        for (rule, definition) in rules.iter().enumerate() {
            for (place, pattern) in definition.patterns.iter().enumerate() {
                let source = if definition.case_sensitive {
                    pattern.clone()
                } else {
                    format!("(?i){pattern}")
                };
                let regex = RegexBuilder::new(&source).size_limit(PATTERN_BYTES).build();
                let slot = compiled.len();
                compiled.push(regex.map_err(|error| {
                    refused(&definition.at(rule, "patterns", place), pattern, &error)
                })?);
                if let Some(needed) = required(pattern) {
                    needed_by.resize(needed_by.len() + needed.len(), slot);
                    literals.extend(needed);
                } else {
                    others.push(source);
                    other_slots.push(slot);
                }
            }
        }
        let literals = AhoCorasick::new(&literals).map_err(|error| too_many(&error))?;
        let others = RegexSetBuilder::new(&others)
            .size_limit(ALL_BYTES)
            .dfa_size_limit(CACHE_BYTES)
            .build();
        Ok(Self {
            compiled,
            literals,
            needed_by,
            others: others.map_err(|error| too_many(&error))?,
            other_slots,
        })
    }

    /// Which patterns match, by slot.
    pub(super) fn find(&self, text: &str, folded: &Folded<'_>) -> Vec<bool> {
        let mut found = vec![false; self.compiled.len()];
        self.find_behind_literals(text, folded, &mut found);
        if text.is_ascii() {
            self.others
                .matches(text)
                .iter()
                .for_each(|other| found[self.other_slots[other]] = true);
        } else {
            self.other_slots
                .iter()
                .for_each(|&slot| found[slot] = self.compiled[slot].is_match(text));
        }
        found
    }

    fn find_behind_literals(&self, text: &str, folded: &Folded<'_>, found: &mut [bool]) {
        if self.needed_by.is_empty() {
            return;
        }
        let mut tried = vec![false; self.compiled.len()];
        for occurrence in self.literals.find_overlapping_iter(folded.text()) {
            let slot = self.needed_by[occurrence.pattern().as_usize()];
            if !std::mem::replace(&mut tried[slot], true) {
                found[slot] = self.compiled[slot].is_match(text);
            }
        }
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
