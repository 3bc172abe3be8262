//! Products in parts are the whole to the bit; what is added before the epilogue is as if the weight gave it.

use signalbox_simd::{Epilogue, Kernels, MatrixMut, PackedF32, PackedInt8, Quantised};

use super::{Random, close};

const SHAPES: [(usize, usize); 5] = [(1, 1), (37, 33), (64, 96), (65, 17), (30, 130)];
const EPILOGUES: [Epilogue; 4] = [
    Epilogue::Store,
    Epilogue::Gelu,
    Epilogue::GeGlu,
    Epilogue::Add,
];

struct Weight {
    outputs: usize,
    single: PackedF32,
    bytes: PackedInt8,
}

fn weight(random: &mut Random, epilogue: Epilogue, outputs: usize, depth: usize) -> Weight {
    let gated = epilogue == Epilogue::GeGlu;
    let columns = outputs * (1 + usize::from(gated));
    let (values, bias) = (random.vector(columns * depth), random.vector(columns));
    let bias = Some(bias.as_slice());
    let (single, bytes) = if gated {
        (
            PackedF32::gated(&values, bias, outputs, depth),
            PackedInt8::gated(&values, bias, outputs, depth),
        )
    } else {
        (
            PackedF32::new(&values, bias, outputs, depth),
            PackedInt8::new(&values, bias, outputs, depth),
        )
    };
    Weight {
        outputs,
        single,
        bytes,
    }
}

/// Calls `part` for groups of `size` panels, each with its columns of `out`.
fn cut(
    weight: &Weight,
    size: usize,
    out: &mut [f32],
    mut part: impl FnMut(std::ops::Range<usize>, MatrixMut<'_>),
) {
    let mut rest = MatrixMut::new(out, weight.outputs);
    for first in (0..weight.single.panels()).step_by(size) {
        let panels = first..(first + size).min(weight.single.panels());
        let (columns, others) = rest.split_columns(weight.single.outputs_of(&panels));
        part(panels, columns);
        rest = others;
    }
    assert_eq!(rest.columns(), 0);
}

#[test]
fn parts_are_the_whole() {
    let mut random = Random(21);
    for (depth, outputs) in SHAPES {
        for epilogue in EPILOGUES {
            let weight = weight(&mut random, epilogue, outputs, depth);
            for rows in [1, 5, 30] {
                let (left, old) = (random.vector(rows * depth), random.vector(rows * outputs));
                for (kernels, size) in Kernels::all()
                    .into_iter()
                    .flat_map(|one| [(one, 1), (one, 2)])
                {
                    let (mut whole, mut parts) = (old.clone(), old.clone());
                    kernels.gemm(&left, rows, &weight.single, epilogue, &mut whole);
                    cut(&weight, size, &mut parts, |panels, out| {
                        kernels.gemm_part(&left, &weight.single, panels, epilogue, out);
                    });
                    assert_eq!(whole, parts, "{kernels:?} {epilogue:?} f32");
                    let (mut whole, mut parts) = (old.clone(), old.clone());
                    let mut quantised = Quantised::default();
                    kernels.quantise(&left, depth, &mut quantised);
                    kernels.gemm_int8(&quantised, &weight.bytes, epilogue, &mut whole);
                    cut(&weight, size, &mut parts, |panels, out| {
                        kernels.gemm_int8_part(&quantised, &weight.bytes, panels, epilogue, out);
                    });
                    assert_eq!(whole, parts, "{kernels:?} {epilogue:?} int8");
                }
            }
        }
    }
}

/// A bias and an addend are both added before the epilogue: a row with the bias in its addend equals one with the bias in the weight.
#[test]
fn an_addend_is_a_bias_of_each_row() {
    let mut random = Random(22);
    for (depth, outputs) in SHAPES {
        for epilogue in EPILOGUES {
            let gated = epilogue == Epilogue::GeGlu;
            let columns = outputs * (1 + usize::from(gated));
            let (values, low) = (random.vector(columns * depth), random.vector(columns * 3));
            let (dense, bare, bytes) = if gated {
                (
                    PackedF32::gated as fn(&[f32], Option<&[f32]>, usize, usize) -> PackedF32,
                    PackedF32::gated(&values, None, outputs, depth),
                    PackedInt8::gated(&values, None, outputs, depth),
                )
            } else {
                (
                    PackedF32::new as fn(&[f32], Option<&[f32]>, usize, usize) -> PackedF32,
                    PackedF32::new(&values, None, outputs, depth),
                    PackedInt8::new(&values, None, outputs, depth),
                )
            };
            let lanes = PackedF32::in_lanes(&low, outputs, gated, 3);
            assert_eq!(lanes.outputs(), bare.lanes());
            for rows in [1, 5, 30] {
                let (left, old) = (random.vector(rows * depth), random.vector(rows * outputs));
                let point = random.vector(3);
                let bias: Vec<f32> = low
                    .chunks_exact(3)
                    .map(|row| row.iter().zip(&point).map(|(a, b)| a * b).sum())
                    .collect();
                let biased = dense(&values, Some(&bias), outputs, depth);
                for kernels in Kernels::all() {
                    let mut addend = vec![0.0; rows * bare.lanes()];
                    kernels.gemm(
                        &point.repeat(rows),
                        rows,
                        &lanes,
                        Epilogue::Store,
                        &mut addend,
                    );
                    let (mut found, mut expected) = (old.clone(), old.clone());
                    kernels.gemm_added(&left, &bare, &addend, epilogue, &mut found);
                    kernels.gemm(&left, rows, &biased, epilogue, &mut expected);
                    close(
                        &found,
                        &expected,
                        2e-5,
                        &format!("{kernels:?} {epilogue:?} f32"),
                    );
                    let mut quantised = Quantised::default();
                    kernels.quantise(&left, depth, &mut quantised);
                    let mut near = old.clone();
                    kernels.gemm_int8_added(&quantised, &bytes, &addend, epilogue, &mut near);
                    let tolerance = 0.05 * (depth as f32).sqrt();
                    close(
                        &near,
                        &expected,
                        tolerance,
                        &format!("{kernels:?} {epilogue:?} int8"),
                    );
                }
            }
        }
    }
}
