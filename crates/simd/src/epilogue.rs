//! What happens to a tile of sums on its way to memory.

use crate::elementary::gelu;
use crate::lanes::{Lanes, PANEL};

/// What a product becomes: fused, because a second pass over it would cost more than the arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// `out = product`.
    Store,
    /// `out = gelu(product)`, the erf form.
    Gelu,
    /// `out = gelu(input) * gate`, for weights packed as gated.
    GeGlu,
    /// `out = out + product`: a residual.
    Add,
}

/// Where the part of a result that one tile gives lies.
pub(crate) struct Target {
    pub(crate) rows: usize,
    /// At most what a panel gives.
    pub(crate) columns: usize,
    pub(crate) out: *mut f32,
    pub(crate) stride: usize,
}

/// Moves a tile, `[rows, PANEL]`, to its place.
///
/// # Safety
/// The features of `V`; `sums` and `target` have the rows and columns they say.
#[inline(always)]
pub(crate) unsafe fn finish<V: Lanes>(epilogue: Epilogue, sums: *const f32, target: &Target) {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        match epilogue {
            Epilogue::Store => each::<V, Store>(sums, target),
            Epilogue::Gelu => each::<V, Gelu>(sums, target),
            Epilogue::GeGlu => each::<V, GeGlu>(sums, target),
            Epilogue::Add => each::<V, Add>(sums, target),
        }
    }
}

/// One epilogue on one register.
trait Step {
    /// Whether it needs what is in memory.
    const READS_OUT: bool = false;

    /// `sums` points at its lanes in the tile; `old` is what memory holds, or zeros when that is not read.
    unsafe fn apply<V: Lanes>(sums: *const f32, old: V) -> V;
}

struct Store;
struct Gelu;
struct GeGlu;
struct Add;

impl Step for Store {
    #[inline(always)]
    unsafe fn apply<V: Lanes>(sums: *const f32, _old: V) -> V {
        // SAFETY: the caller's promise, see `finish`.
        unsafe { V::load(sums) }
    }
}

impl Step for Gelu {
    #[inline(always)]
    unsafe fn apply<V: Lanes>(sums: *const f32, _old: V) -> V {
        // SAFETY: the caller's promise, see `finish`.
        unsafe { gelu(V::load(sums)) }
    }
}

impl Step for GeGlu {
    #[inline(always)]
    unsafe fn apply<V: Lanes>(sums: *const f32, _old: V) -> V {
        // SAFETY: the caller's promise; a gated panel has the gate half a panel after its input.
        unsafe { gelu(V::load(sums)).multiply(V::load(sums.add(PANEL / 2))) }
    }
}

impl Step for Add {
    const READS_OUT: bool = true;

    #[inline(always)]
    unsafe fn apply<V: Lanes>(sums: *const f32, old: V) -> V {
        // SAFETY: the caller's promise, see `finish`.
        unsafe { V::load(sums).add(old) }
    }
}

#[inline(always)]
unsafe fn each<V: Lanes, S: Step>(sums: *const f32, target: &Target) {
    for row in 0..target.rows {
        let mut column = 0;
        // SAFETY: `column + WIDTH` stays within the tile, and what is written within `target.columns`.
        unsafe {
            let (sums, out) = (sums.add(row * PANEL), target.out.add(row * target.stride));
            while column + V::WIDTH <= target.columns {
                let old = if S::READS_OUT {
                    V::load(out.add(column))
                } else {
                    V::splat(0.0)
                };
                S::apply(sums.add(column), old).store(out.add(column));
                column += V::WIDTH;
            }
            if column < target.columns {
                let count = target.columns - column;
                let old = if S::READS_OUT {
                    V::load_part(out.add(column), count, 0.0)
                } else {
                    V::splat(0.0)
                };
                S::apply(sums.add(column), old).store_part(out.add(column), count);
            }
        }
    }
}
