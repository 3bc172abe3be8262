//! Speed of each kernel at encoder shapes, on every table this CPU runs: `cargo bench -p signalbox-simd -- [scalar|avx2|avx512-vnni|avx512-amx|neon]`.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench with small numbers"
)]

use std::hint::black_box;
use std::time::Instant;

use signalbox_simd::{AttentionSpace, Epilogue, Heads, Kernels, PackedF32, PackedInt8, Quantised};

/// `(depth, outputs)` of MiniLM-L6 and of ModernBERT-base.
const SHAPES: [(usize, usize); 7] = [
    (384, 1152),
    (384, 384),
    (384, 1536),
    (1536, 384),
    (768, 2304),
    (768, 768),
    (1152, 768),
];
const ROWS: [usize; 3] = [16, 64, 128];
const SECONDS: f64 = 0.05;

/// The least time of one call.
fn best(mut run: impl FnMut()) -> f64 {
    let (start, mut best) = (Instant::now(), f64::INFINITY);
    while best.is_infinite() || start.elapsed().as_secs_f64() < SECONDS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed().as_secs_f64());
    }
    best
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count)
        .map(|at| (at * 7919 % 2001) as f32 / 1000.0 - 1.0)
        .collect()
}

fn products(kernels: Kernels) {
    for (depth, outputs) in SHAPES {
        let weight = numbers(outputs * depth);
        let (single, bytes) = (
            PackedF32::new(&weight, None, outputs, depth),
            PackedInt8::new(&weight, None, outputs, depth),
        );
        for rows in ROWS {
            let (left, mut quantised, mut out) = (
                numbers(rows * depth),
                Quantised::default(),
                vec![0.0; rows * outputs],
            );
            let work = 2.0 * (rows * depth * outputs) as f64 / 1e9;
            let f32 =
                best(|| kernels.gemm(&left, rows, &single, Epilogue::Store, black_box(&mut out)));
            let quantise = best(|| kernels.quantise(&left, depth, black_box(&mut quantised)));
            let int8 = best(|| {
                kernels.gemm_int8(&quantised, &bytes, Epilogue::Store, black_box(&mut out));
            });
            println!(
                "{:<12} {rows:>4} × {depth:>4} × {outputs:>4}   f32 {:6.1} GFLOP/s   int8 {:6.1} GOP/s, with quantising {:6.1}",
                kernels.name(),
                work / f32,
                work / int8,
                work / (int8 + quantise)
            );
        }
    }
}

fn rows(kernels: Kernels) {
    for (width, tokens) in [(32, 128), (64, 128), (64, 512)] {
        let (heads, mut space) = (Heads { count: 12, width }, AttentionSpace::default());
        let (qkv, mut out) = (numbers(tokens * 36 * width), vec![0.0; tokens * 12 * width]);
        let whole = best(|| kernels.attention(&qkv, heads, None, &mut space, black_box(&mut out)));
        let near =
            best(|| kernels.attention(&qkv, heads, Some(64), &mut space, black_box(&mut out)));
        println!(
            "{:<12} attention, 12 × {width}, {tokens} tokens: {:.3} ms, reach 64 {:.3} ms",
            kernels.name(),
            whole * 1e3,
            near * 1e3
        );
    }
    let (mut values, ones, zeros) = (numbers(128 * 384), vec![1.0; 384], vec![0.0; 384]);
    let norm = best(|| kernels.layer_norm(black_box(&mut values), &ones, &zeros, 1e-5)) * 1e9
        / values.len() as f64;
    let softmax = best(|| kernels.softmax(black_box(&mut values), 384)) * 1e9 / values.len() as f64;
    let gelu = best(|| kernels.gelu(black_box(&mut values))) * 1e9 / values.len() as f64;
    println!(
        "{:<12} ns a number: norm {norm:.3}, softmax {softmax:.3}, gelu {gelu:.3}",
        kernels.name()
    );
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    for kernels in Kernels::all() {
        if wanted.is_empty() || wanted.iter().any(|word| word == kernels.name()) {
            products(kernels);
            rows(kernels);
        }
    }
}
