//! Adapters of `models/tiny/lora` added to their bases, against PEFT; and what is wrong with faulty ones.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};
use signalbox_core::{Batch, Cancel, Pass};

use super::*;
use crate::load::{LoadOptions, load};

/// Tensors of a faulty file: what stands after the layer's name, and the shape.
type Given<'given> = &'given [(&'given str, [usize; 2])];

const DIFFERENCE: f32 = 1e-3;

fn tiny(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models/tiny")
        .join(name)
}

/// A folder of this test's own; the system's temporary place, since unit tests have none from cargo.
fn place(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("signalbox-peft-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn adapter(name: &str) -> Peft {
    let folder = Folder::new(&tiny("lora").join(name));
    Peft::read(name, &folder).expect("an adapter")
}

/// The base with its weights changed by the adapter: what a row through the adapter must give.
fn merged(base: &str, adapter: &Peft) -> PathBuf {
    let folder = place(&adapter.name);
    for file in ["config.json", "tokenizer.json"] {
        fs::copy(tiny(base).join(file), folder.join(file)).expect("a copy");
    }
    let bytes = fs::read(tiny(base).join("model.safetensors")).expect("a file");
    let tensors = SafeTensors::deserialize(&bytes).expect("tensors");
    let mut used = 0;
    let mut changed = Vec::new();
    for (name, view) in tensors.tensors() {
        let mut values: Vec<f32> = view
            .data()
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        let inner = bare(&name);
        if let Some(update) = inner
            .strip_suffix(".weight")
            .and_then(|layer| adapter.updates.get(layer))
        {
            add(update, &mut values);
            used += 1;
        }
        if let Some(own) = adapter.heads.get(inner) {
            values.clone_from(&own.values);
        }
        let data: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        changed.push((name.clone(), view.shape().to_vec(), data));
    }
    assert_eq!(used, adapter.updates.len(), "every update has its layer");
    let views = changed.iter().map(|(name, shape, data)| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), data).expect("a view"),
        )
    });
    fs::write(
        folder.join("model.safetensors"),
        safetensors::serialize(views, None).expect("a file"),
    )
    .expect("a file");
    folder
}

fn add(update: &LowRank, weight: &mut [f32]) {
    let (rank, depth) = (update.rank, update.a.len() / update.rank);
    for (row, b) in weight
        .chunks_exact_mut(depth)
        .zip(update.b.chunks_exact(rank))
    {
        for (factor, a) in b.iter().zip(update.a.chunks_exact(depth)) {
            row.iter_mut()
                .zip(a)
                .for_each(|(value, a)| *value += factor * a);
        }
    }
}

#[test]
fn a_base_with_its_adapter_added_gives_what_peft_gives() {
    let bytes = fs::read(tiny("lora/golden.json")).expect("goldens");
    let goldens: Value = serde_json::from_slice(&bytes).expect("goldens");
    for base in ["bert_classifier", "modernbert_classifier"] {
        for number in [0, 1] {
            let adapter = adapter(&format!("{base}_{number}"));
            assert_eq!(adapter.heads.is_empty(), number == 0);
            let folder = merged(base, &adapter);
            let model = load(&folder, &LoadOptions::default()).expect("a model");
            fs::remove_dir_all(&folder).expect("our own folder");
            let cases = goldens.as_array().expect("a list").iter();
            for case in cases.filter(|case| case["adapter"] == adapter.name) {
                let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).expect("ids");
                let logits: Vec<f32> =
                    serde_json::from_value(case["logits"].clone()).expect("logits");
                let (batch, cancel) = (
                    Batch::of(&[ids], [0].into_iter().collect()).expect("a row"),
                    Cancel::default(),
                );
                let answers = model
                    .backend
                    .run(&batch, Pass::alone(&cancel))
                    .expect("answers");
                let both = answers[0][0].values.iter().zip(&logits);
                let worst = both.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < DIFFERENCE, "{}: {worst}", adapter.name);
            }
        }
    }
}

