//! Every fixture of `models/tiny` that has a graph, as a user has it on disk, against what transformers says of it in f32.

#![expect(clippy::unwrap_used, reason = "tests")]

mod rigs;

use std::fs;

use rigs::{Case, answer, cases, cosine, difference, fixture, open, row_of, run, runtime};
use signalbox_core::Precision;
use signalbox_onnx::{LoadOptions, Model, load};

/// SPEC N4.
const COSINE: f64 = 0.9999;
const DIFFERENCE: f32 = 1e-3;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

/// Names of the fixtures with a graph of this precision, in order.
fn fixtures(precision: Precision) -> Vec<String> {
    let graphs: &[&str] = match precision {
        Precision::F32 => &[
            "onnx/model.onnx",
            "model.onnx",
            "0_Transformer/onnx/model.onnx",
            "onnx/text_model.onnx",
        ],
        Precision::Int8 => &["onnx/model_quantized.onnx", "model_quantized.onnx"],
    };
    let entries = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let with = entries.filter(|path| graphs.iter().any(|graph| path.join(graph).is_file()));
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
    assert!(fixtures(Precision::Int8).len() >= 5);
}

#[test]
fn texts_become_the_ids_of_the_reference() {
    each(Precision::F32, |name, model, cases| {
        for case in cases {
            let row = row_of(model, case);
            assert_eq!(row.ids, case.ids, "{name}: {}", case.text);
        }
    });
}

#[test]
fn answers_are_those_of_the_reference() {
    each(Precision::F32, |name, model, cases| {
        for case in cases {
            let answers = run(model, &[row_of(model, case)]).remove(0);
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
            let answers = run(model, &[row_of(model, case)]).remove(0);
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
            let rows: Vec<_> = cases.iter().map(|case| row_of(model, case)).collect();
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

#[test]
fn heads_that_the_graph_lacks_are_computed_on_its_states() {
    if !runtime() {
        return;
    }
    let whole = open(&fixture("multi"), Precision::F32).unwrap();
    let trunk = open(
        &fixture("multi").join("onnx/model_trunk.onnx"),
        Precision::F32,
    )
    .unwrap();
    assert_eq!(
        whole.backend.describe().heads,
        trunk.backend.describe().heads
    );
    for case in cases(&fixture("multi")) {
        let answers = [&whole, &trunk].map(|model| run(model, &[row_of(model, &case)]).remove(0));
        for (one, other) in answers[0].iter().zip(&answers[1]) {
            assert_eq!(one.head, other.head);
            assert!(difference(&one.values, &other.values) <= 1e-4);
        }
    }
}

#[test]
fn rows_of_one_batch_go_through_their_adapters() {
    if !runtime() {
        return;
    }
    let folder = fixture("bert_adapters");
    let adapters =
        ["law", "maths"].map(|name| (name.to_owned(), folder.join("adapters").join(name)));
    let options = LoadOptions {
        adapters: adapters.to_vec(),
        ..LoadOptions::default()
    };
    let model = load(&folder, &options).unwrap();
    assert_eq!(model.backend.describe().adapters, ["law", "maths"]);
    let mut cases = cases(&folder);
    cases.sort_by(|one, other| one.text.cmp(&other.text));
    let rows: Vec<_> = cases.iter().map(|case| row_of(&model, case)).collect();
    for (case, answers) in cases.iter().zip(run(&model, &rows)) {
        let (_, expected) = &case.answers[0];
        let apart = difference(answer(&model, &answers, "classification"), expected);
        assert!(apart <= DIFFERENCE, "{:?}: {apart}", case.adapter);
    }
}
