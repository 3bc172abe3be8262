//! Fast against slow, kernels against each other, a row alone against the same row among others.

use signalbox_selectors::Selector;
use signalbox_simd::Kernels;

use crate::sample::{Random, artifacts, sealed};
use crate::{TOLERANCE, assert_close, exact};

const SEEDS: u64 = 12;
const ROWS: usize = 5;

#[test]
fn every_kernel_agrees_with_the_reference() {
    for seed in 0..SEEDS {
        for artifact in artifacts(seed) {
            let text = sealed(&artifact);
            for kernels in Kernels::all() {
                let selector = Selector::load_for(&text, kernels).unwrap();
                let inputs = Random(seed ^ 0x5eed).numbers(ROWS * selector.dimensions());
                let expected: Vec<f64> = inputs
                    .chunks(selector.dimensions())
                    .flat_map(|row| exact::score(&artifact, row))
                    .collect();
                let what = format!(
                    "seed {seed}, {} on {}, {}",
                    selector.kind(),
                    kernels.name(),
                    artifact["parameters"]["output"]
                );
                assert_close(&selector.score(&inputs).unwrap(), &expected, &what);
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    for seed in 100..100 + SEEDS {
        for artifact in artifacts(seed) {
            for kernels in Kernels::all() {
                let selector = Selector::load_for(&sealed(&artifact), kernels).unwrap();
                let inputs = Random(seed).numbers(33 * selector.dimensions());
                let together = selector.score(&inputs).unwrap();
                let alone: Vec<f32> = inputs
                    .chunks(selector.dimensions())
                    .flat_map(|row| selector.score(row).unwrap())
                    .collect();
                assert_eq!(
                    together,
                    alone,
                    "seed {seed}, {} on {}",
                    selector.kind(),
                    kernels.name()
                );
            }
        }
    }
}

#[test]
fn blocks_of_a_large_batch_join() {
    let artifact = &artifacts(7)[0];
    let selector = Selector::load(&sealed(artifact)).unwrap();
    let row = Random(7).numbers(selector.dimensions());
    let alone = selector.score(&row).unwrap();
    let rows = 3 * (1 << 20) / selector.dimensions().max(2) + 1;
    let scores = selector.score(&row.repeat(rows)).unwrap();
    assert_eq!(scores.len(), rows * selector.models().len());
    assert!(scores.chunks(alone.len()).all(|scores| scores == alone));
}

/// Of neighbours equally near, the first one stored counts.
#[test]
fn ties_go_to_the_first() {
    let rows = vec![vec![1.0, 0.0]; 40];
    let scores: Vec<Vec<f64>> = (0..40).map(|row| vec![f64::from(row), 1.0]).collect();
    let knn = serde_json::json!({
        "format": 1, "kind": "knn", "models": ["a", "b"], "dimensions": 2,
        "parameters": { "k": 2, "weighting": "uniform", "embeddings": rows, "scores": scores },
    });
    let kmeans = serde_json::json!({
        "format": 1, "kind": "kmeans", "models": ["a", "b"], "dimensions": 2,
        "parameters": { "assignment": "hard", "centroids": rows, "scores": scores },
    });
    for kernels in Kernels::all() {
        for (artifact, expected) in [(&knn, [0.5, 1.0]), (&kmeans, [0.0, 1.0])] {
            let selector = Selector::load_for(&sealed(artifact), kernels).unwrap();
            assert_close(
                &selector.score(&[3.0, 1.0]).unwrap(),
                &expected,
                kernels.name(),
            );
        }
    }
}

/// Points far from the origin and near each other: the plain formula in f32 would lose all digits.
#[test]
fn distances_far_from_the_origin_keep_their_digits() {
    let mut random = Random(3);
    let far = |random: &mut Random| -> Vec<f32> {
        random
            .numbers(16)
            .iter()
            .map(|value| 4096.0 + value)
            .collect()
    };
    let centroids: Vec<Vec<f32>> = (0..20).map(|_| far(&mut random)).collect();
    let scores: Vec<Vec<f32>> = (0..20).map(|_| random.numbers(3)).collect();
    let artifact = serde_json::json!({
        "format": 1, "kind": "kmeans", "models": ["a", "b", "c"], "dimensions": 16,
        "parameters": { "assignment": "soft", "temperature": 1.0, "centroids": centroids, "scores": scores },
    });
    for kernels in Kernels::all() {
        let selector = Selector::load_for(&sealed(&artifact), kernels).unwrap();
        let row = far(&mut random);
        let (found, expected) = (selector.score(&row).unwrap(), exact::score(&artifact, &row));
        // What f32 itself cannot tell apart at 4096 is 2^-12; the centre is rounded to that.
        for (found, expected) in found.iter().zip(&expected) {
            assert!(
                (f64::from(*found) - expected).abs() < 100.0 * TOLERANCE,
                "{found} {expected}"
            );
        }
    }
}
