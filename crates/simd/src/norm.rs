//! Layer normalisation (Ba et al., 2016) of rows, in place or to another place.

use crate::kernels::Kernels;
use crate::lanes::Lanes;

/// `rows` `[count, width]`, `weight` and `bias` `[width]`.
pub(crate) struct LayerNorm<'call> {
    pub(crate) from: *const f32,
    pub(crate) to: *mut f32,
    pub(crate) rows: usize,
    pub(crate) weight: &'call [f32],
    pub(crate) bias: &'call [f32],
    pub(crate) epsilon: f32,
}

impl Kernels {
    /// Normalises each row of `rows`, `[count, width]`, in place; `weight` and `bias` are `[width]`.
    ///
    /// # Panics
    /// When a length does not fit the others.
    pub fn layer_norm(&self, rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
        let count = count(rows.len(), weight, bias);
        let to = rows.as_mut_ptr();
        // SAFETY: `self` proves the features; both pointers are to the whole of `rows`, and each register is read before it is written.
        unsafe {
            (self.table().layer_norm)(&LayerNorm {
                from: to,
                to,
                rows: count,
                weight,
                bias,
                epsilon,
            });
        }
    }

    /// The same, from `rows` to `out`.
    ///
    /// # Panics
    /// When a length does not fit the others.
    pub fn layer_norm_to(
        &self,
        rows: &[f32],
        weight: &[f32],
        bias: &[f32],
        epsilon: f32,
        out: &mut [f32],
    ) {
        let count = count(rows.len(), weight, bias);
        assert_eq!(rows.len(), out.len(), "out is as long as rows");
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe {
            (self.table().layer_norm)(&LayerNorm {
                from: rows.as_ptr(),
                to: out.as_mut_ptr(),
                rows: count,
                weight,
                bias,
                epsilon,
            });
        }
    }
}

fn count(length: usize, weight: &[f32], bias: &[f32]) -> usize {
    assert!(
        !weight.is_empty() && weight.len() == bias.len(),
        "weight and bias are [width]"
    );
    assert!(
        length.is_multiple_of(weight.len()),
        "rows is [count, width]"
    );
    length / weight.len()
}

/// # Safety
/// The features of `V`; `from` and `to` are `rows` times the length of `weight`, which is that of `bias`.
#[inline(always)]
pub(crate) unsafe fn layer_norm<V: Lanes>(call: &LayerNorm<'_>) {
    let width = call.weight.len();
    #[expect(clippy::cast_precision_loss, reason = "a width is far below 2^24")]
    let share = 1.0 / width as f32;
    for row in 0..call.rows {
        // SAFETY: the row lies within what the caller promised.
        unsafe {
            let from = call.from.add(row * width);
            let mean = total::<V, false>(from, width, 0.0) * share;
            let variance = total::<V, true>(from, width, mean) * share;
            let inverse = 1.0 / (variance + call.epsilon).sqrt();
            write::<V>(from, call.to.add(row * width), call, mean, inverse);
        }
    }
}

/// The sum of the values, or of their squared distances from `mean`.
#[inline(always)]
unsafe fn total<V: Lanes, const SQUARED: bool>(from: *const f32, width: usize, mean: f32) -> f32 {
    // SAFETY: the caller gives `width` floats and the features of `V`.
    unsafe {
        let mut sums = [V::splat(0.0); 4];
        let center = V::splat(mean);
        let mut column = 0;
        while column + 4 * V::WIDTH <= width {
            for (part, sum) in sums.iter_mut().enumerate() {
                *sum =
                    with::<V, SQUARED>(*sum, V::load(from.add(column + part * V::WIDTH)), center);
            }
            column += 4 * V::WIDTH;
        }
        while column < width {
            let count = width - column;
            let value = if count >= V::WIDTH {
                V::load(from.add(column))
            } else {
                V::load_part(from.add(column), count, mean)
            };
            sums[0] = with::<V, SQUARED>(sums[0], value, center);
            column += V::WIDTH;
        }
        sums[0].add(sums[1]).add(sums[2].add(sums[3])).sum()
    }
}

#[inline(always)]
unsafe fn with<V: Lanes, const SQUARED: bool>(sum: V, value: V, center: V) -> V {
    // SAFETY: the caller vouches for the features of `V`.
    unsafe {
        let distance = value.subtract(center);
        if SQUARED {
            distance.multiply_add(distance, sum)
        } else {
            sum.add(distance)
        }
    }
}

#[inline(always)]
unsafe fn write<V: Lanes>(
    from: *const f32,
    to: *mut f32,
    call: &LayerNorm<'_>,
    mean: f32,
    inverse: f32,
) {
    let width = call.weight.len();
    let (weight, bias) = (call.weight.as_ptr(), call.bias.as_ptr());
    // SAFETY: all four pointers are to `width` floats; the caller vouches for the features of `V`.
    unsafe {
        let (mean, inverse) = (V::splat(mean), V::splat(inverse));
        let mut column = 0;
        while column + V::WIDTH <= width {
            let unit = V::load(from.add(column)).subtract(mean).multiply(inverse);
            unit.multiply_add(V::load(weight.add(column)), V::load(bias.add(column)))
                .store(to.add(column));
            column += V::WIDTH;
        }
        if column < width {
            let count = width - column;
            let unit = V::load_part(from.add(column), count, 0.0)
                .subtract(mean)
                .multiply(inverse);
            let (weight, bias) = (
                V::load_part(weight.add(column), count, 0.0),
                V::load_part(bias.add(column), count, 0.0),
            );
            unit.multiply_add(weight, bias)
                .store_part(to.add(column), count);
        }
    }
}
