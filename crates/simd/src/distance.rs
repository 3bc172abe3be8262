//! Rows of bytes for vector search: one vector rounded to a row, and exact inner products of one vector with many rows.
//!
//! A row holds each value 128 above itself, because the byte products of x86 take one unsigned side; what that adds to a product
//! depends on the other side alone, and is taken off lane by lane, so that sums stay whole numbers until the last addition.

use crate::kernels::Kernels;
use crate::lanes::Lanes;

/// Rows are a multiple of this long: one cache line, and every vector width divides it.
pub const ROW_STEP: usize = 64;

/// What a row holds for 0.
pub const ROW_ZERO: u8 = 128;

/// Rows that are computed side by side, so that the latency of one hides behind the others.
const SIDE_BY_SIDE: usize = 4;

/// How many rows ahead memory is asked for.
const AHEAD: usize = 8;

impl Kernels {
    /// Rounds `vector` to the bytes of `row`: `round(value / scale) + 128`, where 127 steps of the scale reach the greatest absolute value.
    /// What lies past the vector holds 128, which is 0. Returns the scale; 0 for a vector too small to have one. The bits are the same
    /// on every CPU.
    ///
    /// # Panics
    /// When `row` is shorter than `vector`, or not a multiple of `ROW_STEP` long.
    pub fn quantise_row(&self, vector: &[f32], row: &mut [u8]) -> f32 {
        assert!(
            row.len() >= vector.len() && row.len().is_multiple_of(ROW_STEP),
            "a row has room for its vector, and is a multiple of {ROW_STEP} bytes"
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().quantise_row)(vector, row) }
    }

    /// The inner product of `query` with each of `rows`, exact up to the rounding of the result to f32.
    ///
    /// # Panics
    /// When a row is not as long as the query, that length is not a multiple of `ROW_STEP`, or `out` is shorter than `rows`.
    pub fn dot_rows(&self, query: &[i8], rows: &[&[u8]], out: &mut [f32]) {
        assert!(
            query.len().is_multiple_of(ROW_STEP)
                && out.len() >= rows.len()
                && rows.iter().all(|row| row.len() == query.len()),
            "rows as long as the query, a multiple of {ROW_STEP}, and room for the results"
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().dot_rows)(query, rows, out) }
    }

    /// The same for rows that lie one after the other.
    ///
    /// # Panics
    /// When `rows` is not `[count, query.len()]`, that length is not a multiple of `ROW_STEP`, or `out` has not `count` numbers.
    pub fn scan_rows(&self, query: &[i8], rows: &[u8], out: &mut [f32]) {
        assert!(
            !query.is_empty()
                && query.len().is_multiple_of(ROW_STEP)
                && out.len().checked_mul(query.len()) == Some(rows.len()),
            "rows is [count, length of the query], a multiple of {ROW_STEP}"
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().scan_rows)(query, rows, out) }
    }

    /// Asks for the cache lines of `values`, soon to be read.
    #[inline]
    pub fn prefetch<Number>(&self, values: &[Number]) {
        let bytes = size_of_val(values);
        let from = values.as_ptr().cast::<u8>();
        for line in (0..bytes).step_by(ROW_STEP) {
            prefetch(from.wrapping_add(line));
        }
    }
}

#[inline(always)]
#[cfg(target_arch = "x86_64")]
fn prefetch(from: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint, which never faults; SSE is in the baseline.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(from.cast()) }
}

#[inline(always)]
#[cfg(not(target_arch = "x86_64"))]
fn prefetch(_from: *const u8) {}

/// # Safety
/// The features of `V`; `row` has room for `vector` and is a multiple of `ROW_STEP` long.
#[inline(always)]
pub(crate) unsafe fn quantise_row<V: Lanes>(vector: &[f32], row: &mut [u8]) -> f32 {
    let (width, values, to) = (vector.len(), vector.as_ptr(), row.as_mut_ptr());
    let mut column = 0;
    // SAFETY: `width` floats are readable; a store of `V::WIDTH` bytes that starts within `row` ends within it, as the width divides
    // `ROW_STEP`.
    let scale = unsafe {
        let greatest = greatest::<V>(values, width);
        let inverse = 127.0 / greatest;
        let (scale, inverse) = if inverse.is_finite() {
            (greatest / 127.0, inverse)
        } else {
            (0.0, 0.0)
        };
        let inverse = V::splat(inverse);
        while column < width {
            let count = width - column;
            let value = if count >= V::WIDTH {
                V::load(values.add(column))
            } else {
                V::load_part(values.add(column), count, 0.0)
            };
            value
                .multiply(inverse)
                .store_bytes(i32::from(ROW_ZERO), to.add(column));
            column += V::WIDTH;
        }
        scale
    };
    row[width..].fill(ROW_ZERO);
    scale
}

