//! What holds for any text and in every language: a further marker never lowers the tier, no part of a text is overlooked, what is
//! quoted or stands in the system prompt is not the user's wish.

use super::{Random, evidence, score, scorer};
use crate::fast_path::{Dimension, Input, Tier};

/// A language, a word that asks for a proof, the word in the language's quotation marks, and a greeting.
const LANGUAGES: [(&str, &str, &str, &str); 13] = [
    ("en", "prove", "the word “prove” here", "hello"),
    ("zh", "证明", "“证明”这个词", "你好"),
    ("ja", "証明", "「証明」という語", "こんにちは"),
    ("ko", "증명", "‘증명’이라는 말", "안녕하세요"),
    ("ru", "докажи", "слово «докажи» здесь", "привет"),
    ("de", "beweise", "das Wort „beweise“ hier", "hallo"),
    ("fr", "démontre", "le mot « démontre » ici", "bonjour"),
    ("es", "demuestra", "la palabra «demuestra» aquí", "hola"),
    ("pt", "demonstre", "a palavra \"demonstre\" aqui", "olá"),
    ("it", "dimostra", "la parola «dimostra» qui", "ciao"),
    ("ar", "برهن", "الكلمة «برهن» هنا", "مرحبا"),
    ("hi", "सिद्ध", "शब्द \"सिद्ध\" यहाँ", "नमस्ते"),
    ("tr", "kanıtla", "\"kanıtla\" sözcüğü", "merhaba"),
];

#[test]
fn a_marker_in_the_middle_of_a_long_text_is_seen() {
    for (language, marker, ..) in LANGUAGES {
        let filler = "wibble wobble wubble. ".repeat(2330);
        let text = format!("{filler}{marker}. {filler}");
        assert!(text.len() > 102_400);
        assert!(
            evidence(&text, Dimension::ReasoningMarkers).contains("prove"),
            "{language}"
        );
    }
}

#[test]
fn a_quoted_marker_does_not_count_in_any_language() {
    for (language, marker, quoted, _) in LANGUAGES {
        let found = |text: &str| evidence(text, Dimension::ReasoningMarkers);
        assert_eq!(found(marker), "prove", "{language}");
        assert_eq!(found(quoted), "", "{language}: {quoted}");
    }
}

#[test]
fn the_system_prompt_is_kept_apart_in_every_language() {
    for (language, marker, _, greeting) in LANGUAGES {
        let system = format!("{marker} theorem axiom lemma. How many are 3 and 4 and 5 together?");
        let scored = scorer().score(Input {
            user: greeting,
            system: &system,
            tool_count: 0,
        });
        assert_eq!(
            scored.tier,
            Tier::Simple,
            "{language}: {:?}",
            scored.evidence()
        );
        let own = score(&format!("{marker}: theorem, axiom, lemma."));
        assert_eq!(
            own.tier,
            Tier::Reasoning,
            "{language}: {:?}",
            own.evidence()
        );
    }
}

#[test]
fn a_further_reasoning_marker_never_lowers_the_tier() {
    const PIECES: [&str; 20] = [
        "hello",
        "what is",
        "write",
        "a poem",
        "function",
        "kubernetes",
        "first",
        "then",
        "must",
        "json",
        "do not",
        "“",
        "”",
        "3",
        "how many",
        "each",
        ", ",
        "? ",
        "\n",
        "explain",
    ];
    let mut random = Random(11);
    for _ in 0..3000 {
        let words: Vec<&str> = (0..random.below(40))
            .map(|_| PIECES[random.below(PIECES.len())])
            .collect();
        let user = words.join(" ");
        let (_, marker, ..) = LANGUAGES[random.below(LANGUAGES.len())];
        // On the same line: a text of more lines may be read as a table.
        let more = format!("{user} . {marker}.");
        let (before, after) = (score(&user), score(&more));
        assert!(
            after.tier >= before.tier,
            "{more:?}: {} to {}",
            before.score,
            after.score
        );
    }
}

#[test]
fn two_texts_hold_what_each_holds() {
    let mut random = Random(12);
    let parts = [
        "Derive the formula.",
        "Use kubernetes and redis.",
        "Write a poem.",
        "Return JSON.",
        "It must fit within 5 ms.",
        "Is it a theorem?",
    ];
    for _ in 0..500 {
        let left = parts[random.below(parts.len())];
        let right = parts[random.below(parts.len())];
        let joined = score(&format!("{left}\n{right}"));
        for part in [left, right] {
            for (dimension, found) in score(part).evidence() {
                let whole = joined.evidence();
                let of = whole.iter().find(|entry| entry.0 == dimension);
                let kept = |name: &str| of.is_some_and(|entry| entry.1.contains(name));
                let counts = ["tokens", "questions", "negations"];
                let concepts = found
                    .split(", ")
                    .filter(|name| !counts.iter().any(|count| name.ends_with(count)));
                for name in concepts {
                    assert!(kept(name), "{name} of {part:?} in {left:?} and {right:?}");
                }
            }
        }
    }
}
