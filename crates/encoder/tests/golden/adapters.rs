//! Low-rank updates against the dense merge `W + B * A`; rows without one are what they are in a model without adapters, to the bit.

use std::collections::BTreeMap;

use signalbox_base::Code;
use signalbox_encoder::{
    Adapter, Config, Encoder, LowRank, Precision, Run, Scratch, Tokens, WeightSource,
};
use signalbox_simd::Kernels;

use super::cosine;
use super::random::{HIDDEN, Random, Weights, bert, modern, sizes};

/// Some layers of each kind, not all: what is missing is not changed.
const BERT: [&str; 6] = [
    "encoder.layer.0.attention.self.query",
    "encoder.layer.0.attention.self.value",
    "encoder.layer.1.attention.self.key",
    "encoder.layer.0.attention.output.dense",
    "encoder.layer.1.intermediate.dense",
    "encoder.layer.1.output.dense",
];
const MODERN: [&str; 4] = [
    "layers.0.attn.Wqkv",
    "layers.1.attn.Wo",
    "layers.1.mlp.Wi",
    "layers.0.mlp.Wo",
];

fn adapter(random: &mut Random, names: &[&str], rank: usize) -> Adapter {
    let update = |name: &&str| {
        let (outputs, depth) = sizes(name);
        let update = LowRank {
            rank,
            a: random.vector(rank * depth, 0.2),
            b: random.vector(rank * outputs, 0.2),
        };
        ((*name).to_owned(), update)
    };
    Adapter {
        name: format!("rank {rank}"),
        updates: names.iter().map(update).collect(),
    }
}

/// The same weights with the adapter in them.
fn merged(config: &Config, adapter: &Adapter) -> Weights {
    let weights = Weights::new(5);
    // Tensors are drawn in the order in which they are first asked for.
    drop(Encoder::new(config.clone(), Precision::F32, &weights));
    for (name, update) in &adapter.updates {
        let (outputs, depth) = sizes(name);
        let mut known = weights.known.borrow_mut();
        let tensor = known.get_mut(&format!("{name}.weight")).expect("a layer");
        for output in 0..outputs {
            for rank in 0..update.rank {
                let factor = update.b[output * update.rank + rank];
                for column in 0..depth {
                    tensor.values[output * depth + column] +=
                        factor * update.a[rank * depth + column];
                }
            }
        }
    }
    weights
}

fn encode(encoder: &Encoder, tokens: &Tokens<'_>, threads: usize) -> Vec<f32> {
    let run = Run {
        threads,
        ..Run::alone()
    };
    encoder
        .encode(tokens, &mut Scratch::default(), run)
        .unwrap()
        .to_vec()
}

fn plain(
    config: &Config,
    precision: Precision,
    weights: &dyn WeightSource,
    kernels: Kernels,
) -> Encoder {
    Encoder::with_kernels(config.clone(), precision, weights, kernels).unwrap()
}

#[test]
fn rows_of_one_batch_go_through_their_own_adapter() {
    let mut random = Random(41);
    let chosen = [None, Some(0), Some(1), Some(1), None, Some(0)];
    for (config, names) in [(bert(), &BERT[..]), (modern(), &MODERN[..])] {
        let adapters = [
            adapter(&mut random, names, 4),
            adapter(&mut random, &names[2..], 1),
        ];
        let (ids, offsets) = random.rows(&[9, 40, 1, 30, 17, 150]);
        let all = Tokens::new(&ids, &offsets, None).unwrap();
        let all = all.with_adapters(&chosen).unwrap();
        for kernels in Kernels::all() {
            for precision in [Precision::F32, Precision::Int8] {
                let encoder = Encoder::with_adapters(
                    config.clone(),
                    precision,
                    &Weights::new(5),
                    &adapters,
                    kernels,
                )
                .unwrap();
                let found = encode(&encoder, &all, 1);
                assert_eq!(
                    found,
                    encode(&encoder, &all, 3),
                    "{kernels:?} on three threads"
                );
                let base = plain(&config, precision, &Weights::new(5), kernels);
                let dense = adapters.each_ref().map(|adapter| {
                    plain(&config, Precision::F32, &merged(&config, adapter), kernels)
                });
                for (row, adapter) in chosen.into_iter().enumerate() {
                    let place = offsets[row]..offsets[row + 1];
                    let bounds = [0, place.len()];
                    let own = Tokens::new(&ids[place.clone()], &bounds, None).unwrap();
                    let found = &found[place.start * HIDDEN..place.end * HIDDEN];
                    let at = format!("{kernels:?} {precision:?} row {row}");
                    let Some(adapter) = adapter else {
                        assert_eq!(found, encode(&base, &own, 1), "{at}");
                        continue;
                    };
                    let expected = encode(&dense[usize::from(adapter)], &own, 1);
                    near(found, &expected, precision, &at);
                    if precision == Precision::F32 {
                        let unchanged = encode(&base, &own, 1);
                        assert!(cosine(found, &unchanged) < 0.9995, "{at} shows no adapter");
                    }
                }
            }
        }
    }
}

fn near(found: &[f32], expected: &[f32], precision: Precision, at: &str) {
    if precision == Precision::Int8 {
        assert!(
            cosine(found, expected) > 0.99,
            "{at}: cosine {}",
            cosine(found, expected)
        );
        return;
    }
    let pairs = found.iter().zip(expected);
    let difference = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference < 1e-4, "{at}: difference {difference}");
}

#[test]
fn faulty_adapters_are_refused_by_layer() {
    let good = || LowRank {
        rank: 1,
        a: vec![0.5; HIDDEN],
        b: vec![0.5; HIDDEN],
    };
    let short = LowRank {
        a: vec![0.5; HIDDEN - 1],
        ..good()
    };
    let none = LowRank { rank: 0, ..good() };
    let infinite = LowRank {
        b: vec![f32::INFINITY; HIDDEN],
        ..good()
    };
    for (name, update) in [
        (BERT[0], short),
        (BERT[0], none),
        (BERT[0], infinite),
        ("encoder.layer.2.attention.self.query", good()),
        ("pooler.dense", good()),
    ] {
        let adapters = [Adapter {
            name: "mine".to_owned(),
            updates: BTreeMap::from([(name.to_owned(), update)]),
        }];
        let loaded = Encoder::with_adapters(
            bert(),
            Precision::F32,
            &Weights::new(5),
            &adapters,
            Kernels::detect(),
        );
        let error = loaded.err().expect("refused");
        assert_eq!(
            (error.code(), error.at()),
            (Code::ModelInvalid, format!("mine:{name}").as_str())
        );
    }
}
