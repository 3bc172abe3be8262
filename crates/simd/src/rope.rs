//! Rotary position embedding (Su et al., 2021), in the layout of transformers: lane `n` pairs with lane `n + width / 2`.

use crate::kernels::Kernels;
use crate::lanes::Lanes;

/// Cosines and sines of every position, `[positions, head_width / 2]` each.
pub struct Rotation {
    cosines: Vec<f32>,
    sines: Vec<f32>,
    half: usize,
}

impl Rotation {
    /// The table for one `theta`. Angles are products of f32 values, as in transformers, so that long positions agree with it.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "angles in f32 are the reference"
    )]
    pub fn new(positions: usize, head_width: usize, theta: f64) -> Self {
        let half = head_width / 2;
        let frequencies: Vec<f32> = (0..half)
            .map(|pair| theta.powf(-2.0 * pair as f64 / head_width as f64) as f32)
            .collect();
        let angles = (0..positions).flat_map(|position| {
            frequencies
                .iter()
                .map(move |frequency| f64::from(position as f32 * frequency))
        });
        let (sines, cosines) = angles
            .map(|angle| (angle.sin() as f32, angle.cos() as f32))
            .unzip();
        Self {
            cosines,
            sines,
            half,
        }
    }

    /// How many positions the table has.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.cosines.len() / self.half.max(1)
    }
}

/// `rows` is `[positions, stride]`, the first of them at position `first`; the first `heads` groups of each row are turned.
pub(crate) struct Rope<'call> {
    pub(crate) rows: &'call mut [f32],
    pub(crate) stride: usize,
    pub(crate) first: usize,
    pub(crate) heads: usize,
    pub(crate) rotation: &'call Rotation,
}

impl Kernels {
    /// `rope_from` with the first row at position 0.
    ///
    /// # Panics
    /// As `rope_from`.
    pub fn rope(&self, rows: &mut [f32], stride: usize, heads: usize, rotation: &Rotation) {
        self.rope_from(0, rows, stride, heads, rotation);
    }

    /// Turns the first `heads` heads of each row of `rows`, `[tokens, stride]`, by the angle of its position, the first row at `first`.
    ///
    /// # Panics
    /// When the heads do not fit a row, or there are more rows than positions.
    pub fn rope_from(
        &self,
        first: usize,
        rows: &mut [f32],
        stride: usize,
        heads: usize,
        rotation: &Rotation,
    ) {
        assert!(
            stride > 0 && rows.len().is_multiple_of(stride),
            "rows is [tokens, stride]"
        );
        assert!(
            heads
                .checked_mul(2 * rotation.half)
                .is_some_and(|width| width <= stride),
            "the heads fit a row"
        );
        assert!(
            (rows.len() / stride)
                .checked_add(first)
                .is_some_and(|end| end <= rotation.positions()),
            "the table has every position"
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe {
            (self.table().rope)(&mut Rope {
                rows,
                stride,
                first,
                heads,
                rotation,
            });
        }
    }
}

/// # Safety
/// The features of `V` and the lengths that `Kernels::rope` checks.
#[inline(always)]
pub(crate) unsafe fn rope<V: Lanes>(call: &mut Rope<'_>) {
    let half = call.rotation.half;
    for (position, row) in (call.first..).zip(call.rows.chunks_exact_mut(call.stride)) {
        for head in 0..call.heads {
            // SAFETY: the head lies within the row and the position within the table.
            unsafe {
                let cosines = call.rotation.cosines.as_ptr().add(position * half);
                let sines = call.rotation.sines.as_ptr().add(position * half);
                turn::<V>(row.as_mut_ptr().add(head * 2 * half), half, cosines, sines);
            }
        }
    }
}

#[inline(always)]
unsafe fn turn<V: Lanes>(low: *mut f32, half: usize, cosines: *const f32, sines: *const f32) {
    // SAFETY: `low` has `2 * half` floats, the tables `half`; the caller vouches for the features of `V`.
    unsafe {
        let high = low.add(half);
        let mut at = 0;
        while at + V::WIDTH <= half {
            let (cosine, sine) = (V::load(cosines.add(at)), V::load(sines.add(at)));
            let (left, right) = (V::load(low.add(at)), V::load(high.add(at)));
            left.multiply(cosine)
                .subtract(right.multiply(sine))
                .store(low.add(at));
            right
                .multiply_add(cosine, left.multiply(sine))
                .store(high.add(at));
            at += V::WIDTH;
        }
        while at < half {
            let (left, right) = (*low.add(at), *high.add(at));
            *low.add(at) = left * *cosines.add(at) - right * *sines.add(at);
            *high.add(at) = right * *cosines.add(at) + left * *sines.add(at);
            at += 1;
        }
    }
}
