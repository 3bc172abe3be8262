//! Lanes without instructions of their own: eight floats in an array. The reference for every other implementation.

use crate::lanes::Lanes;
use crate::table::table;
use crate::tile::{Tile, TileInt8, run, run_int8};

const WIDTH: usize = 8;

table!("scalar", Portable);

/// Eight floats.
#[derive(Clone, Copy)]
pub(crate) struct Portable([f32; WIDTH]);

macro_rules! each {
    ($index:ident => $value:expr) => {{
        let mut lanes = [0.0_f32; WIDTH];
        let mut $index = 0;
        while $index < WIDTH {
            lanes[$index] = $value;
            $index += 1;
        }
        Self(lanes)
    }};
}

impl Lanes for Portable {
    const WIDTH: usize = WIDTH;
    const ROWS: usize = 2;
    const ROWS_INT8: usize = 2;
    const OFFSET: i32 = 0;
    type Words = [i32; WIDTH];

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; WIDTH])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller gives WIDTH readable floats.
        Self(unsafe { from.cast::<[f32; WIDTH]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller gives WIDTH writable floats.
        unsafe { to.cast::<[f32; WIDTH]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, fill: f32) -> Self {
        // SAFETY: the caller gives `count` readable floats.
        each!(at => if at < count { unsafe { from.add(at).read() } } else { fill })
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        for (at, value) in self.0.iter().enumerate().take(count) {
            // SAFETY: the caller gives `count` writable floats.
            unsafe { to.add(at).write(*value) }
        }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        each!(at => self.0[at] + other.0[at])
    }
    #[inline(always)]
    unsafe fn subtract(self, other: Self) -> Self {
        each!(at => self.0[at] - other.0[at])
    }
    #[inline(always)]
    unsafe fn multiply(self, other: Self) -> Self {
        each!(at => self.0[at] * other.0[at])
    }
    #[inline(always)]
    #[expect(
        clippy::suboptimal_flops,
        reason = "mul_add is a library call on CPUs without FMA, the only ones that run this"
    )]
    unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self {
        each!(at => self.0[at] * factor.0[at] + addend.0[at])
    }
    #[inline(always)]
    unsafe fn greater(self, other: Self) -> Self {
        each!(at => if self.0[at] > other.0[at] { self.0[at] } else { other.0[at] })
    }
    #[inline(always)]
    unsafe fn lesser(self, other: Self) -> Self {
        each!(at => if self.0[at] < other.0[at] { self.0[at] } else { other.0[at] })
    }
    #[inline(always)]
    unsafe fn absolute(self) -> Self {
        each!(at => self.0[at].abs())
    }
    #[inline(always)]
    unsafe fn nearest(self) -> Self {
        each!(at => self.0[at].round_ties_even())
    }
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the power is a whole number in -126..=127"
    )]
    unsafe fn scale_by_power(self, power: Self) -> Self {
        each!(at => self.0[at] * f32::from_bits(((power.0[at] as i32).wrapping_add(127) << 23).cast_unsigned()))
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        self.0.iter().sum()
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        self.0.iter().copied().fold(f32::NEG_INFINITY, f32::max)
    }
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the contract: bytes"
    )]
    unsafe fn store_bytes(self, zero: i32, to: *mut u8) {
        for (at, value) in self.0.iter().enumerate() {
            // SAFETY: the caller gives WIDTH writable bytes.
            unsafe {
                to.add(at)
                    .write((value.round_ties_even() + zero as f32) as u8);
            }
        }
    }
    #[inline(always)]
    unsafe fn no_words() -> [i32; WIDTH] {
        [0; WIDTH]
    }
    #[inline(always)]
    unsafe fn splat_word(word: i32) -> [i32; WIDTH] {
        [word; WIDTH]
    }
    #[inline(always)]
    unsafe fn load_words(from: *const i8) -> [i32; WIDTH] {
        // SAFETY: the caller gives 4 * WIDTH readable bytes.
        unsafe { from.cast::<[i32; WIDTH]>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn add_dots(
        mut sums: [i32; WIDTH],
        left: [i32; WIDTH],
        right: [i32; WIDTH],
    ) -> [i32; WIDTH] {
        for (sum, (left, right)) in sums.iter_mut().zip(left.iter().zip(&right)) {
            for (left, right) in left.to_ne_bytes().iter().zip(right.to_ne_bytes()) {
                *sum += i32::from(*left) * i32::from(right.cast_signed());
            }
        }
        sums
    }
    #[inline(always)]
    unsafe fn multiply_words(mut left: [i32; WIDTH], right: [i32; WIDTH]) -> [i32; WIDTH] {
        left.iter_mut()
            .zip(right)
            .for_each(|(left, right)| *left *= right);
        left
    }
    #[inline(always)]
    unsafe fn subtract_words(mut left: [i32; WIDTH], right: [i32; WIDTH]) -> [i32; WIDTH] {
        left.iter_mut()
            .zip(right)
            .for_each(|(left, right)| *left -= right);
        left
    }
    #[inline(always)]
    #[expect(
        clippy::cast_precision_loss,
        reason = "rounded to nearest, as the vector instruction does"
    )]
    unsafe fn to_floats(words: [i32; WIDTH]) -> Self {
        each!(at => words[at] as f32)
    }
    #[inline(always)]
    unsafe fn prefetch(_from: *const u8) {}
    unsafe fn tile(rows: usize, tile: &Tile) {
        // SAFETY: this type needs no CPU feature; the rest is the caller's promise.
        unsafe { run!(Portable, 2, rows, tile, [1, 2]) }
    }
    unsafe fn tile_int8(rows: usize, tile: &TileInt8) {
        // SAFETY: as in `tile`.
        unsafe { run_int8!(Portable, 2, rows, tile, [1, 2]) }
    }
}
