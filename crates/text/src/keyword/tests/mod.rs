//! Tests of keyword rules: operators, boundaries, case, refusals, and the automaton against a naive search.

mod evil;
mod methods;
mod places;
pub(crate) mod seeded;

use super::fold::fold;
use super::words::needs_boundary;
use super::{KeywordMatcher, KeywordRule, Method, Operator};

fn rule(
    name: &str,
    operator: Operator,
    keywords: &[&str],
    patterns: &[&str],
    case_sensitive: bool,
) -> KeywordRule {
    let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect();
    KeywordRule {
        name: name.to_owned(),
        operator,
        keywords: owned(keywords),
        patterns: owned(patterns),
        case_sensitive,
        method: Method::Exact,
    }
}

fn matched(rule: KeywordRule, text: &str) -> Option<Vec<String>> {
    let matcher = KeywordMatcher::new(vec![rule]).expect("a valid rule");
    matcher.matches(text).pop().map(|found| found.matched)
}

#[test]
fn operators_join_keywords_and_patterns() {
    let table: [(Operator, &str, Option<&[&str]>); 9] = [
        (Operator::Or, "red", Some(&["red"])),
        (Operator::Or, "blue 42 red", Some(&["red", "blue", r"\d+"])),
        (Operator::Or, "green", None),
        (
            Operator::And,
            "red and blue in 1999",
            Some(&["red", "blue", r"\d+"]),
        ),
        (Operator::And, "red and blue", None),
        (Operator::And, "", None),
        (Operator::Nor, "green", Some(&[])),
        (Operator::Nor, "", Some(&[])),
        (Operator::Nor, "7", None),
    ];
    for (operator, text, expected) in table {
        let found = matched(
            rule("colours", operator, &["red", "blue"], &[r"\d+"], false),
            text,
        );
        assert_eq!(
            found.as_deref(),
            expected
                .map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>())
                .as_deref(),
            "{operator:?} {text}"
        );
    }
}

#[test]
fn keywords_stand_alone_in_spaced_scripts_only() {
    let table = [
        ("edit", "my credit", false),
        ("edit", "edit-mode", true),
        ("edit", "edit_mode", false),
        ("edit", "edité", false),
        ("edit", "EDIT", true),
        ("straße", "Straße", true),
        ("ÉCOLE", "école", true),
        ("ΛΟΓΟΣ", "λόγος λογος", true),
        ("kelvin", "\u{212A}elvin", true),
        ("c++", "use C++11", true),
        ("c++", "objc++", false),
        (".net", "use .NET now", true),
        ("credit card", "CREDIT CARD", true),
        ("credit card", "credit  card", false),
        ("紧急", "这是紧急情况", true),
        ("緊急", "緊急です", true),
        ("긴급", "긴급한 일", true),
        ("срочно", "СРОЧНО!", true),
        ("срочно", "бессрочно", false),
        ("用python", "请用Python写", true),
        ("ab", "ab", true),
        ("\u{1F525}", "so \u{1F525}\u{1F525}", true),
    ];
    for (keyword, text, expected) in table {
        let found = matched(rule("word", Operator::Or, &[keyword], &[], false), text).is_some();
        assert_eq!(found, expected, "{keyword} in {text}");
    }
}

#[test]
fn case_matters_when_asked() {
    let table = [
        ("IT", "it is", false),
        ("IT", "the IT team", true),
        ("Übung", "übung", false),
        ("Übung", "\u{212A} Übung", true),
    ];
    for (keyword, text, expected) in table {
        assert_eq!(
            matched(rule("case", Operator::Or, &[keyword], &[], true), text).is_some(),
            expected,
            "{keyword} in {text}"
        );
    }
    assert!(
        matched(
            rule("pattern", Operator::Or, &[], &["abc|xyz"], false),
            "XYZ"
        )
        .is_some()
    );
    assert!(
        matched(
            rule("pattern", Operator::Or, &[], &["abc|xyz"], true),
            "XYZ"
        )
        .is_none()
    );
}

#[test]
fn rules_that_share_keywords_do_not_disturb_each_other() {
    let rules = vec![
        rule("any", Operator::Or, &["red", "Blue"], &[], false),
        rule("cased", Operator::Or, &["Red"], &[], true),
        rule("twice", Operator::And, &["red", "red"], &[], false),
        rule("none", Operator::Nor, &["green"], &["^x"], false),
    ];
    let matcher = KeywordMatcher::new(rules).expect("valid");
    let places = |text: &str| {
        matcher
            .matches(text)
            .into_iter()
            .map(|found| found.rule)
            .collect::<Vec<_>>()
    };
    assert_eq!(places("red"), [0, 2, 3]);
    assert_eq!(places("Red green"), [0, 1, 2]);
    assert_eq!(places("xylophone"), [] as [usize; 0]);
    assert!(
        matcher
            .matches("blue")
            .iter()
            .all(|found| (found.confidence - 1.0).abs() < 1e-12)
    );
    assert!(
        KeywordMatcher::new(Vec::new())
            .expect("no rules are rules")
            .matches("red")
            .is_empty()
    );
}

