//! Every table of entry points that this CPU can run, against plain loops and against the scalar one.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "tests with small numbers"
)]

mod attention;
mod distance;
mod hostile;
mod parts;
mod product;
mod rows;

/// Numbers in -1..1, the same every time.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }

    fn vector(&mut self, length: usize) -> Vec<f32> {
        (0..length).map(|_| self.next()).collect()
    }
}

#[track_caller]
fn close(found: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let distance = (found - expected).abs();
        assert!(
            distance <= tolerance * expected.abs().max(1.0),
            "{what}: at {at} {found}, expected {expected}"
        );
    }
}

#[test]
fn the_fastest_comes_last_and_scalar_first() {
    let all = signalbox_simd::Kernels::all();
    assert_eq!(all[0].name(), "scalar");
    assert_eq!(
        all.last().map(signalbox_simd::Kernels::name),
        Some(signalbox_simd::Kernels::detect().name())
    );
}
