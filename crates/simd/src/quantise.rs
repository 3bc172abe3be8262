//! Activations to unsigned bytes: one scale and one zero point a row, so that one-sided rows, as GELU gives, use the whole range.
//!
//! On all-MiniLM-L6-v2 this halves the error of a symmetric range at the same speed.

use crate::aligned::Aligned;
use crate::gemm::MOST_ROWS;
use crate::kernels::Kernels;
use crate::lanes::Lanes;

/// Rows start at multiples of this; what lies past the width is multiplied by zero weights.
const STEP: usize = 64;

/// Quantised rows. Kept between calls, it allocates only while it grows.
#[derive(Clone, Default)]
pub struct Quantised {
    pub(crate) values: Aligned<u8>,
    pub(crate) scales: Aligned<f32>,
    pub(crate) zeros: Aligned<i32>,
    pub(crate) rows: usize,
    pub(crate) width: usize,
}

impl Quantised {
    #[inline(always)]
    pub(crate) const fn stride(width: usize) -> usize {
        width.next_multiple_of(STEP)
    }
}

impl Kernels {
    /// Quantises `rows`, `[count, width]`, into `out`: `round(value / scale) + zero`, where 255 steps of the scale reach from the least value
    /// of the row to the greatest, 0 among them. The bits are the same on every CPU.
    ///
    /// # Panics
    /// When `rows` is not `[count, width]`.
    pub fn quantise(&self, rows: &[f32], width: usize, out: &mut Quantised) {
        assert!(
            width > 0 && rows.len().is_multiple_of(width),
            "rows is [count, width]"
        );
        (out.rows, out.width) = (rows.len() / width, width);
        // Micro kernels may read whole tiles of rows; what comes of the spare ones is not used.
        out.values
            .reserve((out.rows + MOST_ROWS) * Quantised::stride(width));
        out.scales.reserve(out.rows);
        out.zeros.reserve(out.rows);
        // SAFETY: `self` proves the features; the lengths were just made.
        unsafe { (self.table().quantise)(rows, out) }
    }
}

/// # Safety
/// The features of `V`; `out` has room for `rows`, and says how many and how wide they are.
#[inline(always)]
pub(crate) unsafe fn quantise<V: Lanes>(rows: &[f32], out: &mut Quantised) {
    let stride = Quantised::stride(out.width);
    for row in 0..out.rows {
        // SAFETY: row `row` has `width` floats, and `stride >= width` bytes to write, a multiple of every vector width.
        unsafe {
            let values = rows.as_ptr().add(row * out.width);
            let (scale, inverse, zero) = steps(range::<V>(values, out.width));
            out.scales[row] = scale;
            out.zeros[row] = zero;
            write_bytes::<V>(
                values,
                out.width,
                (inverse, zero),
                out.values.as_mut_ptr().add(row * stride),
            );
        }
    }
}

/// The scale, its inverse, and the byte that stands for 0. A range too small for an inverse counts as zeros.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "0..=255")]
fn steps((least, greatest): (f32, f32)) -> (f32, f32, i32) {
    let range = greatest - least;
    let inverse = 255.0 / range;
    if inverse.is_finite() {
        (
            range / 255.0,
            inverse,
            (-least * inverse).round_ties_even() as i32,
        )
    } else {
        (0.0, 0.0, 0)
    }
}

/// The least and the greatest value, 0 among them.
#[inline(always)]
unsafe fn range<V: Lanes>(values: *const f32, width: usize) -> (f32, f32) {
    // SAFETY: the caller gives `width` floats and the features of `V`.
    unsafe {
        let (mut least, mut greatest) = (V::splat(0.0), V::splat(0.0));
        let mut column = 0;
        while column < width {
            let count = width - column;
            let value = if count >= V::WIDTH {
                V::load(values.add(column))
            } else {
                V::load_part(values.add(column), count, 0.0)
            };
            least = least.lesser(value);
            greatest = greatest.greater(value);
            column += V::WIDTH;
        }
        (
            -V::splat(0.0).subtract(least).greatest(),
            greatest.greatest(),
        )
    }
}

#[inline(always)]
unsafe fn write_bytes<V: Lanes>(
    values: *const f32,
    width: usize,
    (inverse, zero): (f32, i32),
    to: *mut u8,
) {
    // SAFETY: the caller gives `width` floats, room up to the next multiple of every vector width, and the features of `V`.
    unsafe {
        let inverse = V::splat(inverse);
        let mut column = 0;
        while column + V::WIDTH <= width {
            V::load(values.add(column))
                .multiply(inverse)
                .store_bytes(zero, to.add(column));
            column += V::WIDTH;
        }
        if column < width {
            V::load_part(values.add(column), width - column, 0.0)
                .multiply(inverse)
                .store_bytes(zero, to.add(column));
        }
    }
}