#[test]
fn ranks_and_factors_follow_the_configuration() {
    let json = json!({ "peft_type": "LORA", "r": 4, "lora_alpha": 8, "rank_pattern": { "query": 2, "0.query": 3 }, "alpha_pattern": { "query": 6 } });
    let mut factors =
        Factors::read(&Keys::new(CONFIG, &json).expect("an object")).expect("factors");
    let close =
        |found: (usize, f32), rank, factor: f32| found.0 == rank && (found.1 - factor).abs() < 1e-6;
    assert!(close(factors.of("layer.1.value"), 4, 2.0));
    assert!(close(factors.of("layer.1.query"), 2, 3.0));
    assert!(close(factors.of("layer.0.query"), 3, 2.0));
    assert!(close(factors.of("layer.0.subquery"), 4, 2.0));
    factors.rooted = true;
    assert!(close(factors.of("layer.1.value"), 4, 4.0));
}

#[test]
fn faulty_configurations_are_named() {
    let good = json!({ "peft_type": "LORA", "r": 2, "lora_alpha": 8 });
    let table = [
        ("peft_type", json!("IA3")),
        ("peft_type", Value::Null),
        ("r", json!(0)),
        ("r", json!(1_000_000)),
        ("lora_alpha", json!("8")),
        ("use_dora", json!(true)),
        ("fan_in_fan_out", json!(true)),
        ("bias", json!("all")),
        ("layer_replication", json!([[0, 1]])),
        ("rank_pattern", json!({ "layer.*": 3 })),
    ];
    for (key, value) in table {
        let mut json = good.clone();
        json[key] = value;
        let error = Factors::read(&Keys::new(CONFIG, &json).expect("an object"))
            .err()
            .expect(key);
        assert_eq!(error.at(), format!("{CONFIG}:{key}"));
    }
}

#[test]
fn faulty_tensors_are_named() {
    let config = br#"{"peft_type": "LORA", "r": 2, "lora_alpha": 8}"#;
    let layer = "base_model.model.bert.encoder.layer.0.attention.self.query";
    let table: [(Given<'_>, &str); 6] = [
        (&[(".lora_A.weight", [2, 4])], ".lora_B.weight"),
        (&[(".lora_B.weight", [4, 2])], ".lora_A.weight"),
        (
            &[(".lora_A.weight", [3, 4]), (".lora_B.weight", [4, 3])],
            ".lora_A.weight",
        ),
        (
            &[(".lora_A.weight", [2, 4]), (".lora_B.weight", [4, 3])],
            ".lora_B.weight",
        ),
        (
            &[
                (".lora_A.weight", [2, 4]),
                (".lora_B.weight", [4, 2]),
                (".bias", [1, 4]),
            ],
            ".bias",
        ),
        (&[], ":lora_A"),
    ];
    for (number, (given, at)) in table.iter().enumerate() {
        let folder = place(&format!("faulty-{number}"));
        fs::write(folder.join(CONFIG), config).expect("a file");
        let data = [0; 64];
        let views = given.iter().map(|(name, shape)| {
            let bytes = &data[..4 * shape[0] * shape[1]];
            (
                format!("{layer}{name}"),
                TensorView::new(Dtype::F32, shape.to_vec(), bytes).expect("a view"),
            )
        });
        fs::write(
            folder.join(TENSORS),
            safetensors::serialize(views, None).expect("a file"),
        )
        .expect("a file");
        let error = Peft::read("one", &Folder::new(&folder)).expect_err(at);
        fs::remove_dir_all(&folder).expect("our own folder");
        assert!(
            error.at().starts_with(TENSORS) && error.at().ends_with(at),
            "{error}"
        );
    }
    let missing = Peft::read("one", &Folder::new(&place("none"))).expect_err("nothing there");
    assert_eq!(missing.at(), CONFIG);
}
