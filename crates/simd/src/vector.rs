//! Dot product, scaling and length of one vector.

use crate::kernels::Kernels;
use crate::lanes::Lanes;

impl Kernels {
    /// The inner product.
    ///
    /// # Panics
    /// When the lengths differ.
    #[must_use]
    pub fn dot(&self, left: &[f32], right: &[f32]) -> f32 {
        assert_eq!(left.len(), right.len(), "vectors of one length");
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().dot)(left, right) }
    }

    /// Scales a vector to unit length; one without length, or with a length that is not finite, stays as it is.
    pub fn normalise(&self, vector: &mut [f32]) {
        let length = self.dot(vector, vector).sqrt();
        if length > 0.0 && length.is_finite() {
            // SAFETY: `self` proves the features.
            unsafe { (self.table().scale)(vector, 1.0 / length) }
        }
    }

    /// GELU of each value, the erf form, absolute error under 1e-6.
    pub fn gelu(&self, values: &mut [f32]) {
        // SAFETY: `self` proves the features.
        unsafe { (self.table().gelu)(values) }
    }
}

/// # Safety
/// The features of `V`; `right` is as long as `left`.
#[inline(always)]
pub(crate) unsafe fn dot<V: Lanes>(left: &[f32], right: &[f32]) -> f32 {
    let (length, left, right) = (left.len(), left.as_ptr(), right.as_ptr());
    // SAFETY: both pointers are to `length` floats; the caller vouches for the features of `V`.
    unsafe {
        let mut sums = [V::splat(0.0); 4];
        let mut at = 0;
        while at + 4 * V::WIDTH <= length {
            for (part, sum) in sums.iter_mut().enumerate() {
                let here = at + part * V::WIDTH;
                *sum = V::load(left.add(here)).multiply_add(V::load(right.add(here)), *sum);
            }
            at += 4 * V::WIDTH;
        }
        while at + V::WIDTH <= length {
            sums[0] = V::load(left.add(at)).multiply_add(V::load(right.add(at)), sums[0]);
            at += V::WIDTH;
        }
        if at < length {
            let count = length - at;
            sums[1] = V::load_part(left.add(at), count, 0.0)
                .multiply_add(V::load_part(right.add(at), count, 0.0), sums[1]);
        }
        sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum()
    }
}

/// # Safety
/// The features of `V`; `values` has `length` floats.
#[inline(always)]
pub(crate) unsafe fn scale<V: Lanes>(values: *mut f32, length: usize, factor: f32) {
    // SAFETY: the caller's promise.
    unsafe {
        let factor = V::splat(factor);
        let mut at = 0;
        while at + V::WIDTH <= length {
            V::load(values.add(at))
                .multiply(factor)
                .store(values.add(at));
            at += V::WIDTH;
        }
        if at < length {
            V::load_part(values.add(at), length - at, 0.0)
                .multiply(factor)
                .store_part(values.add(at), length - at);
        }
    }
}

/// # Safety
/// The features of `V`.
#[inline(always)]
pub(crate) unsafe fn scale_all<V: Lanes>(values: &mut [f32], factor: f32) {
    // SAFETY: the pointer is to as many floats as the slice has; the caller vouches for the features of `V`.
    unsafe { scale::<V>(values.as_mut_ptr(), values.len(), factor) }
}

/// # Safety
/// The features of `V`.
#[inline(always)]
pub(crate) unsafe fn gelu<V: Lanes>(values: &mut [f32]) {
    let (length, values) = (values.len(), values.as_mut_ptr());
    // SAFETY: the pointer is to `length` floats; the caller vouches for the features of `V`.
    unsafe {
        let mut at = 0;
        while at + V::WIDTH <= length {
            crate::elementary::gelu(V::load(values.add(at))).store(values.add(at));
            at += V::WIDTH;
        }
        if at < length {
            crate::elementary::gelu(V::load_part(values.add(at), length - at, 0.0))
                .store_part(values.add(at), length - at);
        }
    }
}
