//! Graphs and folders that are damaged or do not fit: a typed error each, never a crash.

#![expect(clippy::unwrap_used, reason = "tests")]

mod rigs;

use std::fs;
use std::path::{Path, PathBuf};

use rigs::{Random, copy, fixture, open, root, row, runtime};
use signalbox_base::{Code, Error};
use signalbox_core::{Batch, Cancel, Pass, Precision};

const GRAPH: &str = "onnx/model.onnx";
const ROUNDS: usize = 150;

fn graph(name: &str) -> PathBuf {
    root()
        .join("crates/onnx/tests/graphs")
        .join(format!("{name}.onnx"))
}

/// The folder of a classifier with another graph.
fn with_graph(name: &str) -> PathBuf {
    let folder = copy(&format!("graph-{name}"), &fixture("bert_classifier"));
    fs::copy(graph(name), folder.join(GRAPH)).unwrap();
    folder
}

fn refused(folder: &Path) -> Error {
    let error = open(folder, Precision::F32).err();
    let error = error.unwrap_or_else(|| panic!("{} was taken", folder.display()));
    assert_eq!(error.code(), Code::ModelInvalid, "{error}");
    assert!(
        !error.to_string().contains(env!("CARGO_TARGET_TMPDIR")),
        "{error}"
    );
    error
}

/// Loads, and runs where that works.
fn attempt(folder: &Path, precision: Precision) -> Result<(), Error> {
    let model = open(folder, precision)?;
    let row = row(&model, "hello world", None);
    let (batch, cancel) = (Batch::new([&row]).unwrap(), Cancel::default());
    model.backend.run(&batch, Pass::alone(&cancel)).map(|_| ())
}

/// One damage to a file: cut, one byte, some bytes, or a piece moved over another.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let length = bytes.len();
    match random.below(4) {
        0 => bytes.truncate(random.below(length)),
        1 => bytes[random.below(length)] ^= 1 << random.below(8),
        2 => {
            for _ in 0..=random.below(64) {
                bytes[random.below(length)] = u8::try_from(random.below(256)).unwrap();
            }
        }
        _ => {
            let size = 1 + random.below(200);
            let (from, to) = (random.below(length - size), random.below(length - size));
            bytes.copy_within(from..from + size, to);
        }
    }
}

#[test]
fn damaged_graphs_give_typed_errors() {
    if !runtime() {
        return;
    }
    signalbox_core::silence_panics();
    let mut random = Random(7);
    let mut refusals = 0;
    for (name, file, precision) in [
        ("bert_classifier", GRAPH, Precision::F32),
        ("bert_tokens", "onnx/model_quantized.onnx", Precision::Int8),
    ] {
        let folder = copy(&format!("damaged-{name}"), &fixture(name));
        let whole = fs::read(folder.join(file)).unwrap();
        // Most of a file is weights; damage to the nodes and names before and after them is what matters.
        for round in 0..ROUNDS {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut random);
            fs::write(folder.join(file), bytes).unwrap();
            if let Err(error) = attempt(&folder, precision) {
                refusals += 1;
                let known = [Code::ModelInvalid, Code::Internal].contains(&error.code());
                assert!(known, "{name}, round {round}: {error}");
                let text = error.to_string();
                assert!(
                    !text.contains(env!("CARGO_TARGET_TMPDIR")) && text.lines().count() == 1,
                    "{text}"
                );
            }
        }
    }
    assert!(refusals >= 100, "{refusals} of {} were refused", 2 * ROUNDS);
}

#[test]
fn graphs_that_do_not_fit_are_refused_by_place() {
    if !runtime() {
        return;
    }
    let table = [
        ("unknown_input", "onnx/model.onnx:labels", "another input"),
        ("float_ids", "onnx/model.onnx:input_ids", "another type"),
        (
            "fixed_length",
            "onnx/model.onnx",
            "rows: Some(1), tokens: Some(128)",
        ),
        ("half_output", "onnx/model.onnx:logits", "another type"),
        ("endless", "config.json:id2label", "4 for 2 logits"),
    ];
    for (name, at, received) in table {
        let error = refused(&with_graph(name));
        assert_eq!((error.at(), error.received()), (at, received), "{name}");
    }
    let error = refused(&with_graph("neither"));
    assert!(error.at().starts_with("onnx/model.onnx"), "{error}");
}

#[test]
fn folders_that_lack_something_are_refused_by_place() {
    if !runtime() {
        return;
    }
    for (file, at) in [
        (GRAPH, "model.onnx"),
        ("config.json", "config.json"),
        ("tokenizer.json", "tokenizer.json"),
    ] {
        let folder = copy(
            &format!("lacks-{}", file.replace('/', "-")),
            &fixture("bert_classifier"),
        );
        fs::remove_file(folder.join(file)).unwrap();
        assert_eq!(refused(&folder).at(), at);
    }
    let folder = copy("lacks-int8", &fixture("bert_classifier"));
    let error = open(&folder, Precision::Int8).err().unwrap();
    assert_eq!(
        (error.code(), error.at()),
        (Code::ModelInvalid, "model_quantized.onnx")
    );
}
