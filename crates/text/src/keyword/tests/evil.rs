//! Sixty hostile patterns: each is refused with its reason, or says the same as the plain engine on the text it is worst on.

#[path = "../../../benches/evil/patterns.rs"]
mod patterns;

use patterns::{EVIL, hostile};

use super::super::{KeywordMatcher, Operator};
use super::rule;

/// Words of the reasons for which patterns are refused.
const REASONS: [&str; 6] = [
    "a larger one",
    "a backreference",
    "look-ahead",
    "look-behind",
    "unrecognized escape",
    "bounded repetitions multiply",
];

#[test]
fn hostile_patterns_are_refused_or_run() {
    let mut refused = 0;
    for evil in &EVIL {
        match KeywordMatcher::new(vec![rule("evil", Operator::Or, &[], &[evil.0], false)]) {
            Err(error) => {
                refused += 1;
                assert_eq!(error.at(), "rules[0] \"evil\" patterns[0]", "{}", evil.0);
                let known = |reason: &&str| error.received().contains(*reason);
                assert!(REASONS.iter().any(known), "{error}");
            }
            Ok(matcher) => {
                let text = hostile(evil);
                let plain = regex::Regex::new(&format!("(?i){}", evil.0)).expect("it compiled");
                assert_eq!(
                    !matcher.matches(&text).is_empty(),
                    plain.is_match(&text),
                    "{}",
                    evil.0
                );
            }
        }
    }
    assert_eq!(
        (EVIL.len(), refused),
        (60, 18),
        "the reasons above stand for these"
    );
}

#[test]
fn what_has_no_linear_time_algorithm_is_always_refused() {
    for evil in EVIL.iter().filter(|evil| {
        ["(?=", "(?!", "(?<=", "(?<!", r"\1", r"\k"]
            .iter()
            .any(|construct| evil.0.contains(construct))
    }) {
        let rules = vec![rule("evil", Operator::Or, &[], &[evil.0], false)];
        assert!(KeywordMatcher::new(rules).is_err(), "{}", evil.0);
    }
}
