//! Tests of agentic detection: every word of the seed's table, its traps, steps and kinds of tasks.

use super::{Agentic, Evidence, TaskType, detect};

fn rows(found: Agentic) -> Vec<Evidence> {
    let there = |row: &Evidence| found.evidence & (1 << *row as u32) != 0;
    Evidence::ALL.into_iter().filter(there).collect()
}

#[test]
fn every_word_of_the_table_is_evidence_of_its_row() {
    let table = [
        (Evidence::Files, "read_file"),
        (Evidence::Files, "write_file"),
        (Evidence::Files, "create"),
        (Evidence::Files, "edit"),
        (Evidence::Files, "delete"),
        (Evidence::Shell, "run_command"),
        (Evidence::Shell, "execute"),
        (Evidence::Shell, "bash"),
        (Evidence::Shell, "terminal"),
        (Evidence::Iteration, "try again"),
        (Evidence::Iteration, "retry"),
        (Evidence::Iteration, "fix"),
        (Evidence::Iteration, "debug"),
        (Evidence::Iteration, "test and fix"),
        (Evidence::Planning, "step 1"),
        (Evidence::Planning, "first this, then that"),
        (Evidence::Planning, "plan"),
        (Evidence::Planning, "implement"),
        (Evidence::Changes, "@@ -1,4 +1,4 @@"),
        (Evidence::Changes, "src/main.rs"),
        (Evidence::Changes, "line 42"),
    ];
    for (row, text) in table {
        let found = detect(text, &[]);
        assert!(rows(found).contains(&row) && found.score > 0.0, "{text}");
    }
    let tools = detect("hello", &["get_time"]);
    assert_eq!(rows(tools), [Evidence::Tools]);
    assert!(tools.detected);
}

#[test]
fn traps_are_no_evidence() {
    for text in [
        "a digit of my credit card",
        "the edition of Hamlet",
        "prefix and suffix",
        "we run a marathon",
        "he was informally told",
        "an explanation of planets",
        "",
        "do not execute it, never delete it",
    ] {
        let found = detect(text, &[]);
        assert_eq!((rows(found), found.detected), (Vec::new(), false), "{text}");
    }
    for text in [
        "the plan of the city",
        "what is a terminal illness",
        "create a poem",
        "fix the date",
    ] {
        assert!(!detect(text, &[]).detected, "{text}");
    }
}

#[test]
fn kinds_and_steps_are_told_apart() {
    let table: [(&str, &[&str], TaskType, bool); 7] = [
        (
            "Fix the bug in src/app.ts at line 3",
            &[],
            TaskType::Coding,
            false,
        ),
        (
            "First read the file, then run the tests",
            &[],
            TaskType::Coding,
            true,
        ),
        (
            "Search the web for recent papers and cite them",
            &[],
            TaskType::Research,
            true,
        ),
        (
            "Send an email every morning",
            &[],
            TaskType::Automation,
            false,
        ),
        ("hello", &["web_search"], TaskType::Research, false),
        ("hello", &["sendEmail"], TaskType::Automation, false),
        ("hello", &["get_time"], TaskType::General, false),
    ];
    for (text, tools, task_type, multi_step) in table {
        let found = detect(text, tools);
        assert!(found.detected, "{text} {}", found.score);
        assert_eq!(
            (found.task_type, found.multi_step),
            (task_type, multi_step),
            "{text}"
        );
    }
}

#[test]
fn more_evidence_never_lowers_the_score() {
    let parts = [
        "read_file",
        "run_command",
        "retry",
        "step 1",
        "src/main.rs",
        "diff",
    ];
    let mut before = 0.0;
    for count in 1..=parts.len() {
        let found = detect(&parts[..count].join(", "), &[]);
        assert!(found.score >= before && found.score <= 1.0);
        before = found.score;
        let with_tools = detect(&parts[..count].join(", "), &["x"]);
        assert!(with_tools.score > found.score);
    }
}
