//! What must not count: parts of words, negated and quoted markers, repetitions, URLs.

use super::{evidence, score};
use crate::fast_path::Dimension;

/// Text, dimension and the evidence that is expected in it.
type Case = (&'static str, Dimension, &'static str);

fn check(table: &[Case]) {
    for (text, dimension, expected) in table {
        assert_eq!(
            evidence(text, *dimension),
            *expected,
            "{text} in {}",
            dimension.name()
        );
    }
}

#[test]
fn parts_of_words_are_no_markers() {
    check(&[
        ("my credit card", Dimension::AgenticTask, ""),
        ("prefix suffix affix", Dimension::AgenticTask, ""),
        ("improve approval", Dimension::ReasoningMarkers, ""),
        ("undefined behaviour", Dimension::SimpleIndicators, ""),
        ("undefined behaviour", Dimension::CodePresence, ""),
        ("Hamlet", Dimension::CodePresence, ""),
        ("informally speaking", Dimension::ReasoningMarkers, ""),
        ("waterproof proofreading", Dimension::ReasoningMarkers, ""),
        ("a formal dinner", Dimension::ReasoningMarkers, ""),
        ("history of notaries", Dimension::CreativeMarkers, ""),
        (
            "derive sin(x) step by step",
            Dimension::ReasoningMarkers,
            "derive, step by step",
        ),
        ("the first president, and then", Dimension::AgenticTask, ""),
        ("response.json()", Dimension::AgenticTask, ""),
        ("a proof of concept", Dimension::ReasoningMarkers, ""),
        ("在职证明怎么开", Dimension::ReasoningMarkers, ""),
    ]);
}

