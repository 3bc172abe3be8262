//! Every fixture of `models/tiny` that has a graph, as a user has it on disk, against what transformers says of it in f32.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod rigs;

use std::fs;

use rigs::{Case, answer, cases, cosine, difference, fixture, open, row, run, runtime};
use signalbox_core::Precision;
use signalbox_onnx::Model;

/// SPEC N4.
const COSINE: f64 = 0.9999;
const DIFFERENCE: f32 = 1e-3;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

/// Names of the fixtures with a graph of this precision, in order.
fn fixtures(precision: Precision) -> Vec<String> {
    let graph = match precision {
        Precision::F32 => "onnx/model.onnx",
        Precision::Int8 => "onnx/model_quantized.onnx",
    };
    let entries = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let with = entries.filter(|path| path.join(graph).is_file());
    let mut names: Vec<_> = with
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Every fixture of this precision, with its cases.
fn each(precision: Precision, mut check: impl FnMut(&str, &Model, &[Case])) {
    if !runtime() {
        return;
    }
    for name in fixtures(precision) {
        let folder = fixture(&name);
        let model = open(&folder, precision).unwrap_or_else(|error| panic!("{name}: {error}"));
        check(&name, &model, &cases(&folder));
    }
}

#[test]
fn there_are_fixtures() {
    assert!(
        fixtures(Precision::F32).len() >= 10,
        "{:?}",
        fixtures(Precision::F32)
    );
    assert!(fixtures(Precision::Int8).len() >= 3);
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
            let answers = run(model, &[row(model, &case.text, case.pair.as_deref())]).remove(0);
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
            let answers = run(model, &[row(model, &case.text, case.pair.as_deref())]).remove(0);
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
            let twice: Vec<_> = rows.iter().chain(&rows).cloned().collect();
            let together = run(model, &twice);
            for (row, together) in twice.iter().zip(together) {
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
