//! Every kind of selector: against scikit-learn, against a slow f64 reference, on every table of kernels, and on hostile artifacts.

#![expect(clippy::unwrap_used, reason = "tests")]

mod agreement;
mod exact;
mod faults;
mod mutations;
mod sample;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_selectors::Selector;
use signalbox_simd::Kernels;

/// What f32 may differ from scikit-learn's f64.
const TOLERANCE: f64 = 1e-5;

/// Every artifact of `models/tiny/selectors` with its kind.
const GOLDEN: [(&str, &str); 12] = [
    ("kmeans_hard", "kmeans"),
    ("kmeans_soft", "kmeans"),
    ("knn_similarity", "knn"),
    ("knn_uniform", "knn"),
    ("mlp_gelu", "mlp"),
    ("mlp_relu", "mlp"),
    ("mlp_sigmoid", "mlp"),
    ("mlp_tanh", "mlp"),
    ("svm_linear", "svm"),
    ("svm_pair", "svm"),
    ("svm_platt", "svm"),
    ("svm_rbf", "svm"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tiny/selectors")
}

fn artifact(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.json"))).unwrap()
}

/// The inputs, one after the other, and the expected scores of `name`.
fn golden(name: &str) -> (Vec<f32>, Vec<f64>) {
    let root: Value = serde_json::from_slice(&artifact("golden")).unwrap();
    let inputs = sample::flat(&root["inputs"]);
    let scores = sample::flat(&root["scores"][name]);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "they were written from f32"
    )]
    (inputs.iter().map(|value| *value as f32).collect(), scores)
}

#[test]
fn scores_are_those_of_scikit_learn() {
    for (name, kind) in GOLDEN {
        let (inputs, expected) = golden(name);
        for kernels in Kernels::all() {
            let selector = Selector::load_for(&artifact(name), kernels).unwrap();
            assert_eq!(
                (selector.kind(), selector.dimensions()),
                (kind, 12),
                "{name}"
            );
            let scores = selector.score(&inputs).unwrap();
            assert_close(&scores, &expected, &format!("{name} on {}", kernels.name()));
        }
    }
}

#[test]
fn every_artifact_of_the_folder_is_tested() {
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "golden")
        .collect();
    names.sort();
    assert_eq!(names, GOLDEN.map(|(name, _)| name));
}

#[test]
fn says_what_it_is() {
    let selector = Selector::load(&artifact("mlp_relu")).unwrap();
    assert_eq!(selector.models(), ["large", "medium", "small-快"]);
    assert_eq!(selector.encoder(), Some("twelve random numbers"));
    assert!(selector.bytes() > 0);
    assert_eq!(
        Selector::load(&artifact("svm_pair")).unwrap().encoder(),
        None
    );
}

fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (f64::from(*found) - expected).abs();
        assert!(
            difference <= TOLERANCE * expected.abs().max(1.0),
            "{what}: number {index} is {found}, not {expected}"
        );
    }
}
