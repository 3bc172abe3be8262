//! Four floats a register: NEON, which every 64-bit ARM has. Byte products are widened, because the dot instruction is not in the baseline.

use std::arch::aarch64::{
    float32x4_t, int32x4_t, vabsq_f32, vaddq_f32, vaddq_s32, vaddvq_f32, vcombine_u16,
    vcvtnq_s32_f32, vcvtq_f32_s32, vdupq_n_f32, vdupq_n_s8, vdupq_n_s32, veorq_s8, vfmaq_f32,
    vget_low_s8, vld1q_f32, vld1q_s8, vmaxq_f32, vmaxvq_f32, vminq_f32, vmull_high_s8, vmull_s8,
    vmulq_f32, vmulq_s32, vpaddlq_s16, vpaddq_s32, vqmovn_u16, vqmovun_s32, vreinterpret_u32_u8,
    vreinterpretq_f32_s32, vreinterpretq_s8_s32, vreinterpretq_s32_s8, vrndnq_f32, vshlq_n_s32,
    vst1_lane_u32, vst1q_f32, vsubq_f32, vsubq_s32,
};

use crate::lanes::Lanes;
use crate::table::table;
use crate::tile::{Tile, TileInt8, run, run_int8};

table!("neon", Neon, target_feature(enable = "neon"));

/// Four floats.
#[derive(Clone, Copy)]
pub(crate) struct Neon(float32x4_t);

macro_rules! forward {
    ($($name:ident($($argument:ident),*) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        unsafe fn $name(self $(, $argument: Self)*) -> Self {
            // SAFETY: the caller vouches for NEON, see `Lanes`.
            Self(unsafe { $intrinsic(self.0 $(, $argument.0)*) })
        }
    )*};
}

impl Lanes for Neon {
    const WIDTH: usize = 4;
    const ROWS: usize = 6;
    const ROWS_INT8: usize = 4;
    const OFFSET: i32 = 128;
    type Words = int32x4_t;

    forward! {
        add(other) = vaddq_f32;
        subtract(other) = vsubq_f32;
        multiply(other) = vmulq_f32;
        greater(other) = vmaxq_f32;
        lesser(other) = vminq_f32;
        absolute() = vabsq_f32;
        nearest() = vrndnq_f32;
    }
    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller vouches for NEON.
        Self(unsafe { vdupq_n_f32(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for NEON and four readable floats.
        Self(unsafe { vld1q_f32(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for NEON and four writable floats.
        unsafe { vst1q_f32(to, self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, fill: f32) -> Self {
        let mut lanes = [fill; 4];
        // SAFETY: the caller vouches for NEON and `count < 4` readable floats.
        unsafe {
            lanes.as_mut_ptr().copy_from_nonoverlapping(from, count);
            Self::load(lanes.as_ptr())
        }
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        let mut lanes = [0.0; 4];
        // SAFETY: the caller vouches for NEON and `count < 4` writable floats.
        unsafe {
            self.store(lanes.as_mut_ptr());
            to.copy_from_nonoverlapping(lanes.as_ptr(), count);
        }
    }
    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self {
        // SAFETY: the caller vouches for NEON.
        Self(unsafe { vfmaq_f32(addend.0, self.0, factor.0) })
    }
    #[inline(always)]
    unsafe fn scale_by_power(self, power: Self) -> Self {
        // SAFETY: the caller vouches for NEON. The power becomes the exponent bits of a float.
        unsafe {
            let exponent = vaddq_s32(vcvtnq_s32_f32(power.0), vdupq_n_s32(127));
            Self(vmulq_f32(
                self.0,
                vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent)),
            ))
        }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: the caller vouches for NEON.
        unsafe { vaddvq_f32(self.0) }
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        // SAFETY: the caller vouches for NEON.
        unsafe { vmaxvq_f32(self.0) }
    }
    #[inline(always)]
    unsafe fn store_bytes(self, zero: i32, to: *mut u8) {
        // SAFETY: the caller vouches for NEON and four writable bytes.
        unsafe {
            let halves = vqmovun_s32(vaddq_s32(vcvtnq_s32_f32(self.0), vdupq_n_s32(zero)));
            vst1_lane_u32::<0>(
                to.cast(),
                vreinterpret_u32_u8(vqmovn_u16(vcombine_u16(halves, halves))),
            );
        }
    }
    #[inline(always)]
    unsafe fn no_words() -> int32x4_t {
        // SAFETY: the caller vouches for NEON.
        unsafe { vdupq_n_s32(0) }
    }
    #[inline(always)]
    unsafe fn splat_word(word: i32) -> int32x4_t {
        // SAFETY: the caller vouches for NEON.
        unsafe { vdupq_n_s32(word) }
    }
    #[inline(always)]
    unsafe fn load_words(from: *const i8) -> int32x4_t {
        // SAFETY: the caller vouches for NEON and 16 readable bytes.
        unsafe { vreinterpretq_s32_s8(vld1q_s8(from)) }
    }
    /// Flipping the top bit takes 128 off an unsigned byte and makes it signed; each product then fits 16 bits.
    #[inline(always)]
    unsafe fn add_dots(sums: int32x4_t, left: int32x4_t, right: int32x4_t) -> int32x4_t {
        // SAFETY: the caller vouches for NEON.
        unsafe {
            let (left, right) = (
                veorq_s8(vreinterpretq_s8_s32(left), vdupq_n_s8(i8::MIN)),
                vreinterpretq_s8_s32(right),
            );
            let low = vpaddlq_s16(vmull_s8(vget_low_s8(left), vget_low_s8(right)));
            let high = vpaddlq_s16(vmull_high_s8(left, right));
            vaddq_s32(sums, vpaddq_s32(low, high))
        }
    }
    #[inline(always)]
    unsafe fn multiply_words(left: int32x4_t, right: int32x4_t) -> int32x4_t {
        // SAFETY: the caller vouches for NEON.
        unsafe { vmulq_s32(left, right) }
    }
    #[inline(always)]
    unsafe fn subtract_words(left: int32x4_t, right: int32x4_t) -> int32x4_t {
        // SAFETY: the caller vouches for NEON.
        unsafe { vsubq_s32(left, right) }
    }
    #[inline(always)]
    unsafe fn to_floats(words: int32x4_t) -> Self {
        // SAFETY: the caller vouches for NEON.
        Self(unsafe { vcvtq_f32_s32(words) })
    }
    #[inline(always)]
    unsafe fn prefetch(_from: *const u8) {}
    #[inline(always)]
    unsafe fn tile(rows: usize, call: &Tile) {
        // SAFETY: the caller vouches for NEON and the pointers of the tile.
        unsafe { tile(rows, call) }
    }
    #[inline(always)]
    unsafe fn tile_int8(rows: usize, call: &TileInt8) {
        // SAFETY: the caller vouches for NEON and the pointers of the tile.
        unsafe { tile_int8(rows, call) }
    }
}

#[target_feature(enable = "neon")]
unsafe fn tile(rows: usize, tile: &Tile) {
    // SAFETY: this function enables the features of `Neon`; the rest is the caller's promise.
    unsafe { run!(Neon, 4, rows, tile, [1, 2, 3, 4, 5, 6]) }
}

#[target_feature(enable = "neon")]
unsafe fn tile_int8(rows: usize, tile: &TileInt8) {
    // SAFETY: as in `tile`.
    unsafe { run_int8!(Neon, 4, rows, tile, [1, 2, 3, 4]) }
}
