//! Two adapters of PEFT over one tiny BERT, each with a classifier of its own, against what PEFT says of them.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use signalbox_base::{Code, Result};
use signalbox_candle::{LoadOptions, Model, load};
use signalbox_core::{Batch, Cancel, Heads, Merge, Pass, Precision, Row};

use crate::rigs::{self, answer, cases, cosine, difference, fixture, row};
use crate::{COSINE_INT8, DIFFERENCE, NEIGHBOURS};

const ADAPTERS: [&str; 2] = ["domain", "guard"];

fn open(precision: Precision) -> Model {
    let folder = |name: &&str| ((*name).to_owned(), fixture("lora/adapters").join(name));
    let options = LoadOptions {
        precision,
        adapters: ADAPTERS.iter().map(folder).collect(),
    };
    load(&fixture("lora"), &options).unwrap()
}

fn place(model: &Model, head: &str) -> usize {
    let heads = &model.backend.describe().heads;
    heads.iter().position(|found| found.name == head).unwrap()
}

/// A row for the base, or for an adapter and the head that came with it.
fn asking(model: &Model, text: &str, pair: Option<&str>, adapter: Option<u16>) -> Row {
    let head = adapter.map_or("classification", |adapter| ADAPTERS[usize::from(adapter)]);
    Row {
        adapter,
        heads: Heads::none().with(place(model, head)),
        ..row(model, text, pair)
    }
}

/// What PEFT says, by case and adapter.
fn expected() -> Vec<[Vec<f32>; 2]> {
    let bytes = fs::read(fixture("lora").join("golden.json")).unwrap();
    let root: Value = serde_json::from_slice(&bytes).unwrap();
    let numbers = |json: &Value| rigs::numbers(json);
    let both = |case: &Value| ADAPTERS.map(|name| numbers(&case["adapters"][name]));
    root.as_array().unwrap().iter().map(both).collect()
}

#[test]
fn each_adapter_answers_as_peft_does() {
    for precision in [Precision::F32, Precision::Int8] {
        let model = open(precision);
        for (case, expected) in cases(&fixture("lora")).iter().zip(expected()) {
            for (adapter, expected) in (0_u16..).zip(&expected) {
                let row = asking(&model, &case.text, case.pair.as_deref(), Some(adapter));
                let answers = rigs::run(&model, &[row]).remove(0);
                let found = answer(&model, &answers, ADAPTERS[usize::from(adapter)]);
                let at = format!("{precision:?}, adapter {adapter}: {:.60}", case.text);
                if precision == Precision::F32 {
                    assert!(difference(found, expected) <= DIFFERENCE, "{at}: {found:?}");
                } else {
                    let near = cosine(found, expected);
                    assert!(near >= COSINE_INT8, "{at}: cosine {near}");
                }
            }
        }
    }
}

#[test]
fn rows_of_one_batch_use_different_adapters() {
    for precision in [Precision::F32, Precision::Int8] {
        let model = open(precision);
        let mut next = [None, Some(0), Some(1), Some(0)].into_iter().cycle();
        let rows: Vec<Row> = cases(&fixture("lora"))
            .iter()
            .map(|case| asking(&model, &case.text, None, next.next().flatten()))
            .collect();
        let together = rigs::run(&model, &rows);
        for (row, together) in rows.iter().zip(&together) {
            let alone = rigs::run(&model, std::slice::from_ref(row)).remove(0);
            assert_eq!((alone.len(), together.len()), (1, 1));
            let apart = difference(&alone[0].values, &together[0].values);
            assert!(apart <= NEIGHBOURS, "{precision:?}: {apart}");
        }
    }
}

#[test]
fn the_base_is_as_it_would_be_without_adapters() {
    let (with, without) = (
        open(Precision::F32),
        rigs::open(&fixture("lora"), Precision::F32).unwrap(),
    );
    for case in cases(&fixture("lora")) {
        let run = |model: &Model| {
            let row = asking(model, &case.text, None, None);
            rigs::run(model, &[row]).remove(0).remove(0).values
        };
        assert_eq!(run(&with), run(&without), "{:.60}", case.text);
    }
}

#[test]
fn adapters_and_their_heads_are_described() {
    let model = open(Precision::F32);
    let about = model.backend.describe();
    assert_eq!(about.adapters, ADAPTERS);
    let heads: Vec<_> = about.heads.iter().map(|head| head.name.as_str()).collect();
    assert_eq!(heads, ["classification", "embedding", "domain", "guard"]);
    assert_eq!(about.heads[2].labels, ["law", "health", "maths"]);
    assert_eq!(about.heads[3].merge, Merge::Max);
    let plain = rigs::open(&fixture("lora"), Precision::F32).unwrap();
    assert!(about.weight_bytes > plain.backend.describe().weight_bytes);
}

#[test]
fn a_head_goes_with_its_own_adapter_alone() {
    let model = open(Precision::F32);
    let cancel = Cancel::default();
    for adapter in [None, Some(1), Some(2)] {
        let row = Row {
            adapter,
            ..asking(&model, "a", None, Some(0))
        };
        let batch = Batch::new(&[row]).unwrap();
        let error = model.backend.run(&batch, Pass::alone(&cancel)).unwrap_err();
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "rows[0]"));
    }
}

fn with(folder: &str, adapters: &[(&str, PathBuf)]) -> Result<Model> {
    let adapters = adapters
        .iter()
        .map(|(name, path)| ((*name).to_owned(), path.clone()));
    let options = LoadOptions {
        precision: Precision::F32,
        adapters: adapters.collect(),
    };
    load(&fixture(folder), &options)
}

#[test]
fn adapters_that_do_not_fit_are_refused_by_name() {
    let (domain, guard) = (
        fixture("lora/adapters/domain"),
        fixture("lora/adapters/guard"),
    );
    let refused = |folder: &str, adapters: &[(&str, PathBuf)]| {
        let error = with(folder, adapters).err().unwrap();
        (error.code(), error.at().to_owned())
    };
    let invalid = |at: &str| (Code::ModelInvalid, at.to_owned());
    let one = |path: &PathBuf| [("one", path.clone())];
    assert_eq!(
        refused("lora", &one(&fixture("nothing"))),
        invalid("adapters.one/adapter_config.json")
    );
    assert_eq!(
        refused("lora", &[("one", domain.clone()), ("one", guard.clone())]),
        invalid("adapters.one")
    );
    assert_eq!(
        refused("lora", &[("", domain.clone())]),
        invalid("adapters.")
    );
    assert_eq!(
        refused("lora", &[("classification", guard.clone())]),
        invalid("adapters.classification")
    );
    let (code, at) = refused("modernbert_classifier", &one(&guard));
    assert!(
        code == Code::ModelInvalid && at.starts_with("adapters.one:"),
        "{at}"
    );
    assert_eq!(
        refused("roberta_tokens", &one(&guard)),
        (Code::CapabilityMissing, "adapters.one".to_owned())
    );
}
