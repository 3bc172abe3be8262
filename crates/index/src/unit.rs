//! Any vector to unit length, or the reason why it has none.

use signalbox_base::{Result, invalid_input};
use signalbox_simd::Kernels;

/// The vector scaled to unit length.
///
/// # Errors
/// `InvalidInput` for one that is not finite or has no direction.
pub(crate) fn unit(vector: &[f32], kernels: Kernels) -> Result<Vec<f32>> {
    let mut unit = vector.to_vec();
    let mut length = kernels.dot(&unit, &unit);
    if !(1e-12..=1e12).contains(&length) {
        let greatest = unit
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        if !unit.iter().all(|value| value.is_finite()) || greatest == 0.0 {
            let received = if greatest == 0.0 {
                "zeros"
            } else {
                "NaN or infinity"
            };
            return Err(invalid_input(
                "vector",
                "finite numbers, not all of them 0",
                received,
            ));
        }
        // Squares of such numbers leave the range of f32.
        for value in &mut unit {
            *value /= greatest;
        }
        length = kernels.dot(&unit, &unit);
    }
    debug_assert!(length > 0.0);
    kernels.normalise(&mut unit);
    Ok(unit)
}
