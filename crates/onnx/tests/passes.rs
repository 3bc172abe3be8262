//! Passes that run at once, that are given up, and that ask for what is not there.

#![expect(clippy::unwrap_used, reason = "tests")]

mod rigs;

use std::fs;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use rigs::{Random, cases, copy, difference, fixture, open, root, row, run, runtime};
use signalbox_base::Code;
use signalbox_core::{Batch, Cancel, Heads, Pass, Precision, Row};
use signalbox_onnx::{LoadOptions, Model, load};

const GRAPH: &str = "onnx/model.onnx";
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

fn with_graph(name: &str, label_count: usize) -> Model {
    let folder = copy(&format!("pass-{name}"), &fixture("bert_classifier"));
    let graph = root().join(format!("crates/onnx/tests/graphs/{name}.onnx"));
    fs::copy(graph, folder.join(GRAPH)).unwrap();
    let text = fs::read_to_string(folder.join("config.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    let labels = (0..label_count).map(|id| (id.to_string(), format!("L{id}").into()));
    config["id2label"] = serde_json::Value::Object(labels.collect());
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    open(&folder, Precision::F32).unwrap()
}

fn rows_of(model: &Model, folder: &str) -> Vec<Row> {
    let cases = cases(&fixture(folder));
    cases
        .iter()
        .map(|case| row(model, &case.text, case.pair.as_deref()))
        .collect()
}

#[test]
fn passes_at_once_answer_as_one_alone() {
    if !runtime() {
        return;
    }
    for passes in [None, Some(8)] {
        let options = LoadOptions {
            passes,
            ..LoadOptions::default()
        };
        let model = load(&fixture("modernbert_classifier"), &options).unwrap();
        let rows = rows_of(&model, "modernbert_classifier");
        let alone = run(&model, &rows);
        let together = Barrier::new(8);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..3 {
                        for (expected, found) in alone.iter().zip(run(&model, &rows)) {
                            for (expected, found) in expected.iter().zip(found) {
                                assert!(difference(&expected.values, &found.values) <= NEIGHBOURS);
                            }
                        }
                    }
                });
            }
        });
    }
}

#[test]
fn several_threads_answer_as_one() {
    if !runtime() {
        return;
    }
    let model = open(&fixture("bert_classifier"), Precision::F32).unwrap();
    let rows = rows_of(&model, "bert_classifier");
    let (batch, cancel) = (Batch::new(&rows).unwrap(), Cancel::default());
    let alone = run(&model, &rows);
    for threads in [2, 1, 3] {
        let several = model
            .backend
            .run(
                &batch,
                Pass {
                    cancel: &cancel,
                    threads,
                },
            )
            .unwrap();
        for (one, other) in alone.iter().flatten().zip(several.iter().flatten()) {
            assert!(
                difference(&one.values, &other.values) <= NEIGHBOURS,
                "{threads} threads"
            );
        }
    }
}

#[test]
fn a_pass_that_never_ends_is_given_up() {
    if !runtime() {
        return;
    }
    let model = with_graph("endless", 2);
    let heads: Heads = [0].into_iter().collect();
    let batch = Batch::of(&[[2_u32; 9]], heads).unwrap();
    let cancel = Cancel::default();
    let late = cancel.by(Instant::now() + Duration::from_millis(50));
    let error = model.backend.run(&batch, Pass::alone(&late)).unwrap_err();
    assert_eq!(error.code(), Code::DeadlineExceeded);
    thread::scope(|scope| {
        let pass = scope.spawn(|| model.backend.run(&batch, Pass::alone(&cancel)));
        cancel.cancel();
        assert_eq!(pass.join().unwrap().unwrap_err().code(), Code::Cancelled);
    });
    // The session that was ended serves the next pass.
    let short = Batch::of(&[[2_u32; 3]], heads).unwrap();
    let answers = model
        .backend
        .run(&short, Pass::alone(&Cancel::default()))
        .unwrap();
    assert_eq!(answers[0][0].values, [6.0, 6.0]);
}

#[test]
fn inputs_are_fed_by_their_names_and_types() {
    if !runtime() {
        return;
    }
    for name in ["wide", "narrow"] {
        let model = with_graph(name, 4);
        let heads: Heads = [0].into_iter().collect();
        let row = Row {
            ids: vec![4, 5, 6],
            types: vec![0, 1, 1],
            heads,
            ..Row::default()
        };
        let answers = run(&model, &[row]);
        assert_eq!(answers[0][0].values, [15.0, 3.0, 2.0, 3.0], "{name}");
    }
}

#[test]
fn rows_that_the_model_cannot_read_are_named() {
    if !runtime() {
        return;
    }
    let model = open(&fixture("bert"), Precision::F32).unwrap();
    let heads: Heads = [0].into_iter().collect();
    let good = Row {
        ids: vec![2, 3],
        heads,
        ..Row::default()
    };
    let table = [
        (
            Row {
                ids: vec![1_000_000],
                heads,
                ..Row::default()
            },
            "1000000",
        ),
        (
            Row {
                ids: vec![2; 49],
                heads,
                ..Row::default()
            },
            "49 tokens",
        ),
        (
            Row {
                adapter: Some(0),
                ..good.clone()
            },
            "adapter 0",
        ),
    ];
    for (bad, received) in table {
        let batch = Batch::new(&[good.clone(), bad]).unwrap();
        let error = model
            .backend
            .run(&batch, Pass::alone(&Cancel::default()))
            .unwrap_err();
        assert_eq!(
            (error.code(), error.at(), error.received()),
            (Code::InvalidInput, "rows[1]", received)
        );
    }
}

#[test]
fn random_batches_answer_row_for_row() {
    if !runtime() {
        return;
    }
    let model = open(&fixture("multi"), Precision::F32).unwrap();
    let all = rows_of(&model, "multi");
    let count = model.backend.describe().heads.len();
    let mut random = Random(3);
    for _ in 0..20 {
        let rows: Vec<Row> = (0..=random.below(12))
            .map(|_| Row {
                heads: (0..count).filter(|_| random.below(2) == 0).collect(),
                ..all[random.below(all.len())].clone()
            })
            .collect();
        for (row, answers) in rows.iter().zip(run(&model, &rows)) {
            assert!(
                answers
                    .iter()
                    .map(|answer| answer.head)
                    .eq(row.heads.places())
            );
            let alone = run(&model, std::slice::from_ref(row)).remove(0);
            for (one, other) in alone.iter().zip(&answers) {
                assert!(difference(&one.values, &other.values) <= NEIGHBOURS);
            }
        }
    }
}

#[test]
fn a_rewritten_graph_is_kept_and_answers_the_same() {
    if !runtime() {
        return;
    }
    let cache = copy("cache", &fixture("bert")).join("kept");
    fs::create_dir_all(&cache).unwrap();
    let options = LoadOptions {
        cache: Some(cache.clone()),
        ..LoadOptions::default()
    };
    let folder = fixture("bert_classifier");
    let first = load(&folder, &options).unwrap();
    let kept: Vec<_> = fs::read_dir(&cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let second = load(&folder, &options).unwrap();
    let rows = rows_of(&first, "bert_classifier");
    for (one, other) in run(&first, &rows)
        .iter()
        .flatten()
        .zip(run(&second, &rows).iter().flatten())
    {
        assert!(difference(&one.values, &other.values) <= NEIGHBOURS);
    }
    // A graph that was kept and is damaged now is made anew.
    fs::write(&kept[0], b"not a graph").unwrap();
    load(&folder, &options).unwrap();
    assert!(fs::metadata(&kept[0]).unwrap().len() > 1000);
}
