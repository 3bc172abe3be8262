//! Tiny random checkpoints of every shape against transformers, see `models/tiny/make_encoders.py`, on every table of kernels that this CPU runs.

#![expect(clippy::unwrap_used, reason = "tests")]

mod adapters;
mod faults;
mod neighbours;
mod random;
mod threads;

use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use signalbox_encoder::{
    Bert, Config, Encoder, Family, Modern, Precision, Run, Safetensors, Scratch, Tokens,
};
use signalbox_simd::Kernels;

const LENGTHS: [usize; 3] = [1, 17, 300];
const NAMES: [&str; 3] = ["bert_hidden", "modernbert", "modernbert_biased"];
const HIDDEN: usize = 48;
const VOCABULARY: usize = 60;

/// SPEC N4.
const DIFFERENCE: f32 = 1e-3;
const COSINE: f64 = 0.9999;
/// SPEC N8.
const COSINE_INT8: f64 = 0.99;

struct Golden {
    ids: Vec<u32>,
    types: Option<Vec<u8>>,
    hidden: Vec<f32>,
}

fn read(name: &str, file: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../models/tiny")
            .join(name)
            .join(file),
    )
    .unwrap()
}

fn golden(name: &str) -> Vec<Golden> {
    let bytes = read(name, "golden.safetensors");
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let words = |name: String| {
        file.tensor(&name)
            .unwrap()
            .data()
            .as_chunks::<4>()
            .0
            .to_vec()
    };
    let of = |length: usize| Golden {
        ids: words(format!("ids.{length}"))
            .into_iter()
            .map(u32::from_le_bytes)
            .collect(),
        types: file
            .tensor(&format!("types.{length}"))
            .ok()
            .map(|tensor| tensor.data().to_vec()),
        hidden: words(format!("hidden.{length}"))
            .into_iter()
            .map(f32::from_le_bytes)
            .collect(),
    };
    LENGTHS.into_iter().map(of).collect()
}

fn config(name: &str) -> Config {
    let biased = name == "modernbert_biased";
    let (layers, intermediate, positions, norm_epsilon, family) = if name == "bert_hidden" {
        (
            3,
            100,
            300,
            1e-12,
            Family::Bert(Bert {
                types: 2,
                first_position: 0,
            }),
        )
    } else {
        let (global_theta, local_theta) = (160_000.0, 10_000.0);
        let modern = Modern {
            global_theta,
            local_theta,
            global_every: 3,
            reach: 16,
            attention_bias: biased,
            mlp_bias: biased,
            norm_bias: biased,
        };
        (5, 72, 512, 1e-5, Family::Modern(modern))
    };
    Config {
        vocabulary: VOCABULARY,
        hidden: HIDDEN,
        layers,
        heads: 3,
        intermediate,
        positions,
        norm_epsilon,
        family,
        branches: Vec::new(),
    }
}

fn encoder(name: &str, precision: Precision, kernels: Kernels) -> Encoder {
    let bytes = read(name, "model.safetensors");
    Encoder::with_kernels(
        config(name),
        precision,
        &Safetensors::read(&[&bytes]).unwrap(),
        kernels,
    )
    .unwrap()
}

fn encode(encoder: &Encoder, rows: &[&Golden]) -> Vec<f32> {
    let ids: Vec<u32> = rows.iter().flat_map(|row| row.ids.clone()).collect();
    let types: Option<Vec<u8>> = rows
        .iter()
        .map(|row| row.types.clone())
        .collect::<Option<Vec<_>>>()
        .map(|types| types.concat());
    let mut offsets = vec![0];
    for row in rows {
        offsets.push(offsets.last().unwrap() + row.ids.len());
    }
    let tokens = Tokens::new(&ids, &offsets, types.as_deref()).unwrap();
    encoder
        .encode(&tokens, &mut Scratch::default(), Run::alone())
        .unwrap()
        .to_vec()
}

fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let dot = |left: &[f32], right: &[f32]| {
        left.iter()
            .zip(right)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum::<f64>()
    };
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}

fn worst_token(found: &[f32], expected: &[f32]) -> f64 {
    found
        .chunks_exact(HIDDEN)
        .zip(expected.chunks_exact(HIDDEN))
        .map(|(found, expected)| cosine(found, expected))
        .fold(1.0, f64::min)
}

#[test]
fn f32_is_the_reference() {
    for name in NAMES {
        let goldens = golden(name);
        let expected: Vec<f32> = goldens
            .iter()
            .flat_map(|golden| golden.hidden.clone())
            .collect();
        for kernels in Kernels::all() {
            let found = encode(
                &encoder(name, Precision::F32, kernels),
                &goldens.iter().collect::<Vec<_>>(),
            );
            let difference = found
                .iter()
                .zip(&expected)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(
                difference <= DIFFERENCE,
                "{name} on {kernels:?}: difference {difference}"
            );
            assert!(
                worst_token(&found, &expected) >= COSINE,
                "{name} on {kernels:?}"
            );
        }
    }
}

#[test]
fn int8_is_near_the_reference() {
    for name in NAMES {
        let goldens = golden(name);
        let expected: Vec<f32> = goldens
            .iter()
            .flat_map(|golden| golden.hidden.clone())
            .collect();
        for kernels in Kernels::all() {
            let found = encode(
                &encoder(name, Precision::Int8, kernels),
                &goldens.iter().collect::<Vec<_>>(),
            );
            let worst = worst_token(&found, &expected);
            assert!(
                worst >= COSINE_INT8,
                "{name} on {kernels:?}: cosine {worst}"
            );
        }
    }
}
