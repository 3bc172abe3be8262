//! exp and GELU on lanes. Coefficients are our own minimax fits (Lawson's iterated least squares on a Chebyshev grid, then rounded to f32).

use crate::lanes::Lanes;

/// ln 2 in two parts, the first with trailing zero bits so that its product with a small whole number is exact (Cody and Waite, 1980).
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// exp on ±ln 2 / 2, relative error 7.6e-8, from the highest power down.
const EXP: [f32; 6] = [
    8.297_581e-3,
    4.191_588e-2,
    1.666_757_7e-1,
    4.999_889e-1,
    9.999_997e-1,
    1.000_000_1,
];

/// Where the tail below is cut: past it `a * Q(a)` is under 1.1e-7.
const TAIL_END: f32 = 5.5;

/// `a * Q(a)` with `Q` the upper tail of the normal distribution and `a` in 0..=5.5, as a polynomial in `2 a / 5.5 - 1`, from the
/// highest power down; absolute error 2.8e-7 in f32.
const TAIL: [f32; 17] = [
    -1.517_679_4e-2,
    -8.053_257e-4,
    9.689_585e-2,
    -3.640_812e-2,
    -2.537_053_8e-1,
    2.308_407_9e-1,
    2.695_962e-1,
    -5.440_988e-1,
    1.525_607e-1,
    4.592_227_6e-1,
    -6.286_079e-1,
    2.605_161_7e-1,
    1.789_810_5e-1,
    -3.086_897_7e-1,
    1.912_619e-1,
    -6.057_775e-2,
    8.194_38e-3,
];

/// e to the power of lanes that are at most 88; 1e-38 below -87.
///
/// # Safety
/// The features of `V`.
#[inline(always)]
pub(crate) unsafe fn exp<V: Lanes>(value: V) -> V {
    // SAFETY: the caller vouches for the features of `V`.
    unsafe {
        let value = V::splat(-87.0).greater(value);
        let power = value.multiply(V::splat(std::f32::consts::LOG2_E)).nearest();
        let rest = power.multiply_add(V::splat(-LN_2_HIGH), value);
        let rest = power.multiply_add(V::splat(-LN_2_LOW), rest);
        polynomial(rest, &EXP).scale_by_power(power)
    }
}

/// `x * Φ(x)`, the erf form of GELU: since `Φ(-a) = Q(a)`, it is `max(x, 0) - |x| * Q(|x|)`, one polynomial. Absolute error under 1e-6.
///
/// # Safety
/// The features of `V`.
#[inline(always)]
pub(crate) unsafe fn gelu<V: Lanes>(value: V) -> V {
    // SAFETY: the caller vouches for the features of `V`.
    unsafe {
        let distance = V::splat(TAIL_END).lesser(value.absolute());
        let tail = polynomial(
            distance.multiply_add(V::splat(2.0 / TAIL_END), V::splat(-1.0)),
            &TAIL,
        );
        V::splat(0.0).greater(value).subtract(tail)
    }
}

/// Horner's rule, coefficients from the highest power down.
#[inline(always)]
unsafe fn polynomial<V: Lanes, const COUNT: usize>(at: V, coefficients: &[f32; COUNT]) -> V {
    // SAFETY: the caller vouches for the features of `V`.
    unsafe {
        let mut sum = V::splat(coefficients[0]);
        for coefficient in &coefficients[1..] {
            sum = sum.multiply_add(at, V::splat(*coefficient));
        }
        sum
    }
}
