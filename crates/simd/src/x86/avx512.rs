//! Sixteen floats a register, and four int8 products a lane in one instruction: AVX-512 F, BW, DQ, VL and VNNI (Ice Lake, Zen 4 and later);
//! with `AMX`, products of whole tiles of bytes (Sapphire Rapids and later).

use std::arch::x86_64::{
    __m512, __m512i, __mmask16, _MM_FROUND_NO_EXC, _MM_FROUND_TO_NEAREST_INT, _MM_HINT_T1,
    _mm_prefetch, _mm_storeu_si128, _mm512_abs_ps, _mm512_add_epi32, _mm512_add_ps,
    _mm512_cvtepi32_ps, _mm512_cvtps_epi32, _mm512_cvtusepi32_epi8, _mm512_dpbusd_epi32,
    _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_mask_loadu_ps,
    _mm512_mask_storeu_ps, _mm512_max_ps, _mm512_min_ps, _mm512_mul_ps, _mm512_mullo_epi32,
    _mm512_reduce_add_ps, _mm512_reduce_max_ps, _mm512_roundscale_ps, _mm512_scalef_ps,
    _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_si512, _mm512_storeu_ps, _mm512_sub_epi32,
    _mm512_sub_ps,
};

use crate::lanes::Lanes;
use crate::tile::{Tile, TileInt8, run, run_int8};

pub(crate) mod vnni {
    //! Bytes by VNNI.
    use super::Avx512;
    use crate::table::table;

    table!(
        "avx512-vnni",
        Avx512<false>,
        target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")
    );
}

pub(crate) mod amx {
    //! Bytes by AMX.
    use super::Avx512;
    use crate::table::table;

    table!(
        "avx512-amx",
        Avx512<true>,
        target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")
    );
}

/// Sixteen floats.
#[derive(Clone, Copy)]
pub(crate) struct Avx512<const AMX: bool>(__m512);

/// Most rows of a micro tile of bytes without AMX.
const VNNI_ROWS: usize = 12;

#[inline(always)]
const fn first(count: usize) -> __mmask16 {
    (1 << count) - 1
}

macro_rules! forward {
    ($($name:ident($($argument:ident),*) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        unsafe fn $name(self $(, $argument: Self)*) -> Self {
            // SAFETY: the caller vouches for AVX-512, see `Lanes`.
            Self(unsafe { $intrinsic(self.0 $(, $argument.0)*) })
        }
    )*};
}

impl<const AMX: bool> Lanes for Avx512<AMX> {
    const WIDTH: usize = 16;
    const ROWS: usize = 12;
    const ROWS_INT8: usize = if AMX { super::amx::ROWS } else { VNNI_ROWS };
    const OFFSET: i32 = 0;
    type Words = __m512i;

    forward! {
        add(other) = _mm512_add_ps;
        subtract(other) = _mm512_sub_ps;
        multiply(other) = _mm512_mul_ps;
        multiply_add(factor, addend) = _mm512_fmadd_ps;
        greater(other) = _mm512_max_ps;
        lesser(other) = _mm512_min_ps;
        absolute() = _mm512_abs_ps;
        scale_by_power(power) = _mm512_scalef_ps;
    }
    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller vouches for AVX-512.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for AVX-512 and 16 readable floats.
        Self(unsafe { _mm512_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for AVX-512 and 16 writable floats.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, fill: f32) -> Self {
        // SAFETY: the caller vouches for AVX-512; the mask touches `count` floats only.
        Self(unsafe { _mm512_mask_loadu_ps(_mm512_set1_ps(fill), first(count), from) })
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        // SAFETY: the caller vouches for AVX-512; the mask touches `count` floats only.
        unsafe { _mm512_mask_storeu_ps(to, first(count), self.0) }
    }
    #[inline(always)]
    unsafe fn nearest(self) -> Self {
        // SAFETY: the caller vouches for AVX-512.
        Self(unsafe {
            _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
    #[inline(always)]
    unsafe fn store_bytes(self, zero: i32, to: *mut u8) {
        // SAFETY: the caller vouches for AVX-512 and 16 writable bytes.
        unsafe {
            let words = _mm512_add_epi32(_mm512_cvtps_epi32(self.0), _mm512_set1_epi32(zero));
            _mm_storeu_si128(to.cast(), _mm512_cvtusepi32_epi8(words));
        }
    }
    #[inline(always)]
    unsafe fn no_words() -> __m512i {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_setzero_si512() }
    }
    #[inline(always)]
    unsafe fn splat_word(word: i32) -> __m512i {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_set1_epi32(word) }
    }
    #[inline(always)]
    unsafe fn load_words(from: *const i8) -> __m512i {
        // SAFETY: the caller vouches for AVX-512 and 64 readable bytes.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }
    #[inline(always)]
    unsafe fn add_dots(sums: __m512i, left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: the caller vouches for AVX-512 VNNI.
        unsafe { _mm512_dpbusd_epi32(sums, left, right) }
    }
    #[inline(always)]
    unsafe fn multiply_words(left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_mullo_epi32(left, right) }
    }
    #[inline(always)]
    unsafe fn subtract_words(left: __m512i, right: __m512i) -> __m512i {
        // SAFETY: the caller vouches for AVX-512.
        unsafe { _mm512_sub_epi32(left, right) }
    }
    #[inline(always)]
    unsafe fn to_floats(words: __m512i) -> Self {
        // SAFETY: the caller vouches for AVX-512.
        Self(unsafe { _mm512_cvtepi32_ps(words) })
    }
    #[inline(always)]
    unsafe fn prefetch(from: *const u8) {
        // SAFETY: a hint, which never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from.cast()) }
    }
    #[inline(always)]
    unsafe fn tile(rows: usize, call: &Tile) {
        // SAFETY: the caller vouches for AVX-512 and the pointers of the tile.
        unsafe { tile(rows, call) }
    }
    #[inline(always)]
    unsafe fn tile_int8(rows: usize, call: &TileInt8) {
        // SAFETY: the caller vouches for AVX-512 VNNI, for AMX where that is said, and for the pointers of the tile.
        unsafe {
            if AMX && super::amx::fits(call) {
                return tile_amx(rows, call);
            }
            let mut first = 0;
            while first < rows {
                let count = VNNI_ROWS.min(rows - first);
                tile_int8(count, &call.after_rows(first));
                first += count;
            }
        }
    }
    #[inline(always)]
    unsafe fn begin_int8() {
        if AMX {
            // SAFETY: the caller vouches for AMX.
            unsafe { super::amx::begin() }
        }
    }
    #[inline(always)]
    unsafe fn end_int8() {
        if AMX {
            // SAFETY: the caller vouches for AMX.
            unsafe { super::amx::end() }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
unsafe fn tile(rows: usize, tile: &Tile) {
    // SAFETY: this function enables the features of `Avx512`; the rest is the caller's promise.
    unsafe {
        run!(
            Avx512<false>,
            2,
            rows,
            tile,
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        );
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
unsafe fn tile_int8(rows: usize, tile: &TileInt8) {
    // SAFETY: as in `tile`.
    unsafe {
        run_int8!(
            Avx512<false>,
            2,
            rows,
            tile,
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        );
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
unsafe fn tile_amx(rows: usize, tile: &TileInt8) {
    // SAFETY: this function enables the features of `Avx512`; the caller vouches for AMX and the pointers of the tile.
    unsafe { super::amx::multiply::<Avx512<true>>(rows, tile) }
}
