//! The matrix products: against f64 sums in f32, and bit for bit in int8.

use signalbox_simd::{Epilogue, Kernels, PackedF32, PackedInt8, Quantised};

use super::{Random, close};

/// `(depth, outputs)` around every edge: of a panel, a register, a group of four, a half panel, a tile of 64 bytes.
const SHAPES: [(usize, usize); 8] = [
    (1, 1),
    (3, 31),
    (4, 32),
    (37, 33),
    (64, 48),
    (65, 17),
    (130, 100),
    (192, 70),
];

/// The erf form in f64, the integral by Simpson's rule.
fn gelu(value: f64) -> f64 {
    let steps = 200;
    let width = value / std::f64::consts::SQRT_2 / f64::from(steps);
    let weigh = |step: i32| {
        if step == 0 || step == steps {
            1.0
        } else {
            f64::from(2 + 2 * (step % 2))
        }
    };
    let sum: f64 = (0..=steps)
        .map(|step| weigh(step) * (-(f64::from(step) * width).powi(2)).exp())
        .sum();
    0.5 * value * (1.0 + sum * width / 3.0 * std::f64::consts::FRAC_2_SQRT_PI)
}

fn product(left: &[f32], weight: &[f32], bias: &[f32], depth: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for row in left.chunks_exact(depth) {
        for (column, bias) in weight.chunks_exact(depth).zip(bias) {
            out.push(
                f64::from(*bias)
                    + row
                        .iter()
                        .zip(column)
                        .map(|(a, b)| f64::from(*a) * f64::from(*b))
                        .sum::<f64>(),
            );
        }
    }
    out
}

fn apply(epilogue: Epilogue, product: &[f64], outputs: usize, old: &[f32]) -> Vec<f32> {
    match epilogue {
        Epilogue::Store => product.iter().map(|value| *value as f32).collect(),
        Epilogue::Gelu => product.iter().map(|value| gelu(*value) as f32).collect(),
        Epilogue::Add => product
            .iter()
            .zip(old)
            .map(|(value, old)| (value + f64::from(*old)) as f32)
            .collect(),
        Epilogue::GeGlu => {
            let gated = product
                .chunks_exact(2 * outputs)
                .flat_map(|row| (0..outputs).map(|at| gelu(row[at]) * row[outputs + at]));
            gated.map(|value| value as f32).collect()
        }
    }
}

#[test]
fn f32_equals_the_sums_in_f64() {
    let mut random = Random(1);
    for (depth, outputs) in SHAPES {
        for epilogue in [
            Epilogue::Store,
            Epilogue::Gelu,
            Epilogue::GeGlu,
            Epilogue::Add,
        ] {
            let columns = if epilogue == Epilogue::GeGlu {
                2 * outputs
            } else {
                outputs
            };
            let (weight, bias) = (random.vector(columns * depth), random.vector(columns));
            let pack = if epilogue == Epilogue::GeGlu {
                PackedF32::gated
            } else {
                PackedF32::new
            };
            let packed = pack(&weight, Some(&bias), outputs, depth);
            for rows in [1, 2, 5, 11, 12, 13, 25, 70] {
                let (left, old) = (random.vector(rows * depth), random.vector(rows * outputs));
                let expected = apply(
                    epilogue,
                    &product(&left, &weight, &bias, depth),
                    outputs,
                    &old,
                );
                for kernels in Kernels::all() {
                    let mut out = old.clone();
                    kernels.gemm(&left, rows, &packed, epilogue, &mut out);
                    close(
                        &out,
                        &expected,
                        2e-5,
                        &format!("{kernels:?} {epilogue:?} {rows} × {depth} × {outputs}"),
                    );
                }
            }
        }
    }
}

#[test]
fn int8_has_the_same_bits_on_every_cpu() {
    let mut random = Random(2);
    for (depth, outputs) in SHAPES {
        let (weight, bias) = (
            random.vector(2 * outputs * depth),
            random.vector(2 * outputs),
        );
        let plain = PackedInt8::new(
            &weight[..outputs * depth],
            Some(&bias[..outputs]),
            outputs,
            depth,
        );
        let gated = PackedInt8::gated(&weight, Some(&bias), outputs, depth);
        for rows in 1..=70 {
            let (left, old) = (random.vector(rows * depth), random.vector(rows * outputs));
            let run = |kernels: Kernels, packed: &PackedInt8, epilogue| {
                let (mut quantised, mut out) = (Quantised::default(), old.clone());
                kernels.quantise(&left, depth, &mut quantised);
                kernels.gemm_int8(&quantised, packed, epilogue, &mut out);
                out
            };
            for kernels in Kernels::all() {
                for epilogue in [Epilogue::Store, Epilogue::Add] {
                    assert_eq!(
                        run(kernels, &plain, epilogue),
                        run(Kernels::scalar(), &plain, epilogue),
                        "{kernels:?} {rows} {depth} {outputs}"
                    );
                }
                close(
                    &run(kernels, &gated, Epilogue::GeGlu),
                    &run(Kernels::scalar(), &gated, Epilogue::GeGlu),
                    1e-5,
                    "gated",
                );
            }
        }
    }
}

