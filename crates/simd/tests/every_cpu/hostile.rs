//! NaN, infinities and great numbers: no crash, no hang, and trouble stays in its row.

use signalbox_simd::{
    AttentionSpace, Epilogue, Heads, Kernels, PackedF32, PackedInt8, Quantised, Rotation,
};

use super::Random;

const HOSTILE: [f32; 6] = [
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::MAX,
    f32::MIN,
    1e-44,
];

#[test]
fn products_keep_trouble_in_its_row() {
    let mut random = Random(10);
    let (depth, outputs) = (37, 35);
    let weight = random.vector(outputs * depth);
    for kernels in Kernels::all() {
        for value in HOSTILE {
            let mut left = random.vector(3 * depth);
            left[depth + 5] = value;
            let (mut out, mut quantised) = (vec![0.0; 3 * outputs], Quantised::default());
            kernels.gemm(
                &left,
                3,
                &PackedF32::new(&weight, None, outputs, depth),
                Epilogue::Gelu,
                &mut out,
            );
            assert!(
                out[..outputs]
                    .iter()
                    .chain(&out[2 * outputs..])
                    .all(|value| value.is_finite()),
                "{kernels:?} {value}"
            );
            kernels.quantise(&left, depth, &mut quantised);
            kernels.gemm_int8(
                &quantised,
                &PackedInt8::new(&weight, None, outputs, depth),
                Epilogue::Gelu,
                &mut out,
            );
            assert!(
                out[..outputs]
                    .iter()
                    .chain(&out[2 * outputs..])
                    .all(|value| value.is_finite()),
                "{kernels:?} {value}, int8"
            );
        }
    }
}

#[test]
fn rows_survive() {
    for kernels in Kernels::all() {
        for value in HOSTILE {
            let mut rows = vec![0.5; 40];
            rows[3] = value;
            kernels.layer_norm(&mut rows, &[1.0; 20], &[0.0; 20], 1e-5);
            assert!(
                rows[20..].iter().all(|value| value.is_finite()),
                "{kernels:?} {value}"
            );
            kernels.softmax(&mut rows, 20);
            assert!(
                rows[20..].iter().all(|value| (value - 0.05).abs() < 1e-6),
                "{kernels:?} {value}"
            );
            kernels.rope(&mut rows, 20, 1, &Rotation::new(2, 20, 10_000.0));
            kernels.gelu(&mut rows);
            kernels.normalise(&mut rows);
            let (mut space, mut out) = (AttentionSpace::default(), vec![0.0; 5]);
            let qkv: Vec<f32> = rows[..15].to_vec();
            kernels.attention(
                &qkv,
                Heads { count: 1, width: 1 },
                Some(1),
                &mut space,
                &mut out,
            );
        }
    }
}

#[test]
fn zeros_quantise_to_zeros() {
    for kernels in Kernels::all() {
        let (mut quantised, mut out) = (Quantised::default(), vec![1.0; 2]);
        kernels.quantise(&[0.0; 14], 7, &mut quantised);
        kernels.gemm_int8(
            &quantised,
            &PackedInt8::new(&[1.0; 7], Some(&[0.25]), 1, 7),
            Epilogue::Store,
            &mut out,
        );
        assert!(
            out.iter().all(|value| (value - 0.25).abs() < f32::EPSILON),
            "{kernels:?} {out:?}"
        );
    }
}

/// A product of sizes that wraps must not pass for a small one: the kernels trust the lengths.
#[test]
fn sizes_that_wrap_are_refused() {
    let kernels = Kernels::detect();
    let weight = PackedF32::new(&[1.0; 4], None, 2, 2);
    let refused = |run: &mut dyn FnMut()| {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err()
    };
    assert!(refused(&mut || kernels.gemm(
        &[],
        1 << (usize::BITS - 1),
        &weight,
        Epilogue::Store,
        &mut []
    )));
    let heads = Heads {
        count: 1 << (usize::BITS - 1),
        width: 2,
    };
    assert!(refused(&mut || kernels.attention(
        &[],
        heads,
        None,
        &mut AttentionSpace::default(),
        &mut []
    )));
    assert!(refused(&mut || kernels.rope(
        &mut [0.0; 4],
        4,
        1 << (usize::BITS - 2),
        &Rotation::new(1, 4, 10_000.0)
    )));
}
