//! A tiny random BERT against the reference of `models/tiny/make_bert.py`, and what faulty folders give.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_base::Code;
use signalbox_candle::{load, load_backend, load_tokeniser};
use signalbox_core::{Batch, Cancel, Output, Precision};

/// SPEC N4.
const COSINE: f64 = 0.9999;
const DIFFERENCE: f64 = 1e-3;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tiny/bert")
}

struct Case {
    text: String,
    ids: Vec<u32>,
    embedding: Vec<f64>,
}

fn cases() -> Vec<Case> {
    let root: Value =
        serde_json::from_slice(&fs::read(fixture().join("golden.json")).unwrap()).unwrap();
    let read = |case: &Value| Case {
        text: case["text"].as_str().unwrap().to_owned(),
        ids: case["ids"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| u32::try_from(id.as_u64().unwrap()).unwrap())
            .collect(),
        embedding: case["embedding"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_f64().unwrap())
            .collect(),
    };
    root.as_array().unwrap().iter().map(read).collect()
}

/// A copy of the fixture in a folder of its own, with one file replaced, or taken away.
fn folder(name: &str, file: &str, content: Option<&[u8]>) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&place).unwrap();
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(fixture().join(file), place.join(file)).unwrap();
    }
    match content {
        Some(bytes) => fs::write(place.join(file), bytes).unwrap(),
        None => fs::remove_file(place.join(file)).unwrap(),
    }
    place
}

#[test]
fn texts_become_the_ids_of_the_reference() {
    let tokeniser = load_tokeniser(&fixture()).unwrap();
    for case in cases() {
        assert_eq!(
            tokeniser.encode(&case.text).unwrap(),
            case.ids,
            "{}",
            case.text
        );
    }
}

#[test]
fn embeddings_are_those_of_the_reference_alone_and_together() {
    let encoder = load(&fixture(), Precision::F32).unwrap();
    let cases = cases();
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    let together = encoder.embed(&texts, &Cancel::default()).unwrap();
    for (case, row) in cases.iter().zip(together.rows()) {
        let alone = encoder.embed(&[&case.text], &Cancel::default()).unwrap();
        assert_eq!(
            alone.values, row,
            "a row must not depend on its neighbours: {}",
            case.text
        );
        let product: f64 = row
            .iter()
            .zip(&case.embedding)
            .map(|(a, b)| f64::from(*a) * b)
            .sum();
        let worst = row
            .iter()
            .zip(&case.embedding)
            .map(|(a, b)| (f64::from(*a) - b).abs())
            .fold(0.0, f64::max);
        assert!(
            product >= COSINE && worst <= DIFFERENCE,
            "{}: cosine {product}, difference {worst}",
            case.text
        );
    }
}

#[test]
fn a_cancelled_run_stops() {
    let cancel = Cancel::default();
    cancel.cancel();
    let batch = Batch::new(&[[2, 3]]).unwrap();
    assert_eq!(
        load_backend(&fixture(), Precision::F32)
            .unwrap()
            .run(&batch, &cancel)
            .unwrap_err()
            .code(),
        Code::Cancelled
    );
}

#[test]
fn rows_the_model_cannot_read_are_refused() {
    let backend = load_backend(&fixture(), Precision::F32).unwrap();
    for (row, expected) in [
        (vec![9999], "ids below"),
        (vec![2; 49], "at most 48 tokens"),
    ] {
        let error = backend
            .run(&Batch::new(&[row]).unwrap(), &Cancel::default())
            .unwrap_err();
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "rows[0]"));
        assert!(error.expected().starts_with(expected), "{error}");
    }
    let Output::Hidden(hidden) = backend
        .run(&Batch::new(&[vec![2; 48]]).unwrap(), &Cancel::default())
        .unwrap();
    assert_eq!(hidden.values.len(), 48 * backend.dimensions());
}

#[test]
fn a_missing_or_corrupt_file_is_named() {
    let weights = fs::read(fixture().join("model.safetensors")).unwrap();
    let mut huge_header = weights.clone();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let table: [(&str, &str, Option<&[u8]>); 10] = [
        ("no-config", "config.json", None),
        ("no-weights", "model.safetensors", None),
        ("no-tokeniser", "tokenizer.json", None),
        ("binary-config", "config.json", Some(b"\xff\xfe")),
        (
            "cut-config",
            "config.json",
            Some(b"{\"model_type\": \"bert\""),
        ),
        ("empty-weights", "model.safetensors", Some(b"")),
        (
            "cut-weights",
            "model.safetensors",
            Some(&weights[..weights.len() / 2]),
        ),
        ("huge-header", "model.safetensors", Some(&huge_header)),
        ("empty-tokeniser", "tokenizer.json", Some(b"")),
        ("odd-tokeniser", "tokenizer.json", Some(b"{\"model\": 7}")),
    ];
    for (name, file, content) in table {
        let error = load(&folder(name, file, content), Precision::F32)
            .err()
            .unwrap();
        assert_eq!(
            (error.code(), error.at()),
            (Code::ModelInvalid, file),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let config = fs::read_to_string(fixture().join("config.json"))
        .unwrap()
        .replace("\"intermediate_size\": 64", "\"intermediate_size\": 65");
    let error = load(
        &folder("other-shape", "config.json", Some(config.as_bytes())),
        Precision::F32,
    )
    .err()
    .unwrap();
    assert_eq!(
        error.at(),
        "model.safetensors:encoder.layer.0.intermediate.dense.weight"
    );
    assert_eq!(
        (error.expected(), error.received()),
        ("shape [65, 32]", "shape [64, 32]")
    );
}

#[test]
fn sizes_that_would_fill_the_memory_are_refused_before_anything_is_reserved() {
    let text = fs::read_to_string(fixture().join("config.json")).unwrap();
    let huge = text.replace(
        "\"hidden_size\": 32",
        "\"hidden_size\": 4611686018427387904",
    );
    let error = load(
        &folder("huge", "config.json", Some(huge.as_bytes())),
        Precision::F32,
    )
    .err()
    .unwrap();
    assert_eq!(error.code(), Code::ModelInvalid);
    let many = text.replace(
        "\"num_hidden_layers\": 2",
        "\"num_hidden_layers\": 4611686018427387904",
    );
    let error = load(
        &folder("many", "config.json", Some(many.as_bytes())),
        Precision::F32,
    )
    .err()
    .unwrap();
    assert_eq!(
        error.at(),
        "model.safetensors:encoder.layer.2.attention.self.query.weight"
    );
}

#[test]
fn pooling_follows_the_folder() {
    let place = folder(
        "pooled",
        "config.json",
        Some(&fs::read(fixture().join("config.json")).unwrap()),
    );
    fs::create_dir_all(place.join("1_Pooling")).unwrap();
    let write = |mode: &str| {
        let text = format!("{{\"{mode}\": true}}");
        fs::write(place.join("1_Pooling/config.json"), text).unwrap();
    };
    let embed = || {
        load(&place, Precision::F32).map(|encoder| {
            encoder
                .embed(&["hello world"], &Cancel::default())
                .unwrap()
                .values
        })
    };
    write("pooling_mode_mean_tokens");
    let mean = embed().unwrap();
    write("pooling_mode_cls_token");
    assert_ne!(embed().unwrap(), mean);
    write("pooling_mode_max_tokens");
    assert_eq!(embed().unwrap_err().at(), "1_Pooling/config.json");
}
