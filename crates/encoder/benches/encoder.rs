//! Time of a whole pass on random weights of true shape: `cargo bench -p signalbox-encoder -- [minilm|modernbert] [f32|int8] [S=128] [B=1] [T=1] [span=400] [rest=0] [kernels]`, the
//! last two in milliseconds: how long a row is measured, and how long it rests between passes.
//!
//! Each row gives the best and the median wall time, the mean time of the calling thread on the CPU (which a busy neighbour does not change), and how fast a
//! product that stays in the first-level cache ran just before: compare rows only where that speed is alike.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a bench")]
#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use std::cell::Cell;
use std::fs;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use signalbox_base::Result;
use signalbox_encoder::{
    Bert, Config, Encoder, Family, Modern, Precision, Run, Scratch, Tensor, Tokens, WeightSource,
};
use signalbox_simd::{Epilogue, Kernels, PackedF32};

const LENGTHS: [usize; 5] = [16, 64, 128, 256, 512];
const BATCHES: [usize; 3] = [1, 8, 32];
const THREADS: [usize; 2] = [1, 2];
/// Milliseconds a row, unless `span=` says otherwise: on a busy machine the best of a long time is worth more.
const SPAN: u64 = 400;
const LEAST: usize = 3;
/// Passes longer than this many tokens say nothing new.
const MOST_TOKENS: usize = 4096;

/// Any tensor that is asked for, from a seed.
struct RandomWeights {
    config: Config,
    seed: Cell<u32>,
}

impl WeightSource for RandomWeights {
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        let shape = self.shape(name);
        let norm = name.to_lowercase().contains("norm") && name.ends_with("weight");
        let (center, spread) = if norm { (1.0, 0.1) } else { (0.0, 0.05) };
        let values = (0..shape.iter().product())
            .map(|_| center + spread * self.next())
            .collect();
        Ok(Some(Tensor { shape, values }))
    }
}

impl RandomWeights {
    fn next(&self) -> f32 {
        self.seed.set(
            self.seed
                .get()
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223),
        );
        (self.seed.get() >> 8) as f32 / 8_388_608.0 - 1.0
    }

    fn shape(&self, name: &str) -> Vec<usize> {
        let Config {
            vocabulary,
            hidden,
            intermediate,
            positions,
            ..
        } = self.config;
        let weight = |outputs, depth| {
            if name.ends_with("bias") {
                vec![outputs]
            } else {
                vec![outputs, depth]
            }
        };
        match name {
            _ if name.contains("orm.") => vec![hidden],
            _ if name.contains("word_emb") || name.contains("tok_emb") => vec![vocabulary, hidden],
            _ if name.contains("position_emb") => vec![positions, hidden],
            _ if name.contains("token_type") => vec![2, hidden],
            _ if name.contains("Wqkv") => weight(3 * hidden, hidden),
            _ if name.contains("mlp.Wi") => weight(2 * intermediate, hidden),
            _ if name.contains("intermediate") => weight(intermediate, hidden),
            _ if name.contains("mlp.Wo")
                || (name.contains(".output.dense") && !name.contains("attention")) =>
            {
                weight(hidden, intermediate)
            }
            _ => weight(hidden, hidden),
        }
    }
}

fn minilm() -> Config {
    let family = Family::Bert(Bert {
        types: 2,
        first_position: 0,
    });
    Config {
        vocabulary: 30_522,
        hidden: 384,
        layers: 6,
        heads: 12,
        intermediate: 1536,
        positions: 512,
        norm_epsilon: 1e-12,
        family,
        branches: Vec::new(),
    }
}

fn modernbert() -> Config {
    let family = Family::Modern(Modern {
        global_theta: 160_000.0,
        local_theta: 10_000.0,
        global_every: 3,
        reach: 64,
        attention_bias: false,
        mlp_bias: false,
        norm_bias: false,
    });
    Config {
        vocabulary: 50_368,
        hidden: 768,
        layers: 22,
        heads: 12,
        intermediate: 1152,
        positions: 8192,
        norm_epsilon: 1e-5,
        family,
        branches: Vec::new(),
    }
}

/// GFLOP/s of a product whose operands stay in the first-level cache.
fn speed(kernels: Kernels) -> f64 {
    let (rows, depth, outputs) = (24, 128, 32);
    let (left, weight, mut out) = (
        vec![0.5; rows * depth],
        PackedF32::new(&vec![0.5; outputs * depth], None, outputs, depth),
        vec![0.0; rows * outputs],
    );
    let mut best = f64::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        (0..100).for_each(|_| {
            kernels.gemm(
                black_box(&left),
                rows,
                &weight,
                Epilogue::Store,
                black_box(&mut out),
            );
        });
        best = best.min(start.elapsed().as_secs_f64());
    }
    100.0 * 2.0 * (rows * depth * outputs) as f64 / best / 1e9
}

