//! The fused encoder against candle's forward, and candle's forward where the fused encoder does not go.

use std::fs;
use std::path::{Path, PathBuf};

use signalbox_core::{Backend, Batch, Cancel, Output, Precision};

use super::bert::{Bert, PROBE, activated};
use super::weights::Weights;
use crate::config::{Activation, Config};
use crate::fused::Fused;

/// SPEC N4.
const DIFFERENCE: f32 = 1e-3;
const COSINE: f64 = 0.9999;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;
/// SPEC N10.
const NEIGHBOURS: f32 = 1e-5;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tiny/bert")
}

fn config() -> Config {
    let text = fs::read_to_string(fixture().join("config.json")).expect("a configuration");
    Config::parse(&text).expect("a good configuration")
}

fn file() -> Vec<u8> {
    fs::read(fixture().join("model.safetensors")).expect("weights")
}

fn reference() -> Bert {
    let file = file();
    let weights = Weights::read(&file, PROBE).expect("a safetensors file");
    Bert::load(config(), &weights).expect("a model")
}

fn fused(precision: Precision) -> Fused {
    Fused::load(config(), precision, &file()).expect("a model")
}

/// Rows of the given lengths, of ids that go round the vocabulary.
fn rows(lengths: impl IntoIterator<Item = usize>) -> Vec<Vec<u32>> {
    let vocabulary = u32::try_from(config().vocabulary).expect("a small vocabulary");
    let mut next = 1;
    let mut id = move || {
        next = (next * 13 + 5) % vocabulary;
        next
    };
    let row = |length| std::iter::repeat_with(&mut id).take(length).collect();
    lengths.into_iter().map(row).collect()
}

fn hidden(backend: &dyn Backend, rows: &[Vec<u32>]) -> Vec<f32> {
    let batch = Batch::new(rows).expect("rows with tokens");
    let Output::Hidden(hidden) = backend
        .run(&batch, &Cancel::default())
        .expect("hidden states");
    hidden.values
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
    let (reference, fused) = (reference(), fused(Precision::F32));
    for length in [1, 2, 3, 7, 16, 17, 31, 32, 47, 48] {
        let rows = rows([length]);
        let (found, expected) = (hidden(&fused, &rows), hidden(&reference, &rows));
        let worst = difference(&found, &expected);
        let least = cosine(&found, &expected, fused.dimensions());
        assert!(
            worst <= DIFFERENCE && least >= COSINE,
            "{length} tokens: difference {worst}, cosine {least}"
        );
    }
}

#[test]
fn int8_is_near_the_reference() {
    let (reference, fused) = (reference(), fused(Precision::Int8));
    let rows = rows([1, 5, 20, 48]);
    let (found, expected) = (hidden(&fused, &rows), hidden(&reference, &rows));
    let least = cosine(&found, &expected, fused.dimensions());
    assert!(least >= COSINE_INT8, "cosine {least}");
}

#[test]
fn a_row_is_the_same_alone_in_a_batch_and_across_passes() {
    for precision in [Precision::F32, Precision::Int8] {
        let fused = fused(precision);
        for count in [32, 200] {
            let rows = rows((0..count).map(|row| 1 + (row * 29) % 48));
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
    let fused = fused(Precision::F32);
    let mut rows = rows(std::iter::repeat_n(48, 100));
    rows[77][3] = u32::MAX;
    let batch = Batch::new(&rows).expect("rows with tokens");
    let error = fused.run(&batch, &Cancel::default()).expect_err("an id");
    assert_eq!(error.at(), "rows[77]");
}

#[test]
fn every_activation_is_the_one_of_its_name() {
    let input = candle_core::Tensor::new(&[-1.0f32, 0.0, 2.0], &candle_core::Device::Cpu)
        .expect("three numbers");
    // From the definitions: x Φ(x); 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))); max(x, 0); x / (1 + e⁻ˣ).
    let table = [
        (Activation::Gelu, [-0.158_655, 0.0, 1.954_5]),
        (Activation::GeluTanh, [-0.158_808, 0.0, 1.954_598]),
        (Activation::Relu, [0.0, 0.0, 2.0]),
        (Activation::Silu, [-0.268_941, 0.0, 1.761_594]),
    ];
    for (activation, expected) in table {
        let output = activated(&input, activation)
            .and_then(|output| output.to_vec1::<f32>())
            .expect("three numbers");
        assert!(
            difference(&output, &expected) < 1e-5,
            "{activation:?}: {output:?}"
        );
    }
}

#[test]
fn another_activation_runs_on_candle_and_only_in_f32() {
    let folder = std::env::temp_dir().join(format!("signalbox-relu-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let text = fs::read_to_string(fixture().join("config.json")).expect("a configuration");
    assert!(
        text.contains("\"gelu\""),
        "the fixture names its activation"
    );
    fs::write(
        folder.join("config.json"),
        text.replace("\"gelu\"", "\"relu\""),
    )
    .expect("a file");
    fs::write(folder.join("model.safetensors"), file()).expect("a file");
    let backend = crate::load_backend(&folder, Precision::F32).expect("a model");
    let refused = crate::load_backend(&folder, Precision::Int8)
        .err()
        .expect("a refusal");
    fs::remove_dir_all(&folder).expect("our own folder");
    let rows = rows([5, 17]);
    let found = hidden(backend.as_ref(), &rows);
    assert!(
        difference(&found, &hidden(&reference(), &rows)) > DIFFERENCE,
        "relu is not gelu"
    );
    assert_eq!(refused.code(), signalbox_base::Code::CapabilityMissing);
}
