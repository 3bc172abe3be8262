//! Attention, whole and with a reach, against plain loops in f64.

use signalbox_simd::{AttentionSpace, Heads, Kernels, MatrixMut};

use super::{Random, close};

fn reference(qkv: &[f32], heads: Heads, reach: usize) -> Vec<f32> {
    let hidden = heads.count * heads.width;
    let tokens = qkv.len() / (3 * hidden);
    let at = |token: usize, part: usize, head: usize, column: usize| {
        f64::from(qkv[token * 3 * hidden + part * hidden + head * heads.width + column])
    };
    let mut out = vec![0.0; tokens * hidden];
    for head in 0..heads.count {
        for token in 0..tokens {
            let seen: Vec<usize> = (0..tokens)
                .filter(|other| other.abs_diff(token) <= reach)
                .collect();
            let score = |other: usize| {
                (0..heads.width)
                    .map(|column| at(token, 0, head, column) * at(other, 1, head, column))
                    .sum::<f64>()
            };
            let weights: Vec<f64> = seen.iter().map(|other| score(*other).exp()).collect();
            for column in 0..heads.width {
                let sum: f64 = seen
                    .iter()
                    .zip(&weights)
                    .map(|(other, weight)| weight * at(*other, 2, head, column))
                    .sum();
                out[token * hidden + head * heads.width + column] =
                    (sum / weights.iter().sum::<f64>()) as f32;
            }
        }
    }
    out
}

/// One head after the other, each to its own columns.
fn by_heads(kernels: Kernels, qkv: &[f32], heads: Heads, reach: Option<usize>) -> Vec<f32> {
    let mut out = vec![0.0; qkv.len() / 3];
    let mut rest = MatrixMut::new(&mut out, heads.count * heads.width);
    let mut space = AttentionSpace::default();
    for head in 0..heads.count {
        let (part, others) = rest.split_columns(heads.width);
        kernels.attention_part(qkv, heads, head..head + 1, reach, &mut space, part);
        rest = others;
    }
    out
}

#[test]
fn equals_plain_loops() {
    let mut random = Random(9);
    let mut space = AttentionSpace::default();
    for (count, width) in [(1, 1), (2, 8), (3, 32), (1, 40), (2, 64)] {
        let heads = Heads { count, width };
        for tokens in [1, 2, 13, 31, 32, 48, 49, 70, 150] {
            let qkv = random.vector(tokens * 3 * count * width);
            for reach in [None, Some(0), Some(1), Some(20), Some(64), Some(usize::MAX)] {
                let expected = reference(&qkv, heads, reach.unwrap_or(usize::MAX));
                for kernels in Kernels::all() {
                    let mut out = vec![0.0; tokens * count * width];
                    kernels.attention(&qkv, heads, reach, &mut space, &mut out);
                    close(
                        &out,
                        &expected,
                        1e-5,
                        &format!("{kernels:?} {heads:?} {tokens} tokens, reach {reach:?}"),
                    );
                    assert_eq!(
                        by_heads(kernels, &qkv, heads, reach),
                        out,
                        "{kernels:?} {heads:?}"
                    );
                }
            }
        }
    }
}