#[test]
fn a_concept_counts_once_however_it_is_spelled() {
    check(&[
        (
            "prove proves proving proof PROOFS",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        (
            "theorem Theorem teorema théorème 定理",
            Dimension::ReasoningMarkers,
            "theorem",
        ),
        (
            "Kubernetes kubernetes k8s",
            Dimension::TechnicalTerms,
            "kubernetes",
        ),
        ("formally formally", Dimension::ReasoningMarkers, "formally"),
    ]);
}

#[test]
fn case_diacritics_width_and_hyphens_fold() {
    check(&[
        ("PROVE IT", Dimension::ReasoningMarkers, "prove"),
        ("ｐｒｏｖｅ it", Dimension::ReasoningMarkers, "prove"),
        ("Démontre", Dimension::ReasoningMarkers, "prove"),
        ("De\u{301}montre", Dimension::ReasoningMarkers, "prove"),
        ("step-by-step", Dimension::ReasoningMarkers, "step by step"),
        (
            "Step\n by  step",
            Dimension::ReasoningMarkers,
            "step by step",
        ),
        ("ДОКАЖИ", Dimension::ReasoningMarkers, "prove"),
        ("أَثْبِت", Dimension::ReasoningMarkers, "prove"),
    ]);
}

#[test]
fn negated_markers_do_not_count() {
    check(&[
        ("do not prove it", Dimension::ReasoningMarkers, ""),
        (
            "Please answer without proof",
            Dimension::ReasoningMarkers,
            "",
        ),
        ("Don't prove it", Dimension::ReasoningMarkers, ""),
        ("Don’t go step by step", Dimension::ReasoningMarkers, ""),
        ("don't write code", Dimension::CodePresence, ""),
        ("no need to prove that", Dimension::ReasoningMarkers, ""),
        ("A proof is not needed.", Dimension::ReasoningMarkers, ""),
        ("Never use kubernetes", Dimension::TechnicalTerms, ""),
        ("Not only prove it", Dimension::ReasoningMarkers, "prove"),
        (
            "I do not know. Prove it.",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        ("No, prove it", Dimension::ReasoningMarkers, "prove"),
        ("It does not work; debug", Dimension::AgenticTask, "debug"),
        (
            "Do not prove it. Now prove it.",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        ("不要证明", Dimension::ReasoningMarkers, ""),
        ("証明しないでください", Dimension::ReasoningMarkers, ""),
        ("증명하지 마세요", Dimension::ReasoningMarkers, ""),
        ("не доказывай", Dimension::ReasoningMarkers, ""),
        ("ohne Beweis", Dimension::ReasoningMarkers, ""),
        ("ne démontre pas", Dimension::ReasoningMarkers, ""),
        ("sin demostración", Dimension::ReasoningMarkers, ""),
        ("sem demonstração", Dimension::ReasoningMarkers, ""),
        ("senza dimostrazione", Dimension::ReasoningMarkers, ""),
        ("بدون برهان", Dimension::ReasoningMarkers, ""),
        ("बिना प्रमाण के", Dimension::ReasoningMarkers, ""),
        ("kanıt olmadan", Dimension::ReasoningMarkers, ""),
    ]);
}

#[test]
fn a_negation_in_front_always_removes_the_marker() {
    for marker in [
        "prove",
        "theorem",
        "derive",
        "step by step",
        "formally",
        "by induction",
        "axiom",
    ] {
        for negation in ["do not", "don't", "without", "never", "no", "avoid"] {
            let text = format!("{negation} {marker}");
            assert!(!score(marker).dimensions[2].is_sign_negative(), "{marker}");
            assert!(score(&text).dimensions[2] <= 0.0, "{text}");
        }
    }
}

#[test]
fn quoted_markers_do_not_count() {
    check(&[
        ("the word 'prove'", Dimension::ReasoningMarkers, ""),
        ("the word \"prove\" here", Dimension::ReasoningMarkers, ""),
        (
            "the word “prove” and ‘theorem’",
            Dimension::ReasoningMarkers,
            "",
        ),
        (
            "le mot « prouver » et «théorème»",
            Dimension::ReasoningMarkers,
            "",
        ),
        ("„Beweis“ heißt", Dimension::ReasoningMarkers, ""),
        ("「証明」という語", Dimension::ReasoningMarkers, ""),
        ("what is `prove`", Dimension::ReasoningMarkers, ""),
        ("'step by step'", Dimension::ReasoningMarkers, ""),
        (
            "\"Prove that there are infinitely many primes\"",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        (
            "'Twas brillig, prove it",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        (
            "the students' theorem isn't wrong",
            Dimension::ReasoningMarkers,
            "theorem",
        ),
        (
            "He said \"well, I never thought about it\" and prove \"this\"",
            Dimension::ReasoningMarkers,
            "prove",
        ),
    ]);
}

#[test]
fn contractions_and_elisions_are_told_apart() {
    check(&[
        ("l'algorithme", Dimension::TechnicalTerms, "algorithm"),
        ("l’algorithme", Dimension::TechnicalTerms, "algorithm"),
        (
            "I don't",
            Dimension::NegationComplexity,
            "don't, 1 negations",
        ),
        (
            "I don’t",
            Dimension::NegationComplexity,
            "don't, 1 negations",
        ),
    ]);
}

#[test]
fn urls_are_no_prose() {
    check(&[
        (
            "see https://example.org/prove/theorem-step-by-step?json=1 now",
            Dimension::ReasoningMarkers,
            "",
        ),
        (
            "see https://example.org/a.json and prove it",
            Dimension::ReasoningMarkers,
            "prove",
        ),
        (
            "see http://example.org/kubernetes",
            Dimension::TechnicalTerms,
            "",
        ),
        (
            "see https://example.org/src/main.rs",
            Dimension::AgenticTask,
            "",
        ),
    ]);
}

#[test]
fn layout_is_read() {
    check(&[
        ("```\nx\n```", Dimension::CodePresence, "code fence"),
        ("call `foo` now", Dimension::CodePresence, "inline code"),
        ("a -> b => c", Dimension::CodePresence, "operators"),
        ("my_variable_name", Dimension::CodePresence, "snake case"),
        ("Use C++ or C#", Dimension::CodePresence, "c or c++"),
        ("_emphasis_", Dimension::CodePresence, ""),
        ("and/or, his/hers, 3/4", Dimension::AgenticTask, ""),
        ("look in ./src", Dimension::AgenticTask, "file path"),
        (
            "∀x ∃y",
            Dimension::DomainSpecificity,
            "mathematical notation",
        ),
        (
            "1. one\n2) two",
            Dimension::MultiStepPatterns,
            "numbered list",
        ),
    ]);
}
