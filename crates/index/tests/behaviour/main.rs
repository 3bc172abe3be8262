//! An index as its callers see it: what it finds, what it never finds, what it refuses, and what survives.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "tests with small numbers"
)]

mod churn;
mod kill;
mod search;
mod snapshot;
mod sweep;
mod vectors;

use signalbox_index::{Filter, Insertion, Query, Settings, VectorIndex};
use signalbox_simd::Kernels;

const DIMENSIONS: usize = 48;

fn index() -> VectorIndex {
    let settings = Settings::new(DIMENSIONS, 8, 64).expect("in range");
    VectorIndex::new(settings, Kernels::detect())
}

fn insert(index: &VectorIndex, id: &str, vector: &[f32]) {
    let insertion = Insertion {
        id,
        vector,
        expires: None,
        metadata: None,
    };
    index.insert(&insertion, 0).expect("a good vector");
}

/// Ids and similarities of the `k` nearest.
fn search(
    index: &VectorIndex,
    vector: &[f32],
    k: usize,
    ef: Option<usize>,
    now: u64,
) -> Vec<(String, f32)> {
    found(
        index,
        &Query {
            vector,
            k,
            ef,
            filter: None,
        },
        now,
    )
}

fn filtered(index: &VectorIndex, vector: &[f32], k: usize, filter: &str) -> Vec<(String, f32)> {
    let filter = Filter::parse(filter).expect("a good filter");
    found(
        index,
        &Query {
            vector,
            k,
            ef: None,
            filter: Some(&filter),
        },
        0,
    )
}

fn found(index: &VectorIndex, query: &Query<'_>, now: u64) -> Vec<(String, f32)> {
    let mut hits = Vec::new();
    let count = index
        .search(query, now, |hit| {
            hits.push((hit.id.to_owned(), hit.similarity));
        })
        .expect("a good query");
    assert_eq!(count, hits.len());
    assert!(hits.is_sorted_by(|a, b| a.1 >= b.1), "the best first");
    let mut ids: Vec<&String> = hits.iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), hits.len(), "each once");
    hits
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// The `k` nearest by plain loops in f64.
fn exact<'a>(
    all: impl Iterator<Item = (&'a str, &'a [f32])>,
    query: &[f32],
    k: usize,
) -> Vec<(&'a str, f64)> {
    let mut ranked: Vec<(&str, f64)> = all
        .map(|(id, vector)| (id, cosine(vector, query)))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.truncate(k);
    ranked
}

/// Which part of `exact` was found, by similarity, so that ties count.
fn recall(found: &[(String, f32)], exact: &[(&str, f64)]) -> f64 {
    let Some((_, worst)) = exact.last() else {
        return 1.0;
    };
    let good = found
        .iter()
        .filter(|(_, similarity)| f64::from(*similarity) >= worst - 1e-6)
        .count();
    good.min(exact.len()) as f64 / exact.len() as f64
}
