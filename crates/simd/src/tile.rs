//! The micro kernels: a few rows times one panel of 32 columns, every sum in a register.
//!
//! The shape (12 × 2 registers of 16 with AVX-512, 6 × 2 of 8 with AVX2) follows Goto and van de Geijn, "Anatomy of High-Performance
//! Matrix Multiplication" (2008), and BLIS. Each sum runs over the depth in order, so a result does not depend on how rows are grouped.

#![expect(
    clippy::needless_range_loop,
    reason = "counted loops over arrays of registers, which the compiler must unroll"
)]

use crate::lanes::{Lanes, PANEL};
use crate::walk::Ahead;

/// Rows of `left` times a panel: `out[row][column] = start[column] + sum over step of left[row][step] * panel[step][column]`.
pub(crate) struct Tile {
    pub(crate) depth: usize,
    pub(crate) left: *const f32,
    pub(crate) left_stride: usize,
    /// `[depth, PANEL]`.
    pub(crate) panel: *const f32,
    pub(crate) ahead: Ahead,
    /// `[PANEL]`.
    pub(crate) start: *const f32,
    /// Rows of `PANEL` floats.
    pub(crate) out: *mut f32,
    pub(crate) out_stride: usize,
}

/// The same with bytes: `out = (sum of left * panel - left_zero[row] * column_sum[column]) * (scale[column] * left_scale[row]) + start[column]`.
pub(crate) struct TileInt8 {
    /// Groups of four bytes.
    pub(crate) quads: usize,
    pub(crate) left: *const u8,
    pub(crate) left_stride: usize,
    pub(crate) left_scales: *const f32,
    pub(crate) left_zeros: *const i32,
    /// `[quads, PANEL, 4]`.
    pub(crate) panel: *const i8,
    pub(crate) ahead: Ahead,
    /// `[PANEL]` each.
    pub(crate) column_sums: *const i32,
    pub(crate) scales: *const f32,
    pub(crate) start: *const f32,
    /// Rows of `PANEL` floats.
    pub(crate) out: *mut f32,
    pub(crate) out_stride: usize,
}

/// Calls the kernel that was compiled for this number of rows.
macro_rules! run {
    ($lanes:ty, $vectors:literal, $rows:expr, $tile:expr, [$($count:literal),*]) => {
        match $rows {
            $($count => $crate::tile::multiply::<$lanes, $count, $vectors>($tile),)*
            rows => unreachable!("a tile of {rows} rows"),
        }
    };
}

/// The same for int8.
macro_rules! run_int8 {
    ($lanes:ty, $vectors:literal, $rows:expr, $tile:expr, [$($count:literal),*]) => {
        match $rows {
            $($count => $crate::tile::multiply_int8::<$lanes, $count, $vectors>($tile),)*
            rows => unreachable!("a tile of {rows} rows"),
        }
    };
}

pub(crate) use {run, run_int8};

/// # Safety
/// The features of `V`; `left` has `ROWS` rows of `depth` floats, the other pointers what their fields say.
#[inline(always)]
pub(crate) unsafe fn multiply<V: Lanes, const ROWS: usize, const VECTORS: usize>(tile: &Tile) {
    let mut column = 0;
    while column < PANEL {
        // SAFETY: `column + VECTORS * WIDTH <= PANEL`, so all reads and writes stay within what the caller promised.
        unsafe {
            let mut sums = [[V::splat(0.0); VECTORS]; ROWS];
            for vector in 0..VECTORS {
                let start = V::load(tile.start.add(column + vector * V::WIDTH));
                for row in 0..ROWS {
                    sums[row][vector] = start;
                }
            }
            for step in 0..tile.depth {
                V::prefetch(tile.ahead.from.wrapping_add(step * tile.ahead.stride));
                let mut right = [V::splat(0.0); VECTORS];
                for vector in 0..VECTORS {
                    right[vector] =
                        V::load(tile.panel.add(step * PANEL + column + vector * V::WIDTH));
                }
                for row in 0..ROWS {
                    let left = V::splat(*tile.left.add(row * tile.left_stride + step));
                    for vector in 0..VECTORS {
                        sums[row][vector] = left.multiply_add(right[vector], sums[row][vector]);
                    }
                }
            }
            for row in 0..ROWS {
                for vector in 0..VECTORS {
                    sums[row][vector].store(
                        tile.out
                            .add(row * tile.out_stride + column + vector * V::WIDTH),
                    );
                }
            }
        }
        column += VECTORS * V::WIDTH;
    }
}

/// # Safety
/// The features of `V`; `left` has `ROWS` rows of `4 * quads` bytes, the other pointers what their fields say.
#[inline(always)]
pub(crate) unsafe fn multiply_int8<V: Lanes, const ROWS: usize, const VECTORS: usize>(
    tile: &TileInt8,
) {
    let mut column = 0;
    while column < PANEL {
        // SAFETY: `column + VECTORS * WIDTH <= PANEL`, so all reads and writes stay within what the caller promised.
        unsafe {
            let mut sums = [[V::no_words(); VECTORS]; ROWS];
            for quad in 0..tile.quads {
                V::prefetch(tile.ahead.from.wrapping_add(quad * tile.ahead.stride));
                let mut right = [V::no_words(); VECTORS];
                for vector in 0..VECTORS {
                    right[vector] = V::load_words(
                        tile.panel
                            .add(4 * (quad * PANEL + column + vector * V::WIDTH)),
                    );
                }
                for row in 0..ROWS {
                    let left = V::splat_word(
                        tile.left
                            .add(row * tile.left_stride + 4 * quad)
                            .cast::<i32>()
                            .read_unaligned(),
                    );
                    for vector in 0..VECTORS {
                        sums[row][vector] = V::add_dots(sums[row][vector], left, right[vector]);
                    }
                }
            }
            for vector in 0..VECTORS {
                let lane = column + vector * V::WIDTH;
                for row in 0..ROWS {
                    finish_int8::<V>(tile, row, lane, sums[row][vector]);
                }
            }
        }
        column += VECTORS * V::WIDTH;
    }
}

/// The result of one register of sums: row `row`, lanes from `lane` on.
///
/// # Safety
/// The features of `V`; the pointers of `tile` are what their fields say, and the place lies within them.
#[inline(always)]
pub(crate) unsafe fn finish_int8<V: Lanes>(
    tile: &TileInt8,
    row: usize,
    lane: usize,
    sums: V::Words,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let column_sums = V::load_words(tile.column_sums.add(lane).cast());
        let (scale, start) = (
            V::load(tile.scales.add(lane)),
            V::load(tile.start.add(lane)),
        );
        let zero = V::splat_word(*tile.left_zeros.add(row) - V::OFFSET);
        let whole = V::to_floats(V::subtract_words(
            sums,
            V::multiply_words(column_sums, zero),
        ));
        let scaled = whole.multiply(scale.multiply(V::splat(*tile.left_scales.add(row))));
        scaled
            .add(start)
            .store(tile.out.add(row * tile.out_stride + lane));
    }
}

impl TileInt8 {
    /// The same without the first `row` rows.
    #[inline(always)]
    pub(crate) const unsafe fn after_rows(&self, row: usize) -> Self {
        // SAFETY: the caller's promise: there are more rows.
        unsafe {
            Self {
                left: self.left.add(row * self.left_stride),
                left_scales: self.left_scales.add(row),
                left_zeros: self.left_zeros.add(row),
                out: self.out.add(row * self.out_stride),
                ..*self
            }
        }
    }
}
