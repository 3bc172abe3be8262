//! Tests of `find`: the same rules as `matches`, at places that cut out of the text what was meant.

use super::super::{KeywordMatcher, KeywordRule, Method, Operator};
use super::rule;
use super::seeded::Seeded;

/// What stands at a place, in UTF-16 as JavaScript would cut it.
fn cut(text: &str, begin: usize, end: usize) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[begin..end]).expect("places are at characters")
}

fn cuts(rule: KeywordRule, text: &str, limit: usize) -> Vec<(String, String)> {
    let matcher = KeywordMatcher::new(vec![rule]).expect("a valid rule");
    matcher
        .find(text, limit)
        .into_iter()
        .flat_map(|finding| {
            let named = finding.found.matched;
            let spans = finding.spans.into_iter();
            spans.map(move |span| (named[span.matched].clone(), cut(text, span.begin, span.end)))
        })
        .collect()
}

/// A keyword or pattern, and what stands at a place of it.
type Cut<'a> = (&'a str, &'a str);

#[test]
fn places_cut_out_what_was_found() {
    let exact =
        |keywords: &[&str], patterns: &[&str]| rule("it", Operator::Or, keywords, patterns, false);
    let by = |method, keyword| KeywordRule {
        method,
        ..rule("it", Operator::Or, &[keyword], &[], false)
    };
    let fuzzy = Method::Fuzzy { edits: 2 };
    let bm25 = Method::Bm25 { threshold: 0.1 };
    let ngram = Method::Ngram {
        threshold: 0.4,
        arity: 3,
    };
    let table: [(KeywordRule, &str, &[Cut<'_>]); 8] = [
        (
            exact(&["red", "kelvin"], &[r"\d+"]),
            "😀 RED 42 é \u{212A}elvin red",
            &[
                ("red", "RED"),
                (r"\d+", "42"),
                ("kelvin", "\u{212A}elvin"),
                ("red", "red"),
            ],
        ),
        (
            exact(&["紧急"], &[]),
            "😀紧急紧急",
            &[("紧急", "紧急"), ("紧急", "紧急")],
        ),
        (exact(&[], &["a*"]), "baab", &[("a*", "aa")]),
        (
            by(fuzzy, "reset password"),
            "é Rest  PASWORD!",
            &[("reset password", "Rest  PASWORD")],
        ),
        (
            by(ngram, "refund"),
            "my 😀 refunds",
            &[("refund", "refunds")],
        ),
        (
            by(bm25, "cancel the order"),
            "Orders: 😀 cancelled",
            &[
                ("cancel the order", "Orders"),
                ("cancel the order", "cancelled"),
            ],
        ),
        (by(bm25, "取消订阅"), "订阅", &[("取消订阅", "订阅")]),
        (exact(&["x"], &[]), "y", &[]),
    ];
    for (rule, text, expected) in table {
        let found = cuts(rule, text, 9);
        let found: Vec<Cut<'_>> = found
            .iter()
            .map(|(keyword, text)| (keyword.as_str(), text.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn as_many_as_asked_for() {
    let rule = || rule("it", Operator::Or, &["a"], &["b+"], false);
    assert_eq!(cuts(rule(), &"a bb ".repeat(50), 3).len(), 6);
    assert_eq!(cuts(rule(), &"a bb ".repeat(50), 100).len(), 100);
}

#[test]
fn finds_the_rules_that_match() {
    let pieces = [
        "red", "Blue", "bleu", "紧急", "😀", "\u{212A}", "ß", " ", " ", "-", "7", "é",
    ];
    let methods = [
        Method::Exact,
        Method::Fuzzy { edits: 2 },
        Method::Bm25 { threshold: 0.05 },
        Method::Ngram {
            threshold: 0.3,
            arity: 2,
        },
    ];
    let mut seeded = Seeded::new(9);
    let rules = (0..12).map(|at| {
        let operator = *seeded.one(&[Operator::Or, Operator::And, Operator::Nor]);
        let method = methods[at % 4];
        let keywords: Vec<String> = (0..2)
            .map(|_| format!("red{}", seeded.text(&pieces, 0, 2)))
            .collect();
        let list: Vec<&str> = keywords.iter().map(String::as_str).collect();
        KeywordRule {
            method,
            ..rule(&format!("rule{at}"), operator, &list, &[], at % 3 == 0)
        }
    });
    let matcher = KeywordMatcher::new(rules.collect()).expect("valid rules");
    for _ in 0..2000 {
        let text = seeded.text(&pieces, 0, 24);
        let findings = matcher.find(&text, 5);
        let found: Vec<_> = findings.iter().map(|one| one.found.clone()).collect();
        assert_eq!(found, matcher.matches(&text), "{text:?}");
        for span in findings.iter().flat_map(|one| &one.spans) {
            assert!(!cut(&text, span.begin, span.end).is_empty(), "{text:?}");
        }
        for finding in &findings {
            let named = 0..finding.found.matched.len();
            assert!(
                named
                    .clone()
                    .all(|at| finding.spans.iter().any(|span| span.matched == at)),
                "every keyword that was found has a place: {text:?}"
            );
        }
    }
}
