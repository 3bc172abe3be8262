//! Tests of fuzzy, n-gram and BM25 rules: tables of what they find, and each against its definition.

use super::super::distance::distance;
use super::super::fold::fold;
use super::super::tokens::tokens;
use super::super::{KeywordMatcher, KeywordRule, Method, Operator};
use super::rule;
use super::seeded::Seeded;

const FUZZY: Method = Method::Fuzzy { edits: 2 };
const NGRAM: Method = Method::Ngram {
    threshold: 0.4,
    arity: 3,
};
const BM25: Method = Method::Bm25 { threshold: 0.1 };

fn by(method: Method, operator: Operator, keywords: &[&str]) -> KeywordRule {
    KeywordRule {
        method,
        ..rule("it", operator, keywords, &[], false)
    }
}

/// The keywords that were found and how surely, or nothing.
fn found(rule: KeywordRule, text: &str) -> Option<(Vec<String>, f64)> {
    let matcher = KeywordMatcher::new(vec![rule]).expect("a valid rule");
    let found = matcher.matches(text).pop()?;
    Some((found.matched, found.confidence))
}

#[test]
fn methods_find_what_they_say() {
    let table: [(Method, &str, &str, bool); 30] = [
        (FUZZY, "urgent", "this is URGNET!", true),
        (FUZZY, "urgent", "this is urgen", true),
        (FUZZY, "urgent", "this is urgt", false),
        (FUZZY, "urgent", "resurgent", false),
        (FUZZY, "environment", "the enviromnt", true),
        (FUZZY, "now", "new", false),
        (FUZZY, "now", "Now", true),
        (FUZZY, "reset password", "pls rest pasword", true),
        (FUZZY, "reset password", "reset-pasword", true),
        (FUZZY, "reset password", "reset. password", false),
        (FUZZY, "reset password", "reset my password", false),
        (FUZZY, "größenwahn", "GRÖSSENWAHN", true),
        (FUZZY, "紧急", "非常紧急的", true),
        (FUZZY, "紧急", "紧要", false),
        (FUZZY, "срочно", "срочон", true),
        (NGRAM, "refund", "refunds", true),
        (NGRAM, "refund", "fun", false),
        (NGRAM, "urgent", "agent", false),
        (NGRAM, "reset password", "resetting passwords", true),
        (NGRAM, "紧急情况", "这是紧急情况吗", true),
        (NGRAM, "紧急情况", "这是普通情况吗", false),
        (NGRAM, "C++ code", "c code", true),
        (
            BM25,
            "cancel my subscription",
            "about those subscriptions",
            true,
        ),
        (BM25, "cancel my subscription", "where is my hat", false),
        (BM25, "delayed shipping", "the shipping was delayed", true),
        (BM25, "to be or not", "not", true),
        (BM25, "取消订阅", "怎么订阅", true),
        (BM25, "取消订阅", "怎么办", false),
        (BM25, "急", "紧急", true),
        (BM25, "CANCEL", "cancelled", true),
    ];
    for (method, keyword, text, expected) in table {
        let answer = found(by(method, Operator::Or, &[keyword]), text);
        assert_eq!(answer.is_some(), expected, "{method:?} {keyword} in {text}");
    }
}

#[test]
fn confidence_says_how_surely() {
    let near = |found: Option<(Vec<String>, f64)>, expected: f64| {
        let (_, confidence) = found.expect("found");
        assert!((confidence - expected).abs() < 1e-9, "{confidence}");
    };
    near(
        found(by(FUZZY, Operator::Or, &["urgent"]), "urgent urgnet"),
        1.0,
    );
    near(
        found(by(FUZZY, Operator::Or, &["urgent"]), "urgnet"),
        5.0 / 6.0,
    );
    near(
        found(by(FUZZY, Operator::And, &["urgent", "help"]), "urgnet help"),
        5.0 / 6.0,
    );
    near(found(by(NGRAM, Operator::Or, &["urgent"]), "urgent"), 1.0);
    near(
        found(by(NGRAM, Operator::Or, &["urgent"]), "urgency"),
        5.0 / 12.0,
    );
    near(
        found(
            by(BM25, Operator::Or, &["red car", "blue car"]),
            "a red car",
        ),
        1.0,
    );
    near(found(by(FUZZY, Operator::Nor, &["urgent"]), "calm"), 1.0);
    assert_eq!(found(by(FUZZY, Operator::Nor, &["urgent"]), "urgnet"), None);
    let (_, partly) =
        found(by(BM25, Operator::Or, &["red car", "blue car"]), "a car").expect("found");
    assert!(
        partly > 0.0 && partly < 0.5,
        "{partly}: a word both have tells little"
    );
}

