//! Tiers: reachable by score alone, overridden as SPEC F1 says, ambiguous below the threshold.

use super::{score, scorer};
use crate::fast_path::{DecidedBy, Dimension, FastPath, FastPathOptions, Input, Tier};

const COMPLEX: &str = "Design and implement a distributed rate limiter in Rust with async Redis. It must handle 10000 requests per \
    second within 5 ms and ensure consistency. First design the schema, then implement it. Output JSON and a markdown table.";

const REASONING: &str = "First implement the distributed algorithm as an async Python function with unit tests, then prove that it \
    must terminate within 10 steps. Ensure that the database schema is consistent and that latency stays low. Analyze the code \
    above in src/main.rs, debug it, fix it and retry until it works. Output JSON and a markdown table, without external \
    libraries. What happens if a replica fails? And why does the quorum survive? How would you optimize it? Is it optimal?";

#[test]
fn every_tier_is_reached_by_score_with_confidence() {
    let table = [
        ("hello", Tier::Simple),
        ("What is the capital of France?", Tier::Simple),
        ("Define entropy.", Tier::Simple),
        ("Translate 'good morning' to Spanish", Tier::Simple),
        ("Who wrote War and Peace?", Tier::Simple),
        (
            "Write a function to print all permutations of a given string.",
            Tier::Medium,
        ),
        (
            "Write an email to my friends inviting them to dinner on Friday",
            Tier::Medium,
        ),
        ("Summarize the economy of China in 100 words.", Tier::Medium),
        (
            "Write an SQL query to find the average price of products sold in the last week.",
            Tier::Medium,
        ),
        (COMPLEX, Tier::Complex),
        (
            "Explain how a distributed database keeps replicas consistent when the network splits, and then implement it step by step. ",
            Tier::Complex,
        ),
        (REASONING, Tier::Reasoning),
    ];
    for (text, tier) in table {
        let scored = score(text);
        assert_eq!(
            (scored.tier, scored.decided_by),
            (tier, DecidedBy::Score),
            "{text}: {}",
            scored.score
        );
        assert!(
            scored.confidence >= 0.7 && !scored.ambiguous,
            "{text}: {} at {}",
            scored.confidence,
            scored.score
        );
    }
}

#[test]
fn two_distinct_reasoning_markers_override() {
    let table = [
        (
            "Prove the theorem and derive it formally, step by step.",
            true,
        ),
        (
            "Prove step by step that the square root of 2 is irrational, then derive the theorem formally.",
            true,
        ),
        ("Solve the equation by induction", true),
        ("Prove it. I said prove it! Proof, proving, proves.", false),
        ("Give me a recipe, step by step", false),
    ];
    for (text, overridden) in table {
        let scored = score(text);
        assert_eq!(
            scored.decided_by == DecidedBy::ReasoningMarkers,
            overridden,
            "{text}: {:?}",
            scored.evidence()
        );
        if overridden {
            assert!(
                scored.tier == Tier::Reasoning
                    && scored.confidence >= 0.85
                    && scored.confidence <= 1.0
            );
        }
    }
}

#[test]
fn reasoning_markers_of_the_system_prompt_do_not_count() {
    let system = "Prove every theorem formally and step by step.";
    let scored = scorer().score(Input {
        user: "hello",
        system,
        tool_count: 0,
    });
    assert_eq!(scored.tier, Tier::Simple);
    assert!(scored.dimensions[Dimension::ReasoningMarkers.index()] < 0.0);
}

#[test]
fn an_agents_system_prompt_does_not_lift_a_greeting() {
    let system = "You are a coding agent. Use bash and the terminal, read_file, write_file, edit and delete. Implement, debug, fix \
        and test the code. You must ensure JSON output. Distributed systems, databases, kubernetes, algorithms. "
        .repeat(40);
    let scored = scorer().score(Input {
        user: "hello",
        system: &system,
        tool_count: 0,
    });
    assert!(scored.tier <= Tier::Medium, "{}", scored.score);
    let code = scorer().score(Input {
        user: "hello",
        system: "async python function",
        tool_count: 0,
    });
    assert!(
        code.dimensions[Dimension::CodePresence.index()] > 0.0,
        "the system prompt is read"
    );
}

#[test]
fn large_input_is_at_least_complex() {
    let user = "word ".repeat(80_000);
    let scored = score(&user);
    assert_eq!(
        (scored.tier, scored.decided_by, scored.estimated_tokens),
        (Tier::Complex, DecidedBy::LargeContext, 100_000)
    );
    let system = scorer().score(Input {
        user: "hello",
        system: &user,
        tool_count: 0,
    });
    assert!(system.tier >= Tier::Complex);
    assert!(score(&"word ".repeat(79_000)).tier < Tier::Complex);
    let low = FastPathOptions {
        large_context_tokens: 10,
        ..FastPathOptions::default()
    };
    let low = FastPath::new(&low).expect("valid");
    assert_eq!(
        low.score(Input {
            user: &"word ".repeat(20),
            ..Input::default()
        })
        .tier,
        Tier::Complex
    );
}

#[test]
fn tools_make_a_request_agentic() {
    let with = |tool_count| {
        scorer().score(Input {
            user: "hello",
            system: "",
            tool_count,
        })
    };
    assert!(!with(0).agentic && with(1).agentic && with(50).agentic);
    assert!(with(1).dimensions[Dimension::AgenticTask.index()] > 0.0);
    assert!(score("Read the file, run the tests, fix the bug and retry until it works").agentic);
    assert!(!score("Create a poem").agentic);
}

#[test]
fn below_the_threshold_the_nearest_tier_is_ambiguous() {
    let options = FastPathOptions {
        threshold: 1.0,
        ..FastPathOptions::default()
    };
    let strict = FastPath::new(&options).expect("valid").score(Input {
        user: "hello",
        ..Input::default()
    });
    assert!(strict.ambiguous && strict.tier == Tier::Simple);
    let options = FastPathOptions {
        threshold: 0.0,
        ..FastPathOptions::default()
    };
    assert!(
        !FastPath::new(&options)
            .expect("valid")
            .score(Input {
                user: COMPLEX,
                ..Input::default()
            })
            .ambiguous
    );
}

#[test]
fn weights_and_boundaries_are_used() {
    let weights = FastPathOptions::weights_from([("creativeMarkers", 50.0)]).expect("known");
    let creative = FastPath::new(&FastPathOptions {
        weights,
        ..FastPathOptions::default()
    })
    .expect("valid");
    let scored = creative.score(Input {
        user: "Tell a story",
        ..Input::default()
    });
    assert_eq!(
        scored.tier,
        Tier::Reasoning,
        "one weight of fifty outweighs the rest: {}",
        scored.score
    );
    let boundaries = [-0.9, -0.8, -0.7];
    let low = FastPath::new(&FastPathOptions {
        boundaries,
        ..FastPathOptions::default()
    })
    .expect("valid");
    assert_eq!(
        low.score(Input {
            user: "hello",
            ..Input::default()
        })
        .tier,
        Tier::Reasoning
    );
}
