//! Mathematics and puzzles that no marker word gives away, and words that only look like it.

use super::{evidence, score};
use crate::fast_path::{DecidedBy, Dimension, FastPath, FastPathOptions, Input, Tier};

#[test]
fn problems_without_a_marker_word_are_reasoning() {
    let table = [
        "Natalie sold 48 bracelets in April and half as many in May. How many bracelets did she sell altogether?",
        "A train travels 240 km at 80 km/h and then 90 km at 60 km/h. How long does it take?",
        "If 3x + 5 = 2x - 7, what is x?, and for which values is x^2 = 144?",
        "What is the probability of getting at least one six in four rolls of a fair die?",
        "Ein Hemd kostet 45 Euro und ist um 20 Prozent reduziert. Wie viel zahle ich für drei?",
        "Lucie a 24 pommes, en donne un tiers à son frère puis en achète 5. Combien de pommes a-t-elle ?",
        "У Маши было 24 яблока, треть она отдала брату, потом купила ещё 5. Сколько яблок у неё теперь?",
        "小明有24个苹果，给了小红三分之一，又买了5个，现在他有多少个苹果？",
        "Üç gömlek 450 lira, yüzde 20 indirim var, 1500 lira verdim. Ne kadar para üstü alırım?",
        "Is P=NP?",
    ];
    for text in table {
        let scored = score(text);
        assert_eq!(
            scored.tier,
            Tier::Reasoning,
            "{text}: {:?}",
            scored.evidence()
        );
        assert_eq!(scored.decided_by, DecidedBy::ReasoningMarkers, "{text}");
    }
}

#[test]
fn numbers_alone_are_no_problem() {
    let table = [
        "What is 17 times 23?",
        "How many minutes are there in three hours?",
        "128 / 4",
        "Invoice 2024-118, 4 buckets at 89.00, 10 brushes at 6.50, due in 30 days",
        "limit=50&offset=100&page=3",
        "{\"id\": 88213, \"quantity\": 2, \"price\": 19.9}\n\nWhat is the quantity?",
        "Write a function that computes how many of the 3 numbers 4, 8 and 9 are even",
    ];
    for text in table {
        let found = evidence(text, Dimension::ReasoningMarkers);
        assert!(
            !found.contains("quantities") && !found.contains("equation"),
            "{text}: {found}"
        );
    }
}

#[test]
fn a_word_that_is_asked_about_is_only_mentioned() {
    let table = [
        "What is a proof by induction?",
        "Who proved Fermat's last theorem?",
        "What is the French word for theorem?",
        "谁证明了费马大定理？",
        "フェルマーの最終定理を証明したのは誰ですか？",
        "Кто доказал последнюю теорему Ферма?",
        "Wer bewies den großen Satz von Fermat?",
        "Qui a démontré le dernier théorème de Fermat ?",
        "¿Quién demostró el último teorema de Fermat?",
        "Quem demonstrou o último teorema de Fermat?",
        "Chi ha dimostrato l'ultimo teorema di Fermat?",
        "من أثبت مبرهنة فيرما الأخيرة؟",
        "Fermat'nın son teoremini kim kanıtladı?",
        "Don't prove it, just state the theorem of Pythagoras",
    ];
    for text in table {
        let scored = score(text);
        assert!(
            scored.tier < Tier::Complex,
            "{text}: {:?}",
            scored.evidence()
        );
        assert!(
            scored.decided_by == DecidedBy::Score,
            "{text}: {:?}",
            scored.evidence()
        );
    }
    let both = score("What is a group? Prove the theorem of Lagrange by induction.");
    assert_eq!(both.tier, Tier::Reasoning, "{:?}", both.evidence());
}

#[test]
fn lists_within_a_sentence_are_several_parts() {
    let parts = |text: &str| evidence(text, Dimension::MultiStepPatterns);
    assert_eq!(
        parts("Cover the market, the staff, the costs, the risks"),
        "several parts"
    );
    assert!(parts("Markt, Kosten, Personal, Risiken, Fristen, Ziele").contains("many parts"));
    assert_eq!(parts("市场、人员、成本、风险"), "several parts");
    assert_eq!(parts("One, two. Three, four. Five, six."), "");
    assert_eq!(parts("[1, 2, 3, 4, 5, 6]"), "");
}

#[test]
fn other_weights_or_boundaries_are_not_calibrated() {
    let boundaries = [0.0, 0.3, 0.6];
    let options = FastPathOptions {
        boundaries,
        ..FastPathOptions::default()
    };
    let moved = FastPath::new(&options).expect("valid");
    for text in ["hello", "Write a poem", "Prove the theorem by induction"] {
        let input = Input {
            user: text,
            ..Input::default()
        };
        assert!(
            (0.5..=1.0).contains(&moved.score(input).confidence),
            "{text}"
        );
    }
}