/// Seconds that this thread was on a CPU; `None` where the system does not tell.
fn on_cpu() -> Option<f64> {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()?
        .split(' ')
        .next()?
        .parse::<f64>()
        .ok()
        .map(|nanoseconds| nanoseconds / 1e9)
}

/// What follows `word` on the command line.
fn milliseconds(word: &str, otherwise: u64) -> Duration {
    let given = std::env::args().find_map(|argument| argument.strip_prefix(word)?.parse().ok());
    Duration::from_millis(given.unwrap_or(otherwise))
}

fn measure(name: &str, encoder: &Encoder, length: usize, batch: usize, threads: &[usize]) {
    let ids: Vec<u32> = (1000..)
        .take(length * batch)
        .map(|id| id % 20_000)
        .collect();
    let offsets: Vec<usize> = (0..=batch).map(|row| row * length).collect();
    let tokens = Tokens::new(&ids, &offsets, None).expect("a batch");
    let mut scratch = Scratch::default();
    let mut times = vec![Vec::new(); threads.len()];
    let speed = speed(encoder.kernels());
    let mut run = |threads| {
        let run = Run {
            threads,
            ..Run::alone()
        };
        let states = encoder.encode(&tokens, &mut scratch, run);
        assert!(black_box(states.expect("states"))[0].is_finite());
    };
    for threads in threads {
        run(*threads);
    }
    let (span, rest) = (milliseconds("span=", SPAN), milliseconds("rest=", 0));
    let start = Instant::now();
    while times[0].len() < LEAST || start.elapsed() < span {
        for (threads, times) in threads.iter().zip(&mut times) {
            thread::sleep(rest);
            let (start, before) = (Instant::now(), on_cpu());
            run(*threads);
            let wall = start.elapsed().as_secs_f64();
            let cpu = before
                .zip(on_cpu())
                .map_or(f64::NAN, |(before, after)| after - before);
            times.push((wall, cpu));
        }
    }
    let per_text = 1e3 / batch as f64;
    let mut alone = f64::NAN;
    for (threads, mut times) in threads.iter().zip(times) {
        let cpu = times.iter().map(|(_, cpu)| cpu).sum::<f64>() / times.len() as f64 * per_text;
        times.sort_by(|left, right| left.0.total_cmp(&right.0));
        let (best, median) = (times[0].0 * per_text, times[times.len() / 2].0 * per_text);
        if *threads == 1 {
            alone = best;
        }
        println!(
            "{name:<24} S={length:<4} B={batch:<3} T={threads:<2} ms/text: best {best:8.2} ({:4.2}×)  median {median:8.2}  cpu {cpu:8.2}   in cache {speed:5.0} GFLOP/s",
            alone / best
        );
    }
}

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let picks = |words: &[String], word: &str| {
        let kin: Vec<&String> = wanted
            .iter()
            .filter(|wanted| words.contains(wanted))
            .collect();
        kin.is_empty() || kin.iter().any(|wanted| *wanted == word)
    };
    let own = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let lengths = LENGTHS.map(|length| format!("S={length}"));
    let batches = BATCHES.map(|batch| format!("B={batch}"));
    let threads: Vec<usize> = THREADS
        .into_iter()
        .filter(|count| {
            picks(
                &THREADS.map(|count| format!("T={count}")),
                &format!("T={count}"),
            )
        })
        .collect();
    let all = Kernels::all();
    let names: Vec<String> = all
        .iter()
        .map(|kernels| kernels.name().to_owned())
        .collect();
    let chosen = all
        .iter()
        .filter(|kernels| wanted.iter().any(|word| word == kernels.name()))
        .copied()
        .next();
    let sizes: Vec<(usize, usize)> = LENGTHS
        .into_iter()
        .flat_map(|length| BATCHES.map(|batch| (length, batch)))
        .filter(|(length, batch)| {
            picks(&lengths, &format!("S={length}"))
                && picks(&batches, &format!("B={batch}"))
                && length * batch <= MOST_TOKENS
        })
        .collect();
    println!("kernels: {}", names.join(", "));
    for (model, config) in [("minilm", minilm()), ("modernbert", modernbert())] {
        for (word, precision) in [("f32", Precision::F32), ("int8", Precision::Int8)] {
            if !picks(&own(&["minilm", "modernbert"]), model)
                || !picks(&own(&["f32", "int8"]), word)
            {
                continue;
            }
            let weights = RandomWeights {
                config: config.clone(),
                seed: Cell::new(7),
            };
            let kernels = chosen.unwrap_or_else(Kernels::detect);
            let encoder = Encoder::with_kernels(config.clone(), precision, &weights, kernels)
                .expect("an encoder");
            let name = format!("{model} {word} {}", kernels.name());
            for &(length, batch) in &sizes {
                measure(&name, &encoder, length, batch, &threads);
            }
        }
    }
}