#[test]
fn int8_is_near_f32() {
    let mut random = Random(3);
    let (depth, outputs, rows) = (384, 100, 9);
    let (weight, bias, left) = (
        random.vector(outputs * depth),
        random.vector(outputs),
        random.vector(rows * depth),
    );
    let expected = product(&left, &weight, &bias, depth);
    for kernels in Kernels::all() {
        let (mut quantised, mut out) = (Quantised::default(), vec![0.0; rows * outputs]);
        kernels.quantise(&left, depth, &mut quantised);
        kernels.gemm_int8(
            &quantised,
            &PackedInt8::new(&weight, Some(&bias), outputs, depth),
            Epilogue::Store,
            &mut out,
        );
        let error: f64 = out
            .iter()
            .zip(&expected)
            .map(|(a, b)| (f64::from(*a) - b).powi(2))
            .sum();
        let size: f64 = expected.iter().map(|value| value.powi(2)).sum();
        assert!(
            (error / size).sqrt() < 0.01,
            "{kernels:?}: {}",
            (error / size).sqrt()
        );
    }
}

#[test]
fn int8_is_exact_at_the_ends_of_the_range() {
    let depth = 1024;
    let packed = PackedInt8::new(&vec![1.0; depth], None, 1, depth);
    for kernels in Kernels::all() {
        for (value, expected) in [(1.0, 1024.0), (-1.0, -1024.0)] {
            let (mut quantised, mut out) = (Quantised::default(), [0.0]);
            kernels.quantise(&vec![value; depth], depth, &mut quantised);
            kernels.gemm_int8(&quantised, &packed, Epilogue::Store, &mut out);
            close(&out, &[expected], 1e-6, &format!("{kernels:?}"));
        }
    }
}

/// SPEC N10.
#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let mut random = Random(4);
    let (depth, outputs, rows) = (70, 45, 37);
    let (weight, left) = (random.vector(outputs * depth), random.vector(rows * depth));
    let (packed, packed_int8) = (
        PackedF32::new(&weight, None, outputs, depth),
        PackedInt8::new(&weight, None, outputs, depth),
    );
    for kernels in Kernels::all() {
        let run = |left: &[f32]| {
            let (mut quantised, rows) = (Quantised::default(), left.len() / depth);
            let (mut out, mut out_int8) = (vec![0.0; rows * outputs], vec![0.0; rows * outputs]);
            kernels.gemm(left, rows, &packed, Epilogue::Gelu, &mut out);
            kernels.quantise(left, depth, &mut quantised);
            kernels.gemm_int8(&quantised, &packed_int8, Epilogue::Gelu, &mut out_int8);
            (out, out_int8)
        };
        let (together, together_int8) = run(&left);
        for row in 0..rows {
            let (alone, alone_int8) = run(&left[row * depth..(row + 1) * depth]);
            assert_eq!(
                alone,
                together[row * outputs..(row + 1) * outputs],
                "{kernels:?} row {row}"
            );
            assert_eq!(
                alone_int8,
                together_int8[row * outputs..(row + 1) * outputs],
                "{kernels:?} row {row}, int8"
            );
        }
    }
}

#[test]
fn gelu_is_within_a_millionth_of_the_erf_form() {
    let values: Vec<f32> = (-800..=800)
        .map(|step| step as f32 / 100.0)
        .chain([-30.0, 30.0, 1e30, -1e30])
        .collect();
    let expected: Vec<f64> = values
        .iter()
        .map(|value| {
            if value.abs() > 10.0 {
                f64::from(value.max(0.0))
            } else {
                gelu(f64::from(*value))
            }
        })
        .collect();
    for kernels in Kernels::all() {
        let mut found = values.clone();
        kernels.gelu(&mut found);
        for ((value, found), expected) in values.iter().zip(&found).zip(&expected) {
            let rounding = f64::from(value.abs().min(8.0) * f32::EPSILON);
            assert!(
                (f64::from(*found) - expected).abs() <= 1e-6 + rounding,
                "{kernels:?}: gelu({value}) = {found}, expected {expected}"
            );
        }
    }
}