#[test]
fn bm25_scores_are_those_of_the_formula() {
    // One keyword of one word: ln(1 + 0.5 / 1.5) * 2.2 / 2.2.
    let alone = (1.0 + 0.5 / 1.5_f64).ln();
    let at = |threshold| by(Method::Bm25 { threshold }, Operator::Or, &["refund"]);
    assert!(found(at(alone - 1e-9), "refund").is_some());
    let error = KeywordMatcher::new(vec![at(alone + 1e-9)]).expect_err("out of reach");
    assert_eq!(error.at(), "rules[0] \"it\" keywords[0]");
}

#[test]
fn bm25_scores_do_not_depend_on_the_order_of_words() {
    let keyword = "fi.rst ΰsrccc/ccc/ccc//c///cc//a.rs:12 one two three four";
    let confidences: Vec<f64> = (0..40)
        .map(|_| {
            found(by(BM25, Operator::Or, &[keyword]), "two a four fi rs")
                .expect("found")
                .1
        })
        .collect();
    assert!(
        confidences
            .iter()
            .all(|one| one.to_bits() == confidences[0].to_bits())
    );
    let (_, whole) = found(
        by(BM25, Operator::Or, &[keyword, "b a"]),
        &keyword.replace("one two", "two one"),
    )
    .expect("found");
    assert!((whole - 1.0).abs() < f64::EPSILON, "{whole}");
}

#[test]
fn settings_out_of_range_are_refused() {
    let bm25 = |threshold| Method::Bm25 { threshold };
    let ngram = |threshold, arity| Method::Ngram { threshold, arity };
    let table = [
        (Method::Fuzzy { edits: 3 }, "fuzzyThreshold"),
        (bm25(0.0), "bm25Threshold"),
        (bm25(f64::NAN), "bm25Threshold"),
        (bm25(f64::INFINITY), "bm25Threshold"),
        (ngram(0.0, 3), "ngramThreshold"),
        (ngram(1.1, 3), "ngramThreshold"),
        (ngram(f64::NAN, 3), "ngramThreshold"),
        (ngram(0.4, 0), "ngramArity"),
        (ngram(0.4, 7), "ngramArity"),
    ];
    for (method, part) in table {
        let error = KeywordMatcher::new(vec![by(method, Operator::Or, &["word"])]);
        assert!(error.expect_err(part).at().ends_with(part), "{method:?}");
    }
    let long = "word ".repeat(1000);
    for (method, keyword, expected) in [
        (FUZZY, "++", "letter or digit"),
        (NGRAM, "!", "letter or digit"),
        (BM25, "-", "letter or digit"),
        (NGRAM, long.as_str(), "bytes"),
    ] {
        let error = KeywordMatcher::new(vec![by(method, Operator::Or, &[keyword])]);
        let error = error.expect_err(keyword);
        assert!(error.expected().contains(expected), "{error}");
    }
    let mut patterned = rule("it", Operator::Or, &["word"], &["w+"], false);
    patterned.method = FUZZY;
    let error = KeywordMatcher::new(vec![patterned]).expect_err("patterns");
    assert_eq!(error.at(), "rules[0] \"it\" patterns[0]");
}

const PIECES: [&str; 14] = [
    "a", "b", "ab", "ba", "abc", "cab", "A", "é", "紧", "急", "-", " ", " ", ". ",
];

/// Words of a text, with whether each follows the one before.
fn split(text: &str, fold_case: bool) -> Vec<(Vec<char>, bool, bool)> {
    let folded: String = if fold_case {
        text.chars().map(fold).collect()
    } else {
        text.to_owned()
    };
    let word = |begin, end| folded[begin..end].chars().collect();
    tokens(&folded)
        .iter()
        .map(|token| (word(token.begin, token.end), token.follows, token.dense))
        .collect()
}