/// The greatest absolute value.
#[inline(always)]
unsafe fn greatest<V: Lanes>(values: *const f32, width: usize) -> f32 {
    // SAFETY: the caller gives `width` floats and the features of `V`.
    unsafe {
        let (mut most, mut column) = (V::splat(0.0), 0);
        while column < width {
            let count = width - column;
            let value = if count >= V::WIDTH {
                V::load(values.add(column))
            } else {
                V::load_part(values.add(column), count, 0.0)
            };
            most = value.absolute().greater(most);
            column += V::WIDTH;
        }
        most.greatest()
    }
}

/// # Safety
/// The features of `V`; every row is as long as `query`, a multiple of `ROW_STEP`, and `out` has room for as many results.
#[inline(always)]
pub(crate) unsafe fn dot_rows<V: Lanes>(query: &[i8], rows: &[&[u8]], out: &mut [f32]) {
    for row in rows.iter().take(AHEAD) {
        ask::<V>(row);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let offset = offset::<V>(query);
        let mut at = 0;
        while at < rows.len() {
            let mut group = [rows[rows.len() - 1].as_ptr(); SIDE_BY_SIDE];
            for (place, row) in group.iter_mut().zip(&rows[at..]) {
                *place = row.as_ptr();
            }
            for row in rows.iter().skip(at + AHEAD).take(SIDE_BY_SIDE) {
                ask::<V>(row);
            }
            let dots = dots::<V>(query, group, offset);
            for (out, dot) in out[at..rows.len()].iter_mut().zip(dots) {
                *out = dot;
            }
            at += SIDE_BY_SIDE;
        }
    }
}

/// # Safety
/// The features of `V`; `rows` is `[out.len(), query.len()]`, the latter a multiple of `ROW_STEP`.
#[inline(always)]
pub(crate) unsafe fn scan_rows<V: Lanes>(query: &[i8], rows: &[u8], out: &mut [f32]) {
    let (count, length) = (out.len(), query.len());
    // SAFETY: the caller's promise; row numbers stay below `count`.
    unsafe {
        let offset = offset::<V>(query);
        let mut at = 0;
        while at < count {
            let mut group = [rows.as_ptr(); SIDE_BY_SIDE];
            for (number, place) in group.iter_mut().enumerate() {
                *place = rows.as_ptr().add((at + number).min(count - 1) * length);
            }
            let dots = dots::<V>(query, group, offset);
            for (out, dot) in out[at..].iter_mut().zip(dots) {
                *out = dot;
            }
            at += SIDE_BY_SIDE;
        }
    }
}

#[inline(always)]
fn ask<V: Lanes>(row: &[u8]) {
    for line in (0..row.len()).step_by(ROW_STEP) {
        prefetch(row.as_ptr().wrapping_add(line));
    }
}

/// What rows of zeros would give, a word for each lane.
#[inline(always)]
unsafe fn offset<V: Lanes>(query: &[i8]) -> V::Words {
    // SAFETY: the caller vouches for the features of `V` and a query of whole steps.
    unsafe {
        let zeros = V::splat_word(i32::from_ne_bytes([ROW_ZERO; 4]));
        let (mut sums, mut at) = (V::no_words(), 0);
        while at < query.len() {
            sums = V::add_dots(sums, zeros, V::load_words(query.as_ptr().add(at)));
            at += 4 * V::WIDTH;
        }
        sums
    }
}

#[inline(always)]
unsafe fn dots<V: Lanes>(
    query: &[i8],
    rows: [*const u8; SIDE_BY_SIDE],
    offset: V::Words,
) -> [f32; SIDE_BY_SIDE] {
    // SAFETY: the caller vouches for the features of `V` and for rows as long as the query, whole steps.
    unsafe {
        let (mut sums, mut at) = ([V::no_words(); SIDE_BY_SIDE], 0);
        while at < query.len() {
            let right = V::load_words(query.as_ptr().add(at));
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum = V::add_dots(*sum, V::load_words(row.add(at).cast()), right);
            }
            at += 4 * V::WIDTH;
        }
        // A loop, not `map`: a closure does not inherit the features of the function it is inlined into.
        let mut dots = [0.0; SIDE_BY_SIDE];
        for (dot, sum) in dots.iter_mut().zip(sums) {
            *dot = V::to_floats(V::subtract_words(sum, offset)).sum();
        }
        dots
    }
}
