//! Properties over seeded random texts: ranges, no panic, case, monotony, evidence without the prompt.

use super::{Random, score, scorer};
use crate::fast_path::{Dimension, Input};

/// Random texts a property is tried on.
const TRIALS: usize = 3000;

const PIECES: [&str; 36] = [
    "prove",
    "theorem",
    "do not",
    "don’t",
    "without",
    "first",
    "then",
    "step 1",
    "hello",
    "function",
    "`",
    "```",
    "\"",
    "'",
    "“",
    "”",
    "「",
    "」",
    "证明",
    "しないで",
    "не",
    "?",
    "。",
    ".",
    "\n",
    " ",
    "_",
    "/",
    "C++",
    "src/main.rs:4",
    "https://",
    "é",
    "\u{301}",
    "😀",
    "\u{200D}",
    "12",
];

fn text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(60) {
        match random.below(4) {
            0 => text.extend(char::from_u32(
                u32::try_from(random.below(0x11_0000)).unwrap_or_default(),
            )),
            1 => text.push(' '),
            _ => text.push_str(PIECES[random.below(PIECES.len())]),
        }
    }
    text
}

#[test]
fn any_text_scores_within_range() {
    let mut random = Random(1);
    let fast_path = scorer();
    for _ in 0..TRIALS {
        let (user, system) = (text(&mut random), text(&mut random));
        let scored = fast_path.score(Input {
            user: &user,
            system: &system,
            tool_count: 0,
        });
        assert!(
            scored
                .dimensions
                .iter()
                .all(|value| (-1.0..=1.0).contains(value)),
            "{user:?}"
        );
        assert!(
            (-1.0..=1.0).contains(&scored.score) && (0.0..=1.0).contains(&scored.confidence),
            "{user:?}"
        );
        assert_eq!(scored.ambiguous, scored.confidence < 0.7);
        assert_eq!(
            scored,
            fast_path.score(Input {
                user: &user,
                system: &system,
                tool_count: 0
            }),
            "deterministic"
        );
    }
}

#[test]
fn case_of_latin_words_does_not_matter() {
    let mut random = Random(2);
    let words = [
        "prove",
        "theorem",
        "not",
        "without",
        "first",
        "then",
        "hello",
        "what",
        "is",
        "the",
        "algorithm",
        "démontre",
        "für",
        "json",
    ];
    for _ in 0..TRIALS {
        let text: Vec<&str> = (0..random.below(30))
            .map(|_| words[random.below(words.len())])
            .collect();
        let text = text.join(" ");
        assert_eq!(score(&text), score(&text.to_uppercase()), "{text}");
    }
}

#[test]
fn a_further_marker_never_lowers_its_dimension() {
    let mut random = Random(3);
    for _ in 0..TRIALS {
        let user = text(&mut random);
        let more = format!("{user}\n. kubernetes. ");
        let at = Dimension::TechnicalTerms.index();
        assert!(
            score(&more).dimensions[at] >= score(&user).dimensions[at],
            "{user:?}"
        );
    }
}

#[test]
fn evidence_never_holds_the_prompt() {
    let secret = "zyxwv9 prove that the qqqqq is distributed ppppp";
    for (_, found) in score(secret).evidence() {
        assert!(
            !found.contains("zyxwv9") && !found.contains("qqqqq") && !found.contains("ppppp"),
            "{found}"
        );
    }
}

#[test]
fn adversarial_texts_do_not_panic() {
    for unit in [
        "?", "\"", "'", "`", "“", "😀", "x", "step ", "first ", "1. \n", "{\n", "/a", "://",
        "\u{301}", "_a", "证", "don't ", "-",
    ] {
        let scored = score(&unit.repeat(20_000));
        assert!((-1.0..=1.0).contains(&scored.score), "{unit}");
    }
}
