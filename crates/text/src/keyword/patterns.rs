//! The regular expressions of all rules, checked one by one and compiled together.

use regex::{RegexBuilder, RegexSet, RegexSetBuilder};
use signalbox_base::{Code, Error, Result};

use super::rule::KeywordRule;

/// A compiled pattern may take so many bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// All compiled patterns together may take so many bytes.
const ALL_BYTES: usize = 256 << 20;

/// The states kept while matching may take so many bytes.
const CACHE_BYTES: usize = 32 << 20;

/// All patterns.
#[derive(Debug)]
pub(super) struct Patterns {
    set: RegexSet,
}

impl Patterns {
    /// Compiles the patterns; slots follow the order of rules and of patterns in them.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let mut sources = Vec::new();
        for (rule, definition) in rules.iter().enumerate() {
            for (place, pattern) in definition.patterns.iter().enumerate() {
                let source = if definition.case_sensitive { pattern.clone() } else { format!("(?i){pattern}") };
                RegexBuilder::new(&source)
                    .size_limit(PATTERN_BYTES)
                    .build()
                    .map_err(|error| refused(&definition.at(rule, "patterns", place), pattern, &error))?;
                sources.push(source);
            }
        }
        let set = RegexSetBuilder::new(&sources).size_limit(ALL_BYTES).dfa_size_limit(CACHE_BYTES).build();
        let set = set.map_err(|error| {
            let expected = format!("patterns that together compile to at most {ALL_BYTES} bytes");
            Error::new(Code::InvalidInput, "rules", expected, error.to_string())
        })?;
        Ok(Self { set })
    }

    /// Which patterns match, by slot.
    pub(super) fn find(&self, text: &str) -> Vec<bool> {
        let mut found = vec![false; self.set.len()];
        if !self.set.is_empty() {
            self.set.matches(text).iter().for_each(|slot| found[slot] = true);
        }
        found
    }
}

fn refused(at: &str, pattern: &str, error: &regex::Error) -> Error {
    let (expected, received) = match error {
        regex::Error::CompiledTooBig(limit) => {
            (format!("a pattern that compiles to at most {limit} bytes"), "a larger one: lower its repetition counts".to_owned())
        }
        _ => match unsupported(pattern, &error.to_string()) {
            Some(construct) => ("a pattern that matches in linear time".to_owned(), construct.to_owned()),
            None => ("a regular expression".to_owned(), last_line(&error.to_string())),
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
    let constructs = [("(?<=", "look-behind (?<="), ("(?<!", "look-behind (?<!"), ("(?=", "look-ahead (?="), ("(?!", "look-ahead (?!")];
    let first = constructs.into_iter().filter_map(|(text, name)| Some((pattern.find(text)?, name))).min();
    Some(first.map_or("look-around", |found| found.1))
}

/// The parser's verdict stands on the last line of its message.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or(message).trim_start_matches("error: ").to_owned()
}