#[test]
fn faulty_rules_are_refused_by_name() {
    let words = |name, list: &[&str]| rule(name, Operator::Or, list, &[], false);
    let patterns = |list: &[&str]| vec![rule("x", Operator::Or, &[], list, false)];
    let twice = vec![words("x", &["a"]), words("x", &["b"])];
    let (first, second) = ("rules[0] \"x\" patterns[0]", "rules[0] \"x\" patterns[1]");
    let table = [
        (vec![words("", &["a"])], "rules[0].name", "an empty string"),
        (twice, "rules[1].name", "a second time"),
        (vec![words("x", &[])], "rules[0] \"x\"", "neither"),
        (
            vec![words("x", &["a", " "])],
            "rules[0] \"x\" keywords[1]",
            "an empty string",
        ),
        (patterns(&[""]), first, "an empty string"),
        (patterns(&["a", "(?<=a)b"]), second, "look-behind"),
        (patterns(&["a(?!b)"]), first, "look-ahead"),
        (patterns(&[r"(a)\1"]), first, "backreference"),
        (patterns(&["("]), first, "unclosed group"),
        (patterns(&["a{1000}{1000}"]), first, "larger"),
    ];
    for (rules, at, received) in table {
        let error = KeywordMatcher::new(rules).expect_err(at);
        assert_eq!(error.at(), at);
        assert!(error.received().contains(received), "{error}");
    }
}

/// The same answer by searching every keyword by itself.
fn naive(keyword: &str, text: &str) -> bool {
    let keyword: Vec<char> = keyword.chars().map(fold).collect();
    let text: Vec<char> = text.chars().map(fold).collect();
    let edge = |inside: char, outside: Option<&char>| {
        needs_boundary(inside) && outside.is_some_and(|next| needs_boundary(*next))
    };
    (0..text.len()).any(|at| {
        text[at..].starts_with(&keyword)
            && !edge(
                keyword[0],
                at.checked_sub(1).and_then(|before| text.get(before)),
            )
            && !edge(keyword[keyword.len() - 1], text.get(at + keyword.len()))
    })
}

#[test]
fn the_automaton_agrees_with_a_naive_search() {
    let pieces = [
        "a", "b", "ab", "ba", "Ab", "é", "É", "紧", "急", "c++", "_", " ", "-", "\u{212A}", "K",
        "k", "ß", "😀", "\u{301}",
    ];
    let mut seed = 7_u64;
    let mut pick = |bound: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or_default() % bound
    };
    let mut word = |most: usize| -> String {
        (0..=pick(most))
            .map(|_| pieces[pick(pieces.len())])
            .collect()
    };
    for _ in 0..2000 {
        let keywords: Vec<String> = (0..6)
            .map(|_| word(2))
            .filter(|keyword| !keyword.trim().is_empty())
            .collect();
        if keywords.is_empty() {
            continue;
        }
        let text = word(24);
        let expected: Vec<&String> = keywords
            .iter()
            .filter(|keyword| naive(keyword, &text))
            .collect();
        let list: Vec<&str> = keywords.iter().map(String::as_str).collect();
        let found =
            matched(rule("random", Operator::Or, &list, &[], false), &text).unwrap_or_default();
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            expected,
            "{keywords:?} in {text:?}"
        );
    }
}

#[test]
fn patterns_behind_literals_agree_with_patterns_run_alone() {
    let patterns = [
        r"\burgent\b",
        "asap|now",
        r"[0-9]{3}",
        "kelvin",
        "(?i)LoW",
        "^x",
        "é",
        r"\w+@\w+",
        "a.c",
        "st",
    ];
    let texts = [
        "urgent",
        "resurgent",
        "ASAP",
        "Now 123",
        "\u{212A}elvin",
        "low lOw",
        "xylo",
        "É é",
        "me@you",
        "a\u{e9}c",
        "\u{17F}T",
        "",
        "abc é urgent now",
    ];
    for pattern in patterns {
        for case_sensitive in [false, true] {
            let alone = regex::RegexBuilder::new(pattern)
                .case_insensitive(!case_sensitive)
                .build()
                .expect("valid");
            for text in texts {
                let found = matched(
                    rule("pattern", Operator::Or, &[], &[pattern], case_sensitive),
                    text,
                )
                .is_some();
                assert_eq!(
                    found,
                    alone.is_match(text),
                    "{pattern} {case_sensitive} in {text}"
                );
            }
        }
    }
}
