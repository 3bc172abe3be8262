//! What works on one row after another: norms, softmax, rotation, dot.

use signalbox_simd::{Kernels, Rotation};

use super::{Random, close};

const WIDTHS: [usize; 10] = [1, 2, 7, 8, 15, 16, 17, 33, 100, 384];

#[test]
fn layer_norm() {
    let mut random = Random(5);
    for width in WIDTHS {
        let (rows, weight, bias) = (
            random.vector(3 * width),
            random.vector(width),
            random.vector(width),
        );
        let mut expected = Vec::new();
        for row in rows.chunks_exact(width) {
            let mean = row.iter().map(|value| f64::from(*value)).sum::<f64>() / width as f64;
            let variance = row
                .iter()
                .map(|value| (f64::from(*value) - mean).powi(2))
                .sum::<f64>()
                / width as f64;
            let unit = row
                .iter()
                .map(|value| (f64::from(*value) - mean) / (variance + 1e-5).sqrt());
            expected.extend(
                unit.zip(weight.iter().zip(&bias))
                    .map(|(unit, (weight, bias))| {
                        (unit * f64::from(*weight) + f64::from(*bias)) as f32
                    }),
            );
        }
        for kernels in Kernels::all() {
            let (mut place, mut other) = (rows.clone(), vec![0.0; rows.len()]);
            kernels.layer_norm(&mut place, &weight, &bias, 1e-5);
            kernels.layer_norm_to(&rows, &weight, &bias, 1e-5, &mut other);
            close(&place, &expected, 1e-5, &format!("{kernels:?} {width}"));
            assert_eq!(place, other);
        }
    }
}

#[test]
fn softmax() {
    let mut random = Random(6);
    for width in WIDTHS {
        let rows: Vec<f32> = random
            .vector(3 * width)
            .into_iter()
            .map(|value| value * 20.0)
            .collect();
        let mut expected = Vec::new();
        for row in rows.chunks_exact(width) {
            let powers: Vec<f64> = row.iter().map(|value| f64::from(*value).exp()).collect();
            expected.extend(
                powers
                    .iter()
                    .map(|power| (power / powers.iter().sum::<f64>()) as f32),
            );
        }
        for kernels in Kernels::all() {
            let mut found = rows.clone();
            kernels.softmax(&mut found, width);
            close(&found, &expected, 1e-6, &format!("{kernels:?} {width}"));
        }
    }
}

#[test]
fn rope() {
    let mut random = Random(7);
    for (width, heads, spare) in [(2, 1, 0), (8, 3, 4), (10, 2, 0), (34, 1, 1), (64, 2, 64)] {
        let (stride, rotation) = (heads * width + spare, Rotation::new(9, width, 10_000.0));
        let rows = random.vector(9 * stride);
        let mut expected = rows.clone();
        for (position, row) in expected.chunks_exact_mut(stride).enumerate() {
            for head in row[..heads * width].chunks_exact_mut(width) {
                for pair in 0..width / 2 {
                    let (sine, cosine) = (position as f64
                        * 10_000_f64.powf(-2.0 * pair as f64 / width as f64))
                    .sin_cos();
                    let (low, high) = (f64::from(head[pair]), f64::from(head[pair + width / 2]));
                    head[pair] = (low * cosine - high * sine) as f32;
                    head[pair + width / 2] = (high * cosine + low * sine) as f32;
                }
            }
        }
        for kernels in Kernels::all() {
            let mut found = rows.clone();
            kernels.rope(&mut found, stride, heads, &rotation);
            close(&found, &expected, 1e-6, &format!("{kernels:?} {width}"));
            for first in 0..=9 {
                let mut parts = rows.clone();
                let (early, late) = parts.split_at_mut(first * stride);
                kernels.rope(early, stride, heads, &rotation);
                kernels.rope_from(first, late, stride, heads, &rotation);
                assert_eq!(parts, found, "{kernels:?} {width}, from {first}");
            }
        }
    }
}

#[test]
fn dot_and_normalise() {
    let mut random = Random(8);
    for width in WIDTHS {
        let (left, right) = (random.vector(width), random.vector(width));
        let expected: f64 = left
            .iter()
            .zip(&right)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum();
        for kernels in Kernels::all() {
            close(
                &[kernels.dot(&left, &right)],
                &[expected as f32],
                1e-5,
                &format!("{kernels:?} {width}"),
            );
            let mut unit = left.clone();
            kernels.normalise(&mut unit);
            close(&[kernels.dot(&unit, &unit)], &[1.0], 1e-5, "length");
            let mut zero = vec![0.0; width];
            kernels.normalise(&mut zero);
            assert!(
                zero.iter().all(|value| *value == 0.0),
                "a vector without length stays as it is"
            );
        }
    }
}
