//! Rows of bytes: the same bits on every CPU, exact products, and near the vectors they were rounded from.

use signalbox_simd::{Kernels, ROW_STEP, ROW_ZERO};

use super::{Random, close};

const WIDTHS: [usize; 9] = [1, 3, 16, 63, 64, 65, 100, 384, 1030];

fn row(kernels: Kernels, vector: &[f32]) -> (Vec<u8>, f32) {
    let mut row = vec![7; vector.len().next_multiple_of(ROW_STEP)];
    let scale = kernels.quantise_row(vector, &mut row);
    (row, scale)
}

fn signed(row: &[u8]) -> Vec<i8> {
    row.iter().map(|byte| (byte ^ 0x80).cast_signed()).collect()
}

#[test]
fn rows_have_the_same_bits_on_every_cpu() {
    let mut random = Random(21);
    for width in WIDTHS {
        let vector = random.vector(width);
        let expected = row(Kernels::scalar(), &vector);
        for kernels in Kernels::all() {
            assert_eq!(row(kernels, &vector), expected, "{kernels:?} {width}");
        }
        let (bytes, scale) = expected;
        assert!(bytes[width..].iter().all(|byte| *byte == ROW_ZERO));
        assert!(
            bytes.contains(&1) || bytes.contains(&255),
            "the whole range is used"
        );
        let back: Vec<f32> = signed(&bytes[..width])
            .into_iter()
            .map(|byte| f32::from(byte) * scale)
            .collect();
        close(&back, &vector, 0.51 * scale, "rounded back");
    }
}

#[test]
fn products_are_exact() {
    let mut random = Random(22);
    for width in WIDTHS {
        let length = width.next_multiple_of(ROW_STEP);
        for count in [0, 1, 3, 4, 5, 11, 32, 50] {
            let query = signed(&row(Kernels::scalar(), &random.vector(width)).0);
            let rows: Vec<Vec<u8>> = (0..count)
                .map(|_| row(Kernels::scalar(), &random.vector(width)).0)
                .collect();
            let expected: Vec<f32> = rows
                .iter()
                .map(|row| {
                    let sum: i32 = signed(row)
                        .iter()
                        .zip(&query)
                        .map(|(a, b)| i32::from(*a) * i32::from(*b))
                        .sum();
                    sum as f32
                })
                .collect();
            let slices: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            for kernels in Kernels::all() {
                let mut out = vec![0.0; count];
                kernels.dot_rows(&query, &slices, &mut out);
                assert_eq!(out, expected, "{kernels:?} {count} × {width}");
                out.fill(0.0);
                kernels.scan_rows(&query, &rows.concat(), &mut out);
                assert_eq!(out, expected, "{kernels:?} {count} × {width}, scan");
                assert_eq!(query.len(), length);
            }
        }
    }
}

#[test]
fn the_ends_of_the_range_do_not_overflow() {
    let length = 1 << 14;
    for kernels in Kernels::all() {
        for (byte, value) in [(0_u8, -128.0), (255, 127.0), (1, -127.0)] {
            for query in [-128_i8, -127, 127] {
                let mut out = [0.0];
                kernels.dot_rows(&vec![query; length], &[&vec![byte; length]], &mut out);
                let expected = f64::from(query) * value * length as f64;
                assert!(
                    (f64::from(out[0]) - expected).abs() <= expected.abs() * 1e-6,
                    "{kernels:?} {byte} × {query}: {} is not {expected}",
                    out[0]
                );
            }
        }
    }
}

#[test]
fn zeros_and_hostile_vectors_give_rows() {
    for kernels in Kernels::all() {
        for value in [0.0, 1e-45, f32::NAN, f32::INFINITY, f32::MAX] {
            let mut vector = vec![0.0; 70];
            vector[3] = value;
            let (bytes, scale) = row(kernels, &vector);
            assert_eq!(bytes.len(), 128, "{kernels:?} {value} {scale}");
        }
        assert_eq!(row(kernels, &[0.0; 5]), (vec![ROW_ZERO; 64], 0.0));
    }
}

#[test]
fn lengths_that_do_not_fit_are_refused() {
    let kernels = Kernels::detect();
    let refused = |run: &mut dyn FnMut()| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err()
    };
    assert!(refused(&mut || {
        kernels.quantise_row(&[1.0; 65], &mut [0; 64]);
    }));
    assert!(refused(&mut || {
        kernels.quantise_row(&[1.0; 5], &mut [0; 63]);
    }));
    assert!(refused(&mut || kernels.dot_rows(
        &[1; 64],
        &[&[1; 128]],
        &mut [0.0]
    )));
    assert!(refused(&mut || kernels.dot_rows(
        &[1; 63],
        &[&[1; 63]],
        &mut [0.0]
    )));
    assert!(refused(&mut || kernels.dot_rows(
        &[1; 64],
        &[&[1; 64]],
        &mut []
    )));
    assert!(refused(&mut || kernels.scan_rows(
        &[1; 64],
        &[1; 64],
        &mut [0.0; 2]
    )));
    assert!(refused(&mut || kernels.scan_rows(&[], &[], &mut [0.0; 2])));
}
