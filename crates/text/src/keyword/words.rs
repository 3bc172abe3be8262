//! The keywords of all rules as one automaton, whole words in scripts that put spaces between them.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use signalbox_base::{Code, Error, Result};

use super::fold::{Folded, fold};
use super::method::Method;
use super::rule::{KeywordRule, keywords};
use super::sink::Sink;

/// Where a distinct folded keyword is used.
#[derive(Clone, Copy, Debug)]
struct Use {
    /// Its place among the keywords and patterns of all rules.
    slot: usize,
    /// Where the rule stands, and where the keyword stands in it, when its case matters.
    cased: Option<(usize, usize)>,
}

/// All keywords.
#[derive(Debug)]
pub(super) struct Words {
    automaton: AhoCorasick,
    /// By pattern of the automaton.
    uses: Vec<Vec<Use>>,
    /// By pattern: whether its first and its last character need a boundary beside them.
    edges: Vec<(bool, bool)>,
}

impl Words {
    /// Compiles the keywords of the rules whose method is `Exact`.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let mut patterns: Vec<String> = Vec::new();
        let mut uses: Vec<Vec<Use>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (slot, rule, place) in keywords(rules) {
            let definition = &rules[rule];
            if definition.method != Method::Exact {
                continue;
            }
            let folded: String = definition.keywords[place].chars().map(fold).collect();
            let pattern = *known.entry(folded).or_insert_with_key(|folded| {
                patterns.push(folded.clone());
                uses.push(Vec::new());
                patterns.len() - 1
            });
            uses[pattern].push(Use {
                slot,
                cased: definition.case_sensitive.then_some((rule, place)),
            });
        }
        let automaton = AhoCorasick::new(&patterns).map_err(|error| {
            Error::new(
                Code::InvalidInput,
                "rules",
                "keywords that fit one automaton",
                error.to_string(),
            )
        })?;
        let edges = patterns.iter().map(|pattern| {
            (
                pattern.chars().next().is_some_and(needs_boundary),
                pattern.chars().next_back().is_some_and(needs_boundary),
            )
        });
        Ok(Self {
            automaton,
            edges: edges.collect(),
            uses,
        })
    }

    /// Which keywords occur. Time: linear in the text and in the occurrences.
    pub(super) fn find(&self, rules: &[KeywordRule], folded: &Folded<'_>, sink: &mut impl Sink) {
        if self.uses.is_empty() {
            return;
        }
        for occurrence in self.automaton.find_overlapping_iter(folded.text()) {
            let (begin, end) = (occurrence.start(), occurrence.end());
            let pattern = occurrence.pattern().as_usize();
            if self.uses[pattern]
                .iter()
                .all(|used| sink.settled(used.slot))
                || !self.stands_alone(pattern, folded.text(), begin, end)
            {
                continue;
            }
            for used in &self.uses[pattern] {
                let same = |(rule, place): (usize, usize)| {
                    rules[rule].keywords[place] == folded.original(begin, end)
                };
                if used.cased.is_none_or(same) {
                    sink.found(used.slot, 1.0);
                    sink.place(used.slot, begin, end);
                }
            }
        }
    }

    fn stands_alone(&self, pattern: usize, text: &str, begin: usize, end: usize) -> bool {
        let (before, after) = self.edges[pattern];
        let touches_before = before
            && text[..begin]
                .chars()
                .next_back()
                .is_some_and(needs_boundary);
        let touches_after = after && text[end..].chars().next().is_some_and(needs_boundary);
        !touches_before && !touches_after
    }
}

/// Whether a character belongs to words that are written with spaces between them: letters, digits, the underscore and
/// combining marks, but not Han, kana and hangul.
pub(super) fn needs_boundary(character: char) -> bool {
    let mark = matches!(character, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{903}' | '\u{93A}'..='\u{94D}' | '\u{64B}'..='\u{65F}');
    !is_dense(character) && (character == '_' || mark || character.is_alphanumeric())
}

/// Whether a character is Han, kana or hangul, whose words may stand beside each other without a space.
pub(super) fn is_dense(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11FF}' | '\u{3005}' | '\u{3041}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{3FFFF}')
}
