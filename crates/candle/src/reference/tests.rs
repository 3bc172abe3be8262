//! The fused encoder against candle's forward, and candle's forward where the fused encoder does not go.

use std::fs;
use std::path::{Path, PathBuf};

use signalbox_core::{Batch, Cancel, Heads, Pass, Precision, Row};
use signalbox_encoder::Config;

use super::bert::Bert;
use crate::activation::Activation;
use crate::folder::Folder;
use crate::fused::Fused;
use crate::keys::Keys;
use crate::load::{LoadOptions, load};
use crate::trunk::Trunk;
use crate::weights::Weights;

/// SPEC N4.
const DIFFERENCE: f32 = 1e-3;
const COSINE: f64 = 0.9999;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

/// Folders of BERT's shape, and where their positions begin.
const FIXTURES: [(&str, usize); 4] = [
    ("bert", 0),
    ("bert_classifier", 0),
    ("xlm_roberta", 2),
    ("xlm_roberta_classifier", 2),
];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models/tiny")
        .join(name)
}

struct Pair {
    reference: Bert,
    fused: Fused,
    config: Config,
}

fn pair((name, first): (&str, usize), precision: Precision) -> Pair {
    let folder = Folder::new(&fixture(name));
    let json = folder.json("config.json").expect("a configuration");
    let keys = Keys::new("config.json", &json).expect("an object");
    let config = crate::bert::config(&keys, first).expect("a good configuration");
    let weights = Weights::open(&folder).expect("weights");
    let source = weights
        .under(&["embeddings.word_embeddings.weight"])
        .expect("a trunk");
    Pair {
        reference: Bert::load(config.clone(), Activation::Gelu, &source).expect("a model"),
        fused: Fused::load(config.clone(), precision, &source, &[]).expect("a model"),
        config,
    }
}

/// Rows of the given lengths, of ids that go round the vocabulary; every other row has types.
fn rows(config: &Config, lengths: impl IntoIterator<Item = usize>) -> Vec<Row> {
    let vocabulary = u32::try_from(config.vocabulary).expect("a small vocabulary");
    let mut next = 1;
    let mut id = move || {
        next = (next * 13 + 5) % vocabulary;
        next
    };
    let row = |(number, length): (usize, usize)| Row {
        ids: std::iter::repeat_with(&mut id).take(length).collect(),
        types: if number % 2 == 1 {
            (0..length).map(|at| u8::from(at > length / 2)).collect()
        } else {
            Vec::new()
        },
        ..Row::default()
    };
    lengths.into_iter().enumerate().map(row).collect()
}

fn hidden(trunk: &dyn Trunk, rows: &[Row]) -> Vec<f32> {
    let batch = Batch::new(rows).expect("rows with tokens");
    let mut all = Vec::new();
    let cancel = Cancel::default();
    trunk
        .run(&batch, Pass::alone(&cancel), &mut |_, states| {
            all.extend_from_slice(states);
            Ok(())
        })
        .expect("hidden states");
    all
}

fn difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    let apart = left.iter().zip(right).map(|(a, b)| (a - b).abs());
    apart.fold(0.0, f32::max)
}

/// The least cosine of any token.
fn cosine(left: &[f32], right: &[f32], width: usize) -> f64 {
    let dot = |left: &[f32], right: &[f32]| -> f64 {
        let products = left.iter().zip(right).map(|(a, b)| f64::from(a * b));
        products.sum()
    };
    let tokens = left.chunks_exact(width).zip(right.chunks_exact(width));
    tokens
        .map(|(a, b)| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt())
        .fold(1.0, f64::min)
}

#[test]
fn fused_is_the_reference_at_every_length() {
    for fixture in FIXTURES {
        let Pair {
            reference,
            fused,
            config,
        } = pair(fixture, Precision::F32);
        let lengths = [1, 2, 3, 7, 16, 17, 31, 32, 47, 48, 300, 320];
        let fitting = lengths
            .iter()
            .copied()
            .filter(|length| *length <= config.positions);
        let rows = rows(&config, fitting);
        for (row, length) in rows.iter().zip(lengths) {
            let row = std::slice::from_ref(row);
            let (found, expected) = (hidden(&fused, row), hidden(&reference, row));
            let worst = difference(&found, &expected);
            let least = cosine(&found, &expected, config.hidden);
            assert!(
                worst <= DIFFERENCE && least >= COSINE,
                "{fixture:?}, {length} tokens: difference {worst}, cosine {least}"
            );
        }
    }
}

