//! Every marker word and threshold of the seed's two tables (§6 and §13) moves its dimension.

use super::{evidence, score};
use crate::fast_path::{DIMENSION_COUNT, Dimension};

/// A text in which nothing is found.
const NEUTRAL: &str = "wibble wobble wubble";

/// The marker words of both tables.
const MARKERS: [(Dimension, &[&str]); 13] = [
    (
        Dimension::CodePresence,
        &["function", "class", "import", "async", "def"],
    ),
    (
        Dimension::ReasoningMarkers,
        &["prove", "theorem", "derive", "step by step"],
    ),
    (
        Dimension::TechnicalTerms,
        &["algorithm", "optimize", "kubernetes", "distributed"],
    ),
    (
        Dimension::CreativeMarkers,
        &["story", "poem", "brainstorm", "imagine"],
    ),
    (
        Dimension::SimpleIndicators,
        &["what is", "define", "translate", "hello"],
    ),
    (
        Dimension::MultiStepPatterns,
        &[
            "first wash it, then dry it",
            "step 1",
            "step 12",
            "next peel them and after that cook",
            "1. one\n2. two",
        ],
    ),
    (
        Dimension::ImperativeVerbs,
        &["implement", "design", "analyze", "build"],
    ),
    (
        Dimension::ConstraintIndicators,
        &[
            "must",
            "ensure",
            "constraint",
            "within 5",
            "within 20 seconds",
        ],
    ),
    (
        Dimension::OutputFormat,
        &["json", "yaml", "csv", "table", "markdown"],
    ),
    (
        Dimension::ReferenceComplexity,
        &[
            "above",
            "previous",
            "as mentioned",
            "see section 3",
            "figure 2",
        ],
    ),
    (
        Dimension::NegationComplexity,
        &["not", "without", "except", "don't", "don’t"],
    ),
    (
        Dimension::DomainSpecificity,
        &[
            "medical",
            "legal",
            "scientific",
            "diagnosis",
            "plaintiff",
            "quantum",
        ],
    ),
    (
        Dimension::AgenticTask,
        &[
            "read_file",
            "write_file",
            "create",
            "edit",
            "delete",
            "run_command",
            "execute",
            "bash",
            "terminal",
            "try again",
            "retry",
            "fix",
            "debug",
            "test and fix",
            "step 1",
            "first look then leap",
            "plan",
            "implement",
            "diff --git a/x b/x",
            "@@ -1,2 +1,3 @@",
            "src/main.rs",
            "/etc/hosts",
            "line 42",
            "main.py:7",
        ],
    ),
];

#[test]
fn every_marker_word_moves_its_dimension() {
    let neutral = score(NEUTRAL);
    for (dimension, words) in MARKERS {
        for word in words {
            let marked = score(&format!("{word}\n{NEUTRAL}"));
            let (before, after) = (
                neutral.dimensions[dimension.index()],
                marked.dimensions[dimension.index()],
            );
            let moved = if dimension == Dimension::SimpleIndicators {
                after < before
            } else {
                after > before
            };
            assert!(moved, "{word} in {}: {before} to {after}", dimension.name());
            assert!(
                !evidence(word, dimension).is_empty(),
                "{word} has no evidence in {}",
                dimension.name()
            );
        }
    }
}

#[test]
fn nothing_is_found_in_a_neutral_text() {
    let dimensions = score(NEUTRAL).dimensions;
    let moved: Vec<usize> = (0..DIMENSION_COUNT)
        .filter(|at| dimensions[*at].abs() > 1e-12)
        .collect();
    assert_eq!(
        moved,
        [
            Dimension::TokenCount.index(),
            Dimension::ReasoningMarkers.index()
        ],
        "{dimensions:?}"
    );
}

#[test]
fn simple_factual_patterns_lower_reasoning() {
    let plain =
        score("What is the capital of France?").dimensions[Dimension::ReasoningMarkers.index()];
    assert!(
        plain < 0.0
            && score("Prove the theorem").dimensions[Dimension::ReasoningMarkers.index()] > 0.9
    );
}

#[test]
fn length_thresholds_are_100_and_2000_tokens() {
    let of_tokens = |tokens: usize| {
        let scored = score(&"aaa ".repeat(tokens));
        assert_eq!(scored.estimated_tokens as usize, tokens);
        scored.dimensions[Dimension::TokenCount.index()]
    };
    assert!(of_tokens(2) < -0.8);
    assert!(of_tokens(99) < 0.0);
    assert!(of_tokens(100).abs() < 1e-9 && of_tokens(101) > 0.0);
    assert!(of_tokens(500) > of_tokens(200) && of_tokens(1999) < 1.0);
    assert!((of_tokens(2000) - 1.0).abs() < 1e-9 && (of_tokens(9000) - 1.0).abs() < 1e-9);
}

#[test]
fn several_and_nested_questions_count() {
    let questions = |text: &str| score(text).dimensions[Dimension::QuestionComplexity.index()];
    assert!(questions("Red? ").abs() < 1e-12 && questions("Red???").abs() < 1e-12);
    assert!(
        questions("Red? Green?") > 0.0
            && questions("Red? Green? Blue? Pink?") > questions("Red? Green?")
    );
    assert!(questions("红吗？绿吗？") > 0.0 && questions("أحمر؟ أخضر؟") > 0.0);
    assert!(questions("Does it float, and if so, what sinks?") > 0.0);
}

#[test]
fn tokens_are_estimated_by_script() {
    let table = [
        ("", 0),
        ("abcd", 1),
        ("abcde", 2),
        ("你好世界", 4),
        ("приветик", 4),
        ("ab你好", 3),
        ("नमस्ते", 3),
    ];
    for (text, tokens) in table {
        assert_eq!(score(text).estimated_tokens, tokens, "{text}");
    }
}
