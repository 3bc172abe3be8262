//! Building and searching clustered vectors, without Node: `cargo bench -p signalbox-index -- [vectors] [clusters] [noise] [ef…]`.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "a bench with small numbers"
)]

use std::sync::OnceLock;
use std::time::Instant;

use signalbox_index::{Insertion, Query, Settings, VectorIndex};
use signalbox_simd::Kernels;

const DIMENSIONS: usize = 384;
const QUERIES: usize = 500;

struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f32 {
        let (radius, angle) = (
            (-2.0 * (self.next() + 1e-12).ln()).sqrt(),
            self.next() * std::f64::consts::TAU,
        );
        (radius * angle.cos()) as f32
    }
}

fn main() {
    let arguments: Vec<f64> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    let number = |at: usize, usual: f64| arguments.get(at).copied().unwrap_or(usual);
    let (count, clusters, noise) = (
        number(0, 20_000.0) as usize,
        number(1, 200.0) as usize,
        number(2, 0.7) as f32,
    );
    let mut random = Random(7);
    let kernels = Kernels::detect();
    let centres: Vec<f32> = (0..clusters * DIMENSIONS)
        .map(|_| random.normal())
        .collect();
    let mut make = || {
        let centre = (random.next() * clusters as f64) as usize * DIMENSIONS;
        let mut vector: Vec<f32> = centres[centre..centre + DIMENSIONS]
            .iter()
            .map(|value| value + noise * random.normal())
            .collect();
        kernels.normalise(&mut vector);
        vector
    };
    let vectors: Vec<Vec<f32>> = (0..count).map(|_| make()).collect();
    let queries: Vec<Vec<f32>> = (0..QUERIES).map(|_| make()).collect();
    let index = VectorIndex::new(
        Settings::new(DIMENSIONS, 16, 200).expect("in range"),
        kernels,
    );
    let start = cpu_seconds();
    for (at, vector) in vectors.iter().enumerate() {
        let id = at.to_string();
        let insertion = Insertion {
            id: &id,
            vector,
            expires: None,
            metadata: None,
        };
        index.insert(&insertion, 1).expect("a vector");
    }
    let build = cpu_seconds() - start;
    println!(
        "{count} vectors, {clusters} clusters, noise {noise}: built in {build:.1} s of CPU, {:.0} µs each",
        build / count as f64 * 1e6
    );
    let truth: Vec<Vec<usize>> = queries
        .iter()
        .map(|query| exact(&vectors, query, kernels))
        .collect();
    let efs = if arguments.len() > 3 {
        arguments[3..].iter().map(|ef| Some(*ef as usize)).collect()
    } else {
        vec![None, Some(32), Some(64), Some(128), Some(256)]
    };
    for ef in efs {
        report(&index, &queries, &truth, ef);
    }
}

/// CPU time of this thread, where the system tells; wall time elsewhere.
fn cpu_seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds: Option<f64> = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(
        || START.get_or_init(Instant::now).elapsed().as_secs_f64(),
        |value| value / 1e9,
    )
}

fn exact(vectors: &[Vec<f32>], query: &[f32], kernels: Kernels) -> Vec<usize> {
    let mut all: Vec<(f32, usize)> = vectors
        .iter()
        .enumerate()
        .map(|(at, vector)| (kernels.dot(vector, query), at))
        .collect();
    all.select_nth_unstable_by(10, |a, b| b.0.total_cmp(&a.0));
    all.truncate(10);
    all.into_iter().map(|(_, at)| at).collect()
}

fn report(index: &VectorIndex, queries: &[Vec<f32>], truth: &[Vec<usize>], ef: Option<usize>) {
    let (mut times, mut hits) = (Vec::new(), 0);
    for round in 0..3 {
        for (vector, truth) in queries.iter().zip(truth) {
            let start = Instant::now();
            let mut found = Vec::with_capacity(10);
            let query = Query {
                vector,
                k: 10,
                ef,
                filter: None,
            };
            index
                .search(&query, 1, |hit| {
                    found.push(hit.id.parse::<usize>().expect("a number"));
                })
                .expect("a vector");
            times.push(start.elapsed().as_secs_f64() * 1e6);
            if round == 0 {
                hits += truth.iter().filter(|at| found.contains(at)).count();
            }
        }
    }
    times.sort_by(f64::total_cmp);
    println!(
        "ef {ef:?}: recall {:.4}, p50 {:.0} µs, p99 {:.0} µs",
        hits as f64 / (truth.len() * 10) as f64,
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}