#[test]
fn int8_is_near_the_reference() {
    for fixture in FIXTURES {
        let Pair {
            reference,
            fused,
            config,
        } = pair(fixture, Precision::Int8);
        let rows = rows(&config, [1, 5, 20, 48]);
        let (found, expected) = (hidden(&fused, &rows), hidden(&reference, &rows));
        let least = cosine(&found, &expected, config.hidden);
        assert!(least >= COSINE_INT8, "{fixture:?}: cosine {least}");
        assert!(fused.weight_bytes() < reference.weight_bytes());
    }
}

#[test]
fn a_row_is_the_same_alone_in_a_batch_and_across_passes() {
    for precision in [Precision::F32, Precision::Int8] {
        let Pair { fused, config, .. } = pair(FIXTURES[0], precision);
        for count in [32, 200] {
            let rows = rows(&config, (0..count).map(|row| 1 + (row * 29) % 48));
            let together = hidden(&fused, &rows);
            let alone: Vec<f32> = rows
                .iter()
                .flat_map(|row| hidden(&fused, std::slice::from_ref(row)))
                .collect();
            let worst = difference(&together, &alone);
            assert!(worst <= NEIGHBOURS, "{precision:?}, {count} rows: {worst}");
        }
    }
}

#[test]
fn a_faulty_row_is_named_by_its_place_in_the_whole_batch() {
    let Pair {
        fused,
        reference,
        config,
    } = pair(FIXTURES[0], Precision::F32);
    let mut rows = rows(&config, std::iter::repeat_n(48, 100));
    rows[77].ids[3] = u32::MAX;
    let batch = Batch::new(&rows).expect("rows with tokens");
    let cancel = Cancel::default();
    for trunk in [&fused as &dyn Trunk, &reference] {
        let run = trunk.run(&batch, Pass::alone(&cancel), &mut |_, _| Ok(()));
        assert_eq!(run.expect_err("an id").at(), "rows[77]");
    }
}

#[test]
fn weights_take_as_many_bytes_in_either_forward() {
    let Pair {
        reference, fused, ..
    } = pair(FIXTURES[0], Precision::F32);
    assert_eq!(reference.weight_bytes(), fused.weight_bytes());
}

#[test]
fn another_activation_runs_on_candle_and_only_in_f32() {
    let folder = std::env::temp_dir().join(format!("signalbox-relu-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    for file in ["config.json", "model.safetensors", "tokenizer.json"] {
        fs::copy(fixture("bert").join(file), folder.join(file)).expect("a copy");
    }
    let text = fs::read_to_string(folder.join("config.json")).expect("a configuration");
    assert!(
        text.contains("\"gelu\""),
        "the fixture names its activation"
    );
    let relu = text.replace("\"gelu\"", "\"relu\"");
    fs::write(folder.join("config.json"), relu).expect("a file");
    let model = load(&folder, &LoadOptions::default());
    let int8 = LoadOptions {
        precision: Precision::Int8,
        ..LoadOptions::default()
    };
    let refused = load(&folder, &int8).err().expect("a refusal");
    fs::remove_dir_all(&folder).expect("our own folder");
    let batch = Batch::of(&[vec![5, 7, 9]], Heads::none().with(0)).expect("a row");
    let cancel = Cancel::default();
    let run = |model: crate::Model| model.backend.run(&batch, Pass::alone(&cancel));
    let found = run(model.expect("a model")).expect("an answer");
    let gelu = load(&fixture("bert"), &LoadOptions::default()).expect("a model");
    let gelu = run(gelu).expect("an answer");
    assert!(
        difference(&found[0][0].values, &gelu[0][0].values) > DIFFERENCE,
        "relu is not gelu"
    );
    assert_eq!(refused.code(), signalbox_base::Code::CapabilityMissing);
}
