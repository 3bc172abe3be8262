//! Every fixture of `models/tiny`, as a user has it on disk, against what transformers says of it in f32.

#![expect(clippy::unwrap_used, reason = "tests")]

mod adapters;
mod folders;
mod minilm;
mod rigs;
mod texts;

use rigs::{Case, answer, cases, cosine, difference, fixture, open, row, run};
use signalbox_candle::Model;
use signalbox_core::Precision;

/// SPEC N4.
const COSINE: f64 = 0.9999;
const DIFFERENCE: f32 = 1e-3;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

/// Folders, and whether they run in int8.
const FIXTURES: &[(&str, bool)] = &[
    ("bert", true),
    ("deberta", true),
    ("deberta_token", true),
    ("clip", true),
    ("siglip", true),
    ("embeddinggemma", true),
    ("qwen3", true),
    ("qwen3_sliding", true),
    ("bert_classifier", true),
    ("bert_tokens", true),
    ("bert_sentence", true),
    ("distilbert", true),
    ("roberta_tokens", false),
    ("xlm_roberta", true),
    ("xlm_roberta_classifier", true),
    ("modernbert_classifier", true),
    ("modernbert_tokens", true),
    ("modernbert_embedding", true),
    ("mmbert", true),
    ("multi", true),
    ("branches", true),
    ("lora", true),
];

/// Every fixture that runs in this precision, with its cases.
fn each(precision: Precision, mut check: impl FnMut(&str, &Model, &[Case])) {
    for (name, int8) in FIXTURES {
        if precision == Precision::Int8 && !int8 {
            continue;
        }
        let folder = fixture(name);
        let model = open(&folder, precision).unwrap_or_else(|error| panic!("{name}: {error}"));
        check(name, &model, &cases(&folder));
    }
}

#[test]
fn texts_become_the_ids_of_the_reference() {
    each(Precision::F32, |name, model, cases| {
        for case in cases {
            let row = row(model, &case.text, case.pair.as_deref());
            assert_eq!(row.ids, case.ids, "{name}: {}", case.text);
        }
    });
}

#[test]
fn answers_are_those_of_the_reference() {
    each(Precision::F32, |name, model, cases| {
        for case in cases {
            let row = row(model, &case.text, case.pair.as_deref());
            let answers = run(model, &[row]).remove(0);
            for (head, expected) in &case.answers {
                let found = answer(model, &answers, head);
                let at = format!("{name}, {head}: {:.60}", case.text);
                let near = cosine(found, expected);
                assert!(near >= COSINE, "{at}: cosine {near}");
                if head != "embedding" {
                    let apart = difference(found, expected);
                    assert!(apart <= DIFFERENCE, "{at}: difference {apart}");
                }
            }
        }
    });
}

#[test]
fn int8_is_near_the_reference() {
    each(Precision::Int8, |name, model, cases| {
        for case in cases {
            let row = row(model, &case.text, case.pair.as_deref());
            let answers = run(model, &[row]).remove(0);
            for (head, expected) in &case.answers {
                let near = cosine(answer(model, &answers, head), expected);
                assert!(near >= COSINE_INT8, "{name}, {head}: cosine {near}");
            }
        }
    });
}

#[test]
fn a_row_is_the_same_alone_and_among_others() {
    for precision in [Precision::F32, Precision::Int8] {
        each(precision, |name, model, cases| {
            let rows: Vec<_> = cases
                .iter()
                .map(|case| row(model, &case.text, case.pair.as_deref()))
                .collect();
            let together = run(model, &rows);
            for (row, together) in rows.iter().zip(together) {
                let alone = run(model, std::slice::from_ref(row)).remove(0);
                for (alone, together) in alone.iter().zip(&together) {
                    let apart = difference(&alone.values, &together.values);
                    let most = if precision == Precision::Int8 {
                        0.0
                    } else {
                        NEIGHBOURS
                    };
                    assert!(apart <= most, "{name}, {precision:?}: {apart}");
                }
            }
        });
    }
}
