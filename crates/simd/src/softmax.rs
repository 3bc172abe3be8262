//! Softmax of rows.

use crate::elementary::exp;
use crate::kernels::Kernels;
use crate::lanes::Lanes;

impl Kernels {
    /// Each row of `rows`, `[count, width]`, becomes `exp(row - greatest)` over its sum. A row with NaN becomes NaN.
    ///
    /// # Panics
    /// When `rows` is not `[count, width]`.
    pub fn softmax(&self, rows: &mut [f32], width: usize) {
        assert!(
            width > 0 && rows.len().is_multiple_of(width),
            "rows is [count, width]"
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().softmax)(rows, width) }
    }
}

/// # Safety
/// The features of `V`; `rows` is `[count, width]`.
#[inline(always)]
pub(crate) unsafe fn softmax<V: Lanes>(rows: &mut [f32], width: usize) {
    for row in rows.chunks_exact_mut(width) {
        // SAFETY: the row has `width` floats; the caller vouches for the features of `V`.
        unsafe {
            let sum = exponentials::<V>(row.as_mut_ptr(), width);
            crate::vector::scale::<V>(row.as_mut_ptr(), width, 1.0 / sum);
        }
    }
}

/// Turns values into `exp(value - greatest)` and returns their sum.
///
/// # Safety
/// The features of `V`; `values` has `width` floats.
#[inline(always)]
pub(crate) unsafe fn exponentials<V: Lanes>(values: *mut f32, width: usize) -> f32 {
    // SAFETY: the caller's promise; the last part touches only what is left of `width`.
    unsafe {
        let greatest = V::splat(greatest::<V>(values, width));
        let mut sum = V::splat(0.0);
        let mut column = 0;
        while column + V::WIDTH <= width {
            let power = exp(V::load(values.add(column)).subtract(greatest));
            power.store(values.add(column));
            sum = sum.add(power);
            column += V::WIDTH;
        }
        if column < width {
            let count = width - column;
            exp(V::load_part(values.add(column), count, 0.0).subtract(greatest))
                .store_part(values.add(column), count);
            sum = sum.add(V::load_part(values.add(column), count, 0.0));
        }
        sum.sum()
    }
}

#[inline(always)]
unsafe fn greatest<V: Lanes>(values: *const f32, width: usize) -> f32 {
    // SAFETY: the caller gives `width` floats and the features of `V`.
    unsafe {
        let mut greatest = V::splat(f32::MIN);
        let mut column = 0;
        while column + V::WIDTH <= width {
            greatest = greatest.greater(V::load(values.add(column)));
            column += V::WIDTH;
        }
        if column < width {
            greatest = greatest.greater(V::load_part(values.add(column), width - column, f32::MIN));
        }
        greatest.greatest()
    }
}