/// Whether some stretch of as many words passes.
fn some_stretch(
    keyword: &str,
    text: &str,
    fold_case: bool,
    mut pass: impl FnMut(&[(Vec<char>, bool, bool)], &[(Vec<char>, bool, bool)]) -> bool,
) -> bool {
    let (keyword, text) = (split(keyword, fold_case), split(text, fold_case));
    text.windows(keyword.len()).any(|stretch| {
        stretch[1..].iter().all(|(_, follows, _)| *follows) && pass(&keyword, stretch)
    })
}

#[test]
fn fuzzy_agrees_with_the_distance_of_every_stretch() {
    let mut seeded = Seeded::new(3);
    for _ in 0..1500 {
        let keyword = seeded.text(&PIECES, 1, 9);
        let text = seeded.text(&PIECES, 1, 24);
        if tokens(&keyword).is_empty() {
            continue;
        }
        let (edits, cased) = (seeded.below(3), seeded.below(2) == 0);
        let mut rule = by(Method::Fuzzy { edits }, Operator::Or, &[&keyword]);
        rule.case_sensitive = cased;
        let allowed = |length| match length {
            0..=3 => 0,
            4..=7 => 1.min(edits),
            _ => edits,
        };
        let expected = some_stretch(&keyword, &text, !cased, |keyword, stretch| {
            keyword
                .iter()
                .zip(stretch)
                .all(|(word, there)| distance(&word.0, &there.0, allowed(word.0.len())).is_some())
        });
        let answer = found(rule, &text).is_some();
        assert_eq!(answer, expected, "{keyword:?} in {text:?}, {edits} {cased}");
    }
}

/// The n-grams of words, as text.
fn grams(words: &[(Vec<char>, bool, bool)], arity: usize) -> Vec<String> {
    let mut characters = vec!['\u{2}'; arity - 1];
    for (at, (word, _, dense)) in words.iter().enumerate() {
        if at > 0 && !(*dense && words[at - 1].2) {
            characters.push(' ');
        }
        characters.extend(word);
    }
    characters.extend(vec!['\u{2}'; arity - 1]);
    characters
        .windows(arity)
        .map(|gram| gram.iter().collect())
        .collect()
}

#[test]
fn ngrams_agree_with_the_similarity_of_every_stretch() {
    let mut seeded = Seeded::new(5);
    for _ in 0..1500 {
        let keywords: Vec<String> = (0..3).map(|_| seeded.text(&PIECES, 1, 7)).collect();
        let text = seeded.text(&PIECES, 1, 20);
        if keywords.iter().any(|keyword| tokens(keyword).is_empty()) {
            continue;
        }
        let arity = 1 + seeded.below(4);
        let threshold = *seeded.one(&[0.2, 0.4, 0.5, 0.75, 1.0]);
        let list: Vec<&str> = keywords.iter().map(String::as_str).collect();
        let mut rule = by(Method::Ngram { threshold, arity }, Operator::Or, &list);
        rule.case_sensitive = seeded.below(2) == 0;
        let expected: Vec<&String> = keywords
            .iter()
            .filter(|keyword| {
                some_stretch(keyword, &text, !rule.case_sensitive, |keyword, stretch| {
                    let (mut one, other) = (grams(keyword, arity), grams(stretch, arity));
                    let all = one.len() + other.len();
                    let shared = other.iter().filter(|gram| {
                        let at = one.iter().position(|known| known == *gram);
                        at.map(|at| one.swap_remove(at)).is_some()
                    });
                    let shared = shared.count();
                    #[expect(clippy::cast_precision_loss, reason = "a few n-grams")]
                    let similarity = shared as f64 / (all - shared) as f64;
                    similarity >= threshold
                })
            })
            .collect();
        let answer = found(rule, &text)
            .map(|(found, _)| found)
            .unwrap_or_default();
        assert_eq!(
            answer.iter().collect::<Vec<_>>(),
            expected,
            "{keywords:?} in {text:?}"
        );
    }
}
