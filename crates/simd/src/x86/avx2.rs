//! Eight floats a register: AVX2 and FMA (Haswell, Zen and later).

use std::arch::x86_64::{
    __m256, __m256i, _MM_FROUND_NO_EXC, _MM_FROUND_TO_NEAREST_INT, _MM_HINT_T1, _mm_packus_epi16,
    _mm_packus_epi32, _mm_prefetch, _mm_storel_epi64, _mm256_add_epi32, _mm256_add_ps,
    _mm256_and_ps, _mm256_and_si256, _mm256_andnot_ps, _mm256_castsi256_ps, _mm256_castsi256_si128,
    _mm256_cmpgt_epi32, _mm256_cvtepi32_ps, _mm256_cvtps_epi32, _mm256_extracti128_si256,
    _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maskload_ps,
    _mm256_maskstore_ps, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps, _mm256_mullo_epi32,
    _mm256_or_ps, _mm256_round_ps, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setr_epi32,
    _mm256_setzero_si256, _mm256_slli_epi16, _mm256_slli_epi32, _mm256_srai_epi16,
    _mm256_srli_epi16, _mm256_storeu_ps, _mm256_sub_epi32, _mm256_sub_ps,
};

use crate::lanes::Lanes;
use crate::table::table;
use crate::tile::{Tile, TileInt8, run, run_int8};

table!("avx2", Avx2, target_feature(enable = "avx2,fma"));

/// Eight floats.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256);

/// All bits set in the first `count` lanes.
#[inline(always)]
unsafe fn first(count: usize) -> __m256i {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "below 8"
    )]
    let count = count as i32;
    // SAFETY: the caller vouches for AVX2.
    unsafe {
        _mm256_cmpgt_epi32(
            _mm256_set1_epi32(count),
            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
        )
    }
}

macro_rules! forward {
    ($($name:ident($($argument:ident),*) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        unsafe fn $name(self $(, $argument: Self)*) -> Self {
            // SAFETY: the caller vouches for AVX2 and FMA, see `Lanes`.
            Self(unsafe { $intrinsic(self.0 $(, $argument.0)*) })
        }
    )*};
}

impl Avx2 {
    #[inline(always)]
    unsafe fn to_array(self) -> [f32; 8] {
        let mut lanes = [0.0; 8];
        // SAFETY: the caller vouches for AVX2; the array holds eight floats.
        unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), self.0) };
        lanes
    }
}

impl Lanes for Avx2 {
    const WIDTH: usize = 8;
    const ROWS: usize = 6;
    const ROWS_INT8: usize = 4;
    const OFFSET: i32 = 0;
    type Words = __m256i;

    forward! {
        add(other) = _mm256_add_ps;
        subtract(other) = _mm256_sub_ps;
        multiply(other) = _mm256_mul_ps;
        multiply_add(factor, addend) = _mm256_fmadd_ps;
        greater(other) = _mm256_max_ps;
        lesser(other) = _mm256_min_ps;
    }
    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller vouches for AVX2.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for AVX2 and eight readable floats.
        Self(unsafe { _mm256_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for AVX2 and eight writable floats.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, fill: f32) -> Self {
        // SAFETY: the caller vouches for AVX2; the mask touches `count` floats only.
        unsafe {
            let mask = first(count);
            let others = _mm256_andnot_ps(_mm256_castsi256_ps(mask), _mm256_set1_ps(fill));
            Self(_mm256_or_ps(_mm256_maskload_ps(from, mask), others))
        }
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        // SAFETY: the caller vouches for AVX2; the mask touches `count` floats only.
        unsafe { _mm256_maskstore_ps(to, first(count), self.0) }
    }
    #[inline(always)]
    unsafe fn absolute(self) -> Self {
        // SAFETY: the caller vouches for AVX2.
        Self(unsafe { _mm256_and_ps(self.0, _mm256_castsi256_ps(_mm256_set1_epi32(i32::MAX))) })
    }
    #[inline(always)]
    unsafe fn nearest(self) -> Self {
        // SAFETY: the caller vouches for AVX2.
        Self(unsafe {
            _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }
    #[inline(always)]
    unsafe fn scale_by_power(self, power: Self) -> Self {
        // SAFETY: the caller vouches for AVX2. The power becomes the exponent bits of a float.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(power.0), _mm256_set1_epi32(127));
            Self(_mm256_mul_ps(
                self.0,
                _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)),
            ))
        }
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: the caller vouches for AVX2.
        unsafe { self.to_array() }.into_iter().sum()
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        // SAFETY: the caller vouches for AVX2.
        unsafe { self.to_array() }
            .into_iter()
            .fold(f32::NEG_INFINITY, f32::max)
    }
    #[inline(always)]
    unsafe fn store_bytes(self, zero: i32, to: *mut u8) {
        // SAFETY: the caller vouches for AVX2 and eight writable bytes.
        unsafe {
            let words = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(zero));
            let halves = _mm_packus_epi32(
                _mm256_castsi256_si128(words),
                _mm256_extracti128_si256::<1>(words),
            );
            _mm_storel_epi64(to.cast(), _mm_packus_epi16(halves, halves));
        }
    }
    #[inline(always)]
    unsafe fn no_words() -> __m256i {
        // SAFETY: the caller vouches for AVX2.
        unsafe { _mm256_setzero_si256() }
    }
    #[inline(always)]
    unsafe fn splat_word(word: i32) -> __m256i {
        // SAFETY: the caller vouches for AVX2.
        unsafe { _mm256_set1_epi32(word) }
    }
    #[inline(always)]
    unsafe fn load_words(from: *const i8) -> __m256i {
        // SAFETY: the caller vouches for AVX2 and 32 readable bytes.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }
    /// `maddubs` saturates at 16 bits, so bytes are widened first: even and odd ones apart, each pair of products exact in 32 bits.
    #[inline(always)]
    unsafe fn add_dots(sums: __m256i, left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: the caller vouches for AVX2.
        unsafe {
            let even = _mm256_madd_epi16(
                _mm256_and_si256(left, _mm256_set1_epi32(0x00ff_00ff)),
                _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(right)),
            );
            let odd =
                _mm256_madd_epi16(_mm256_srli_epi16::<8>(left), _mm256_srai_epi16::<8>(right));
            _mm256_add_epi32(sums, _mm256_add_epi32(even, odd))
        }
    }
    #[inline(always)]
    unsafe fn multiply_words(left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: the caller vouches for AVX2.
        unsafe { _mm256_mullo_epi32(left, right) }
    }
    #[inline(always)]
    unsafe fn subtract_words(left: __m256i, right: __m256i) -> __m256i {
        // SAFETY: the caller vouches for AVX2.
        unsafe { _mm256_sub_epi32(left, right) }
    }
    #[inline(always)]
    unsafe fn to_floats(words: __m256i) -> Self {
        // SAFETY: the caller vouches for AVX2.
        Self(unsafe { _mm256_cvtepi32_ps(words) })
    }
    #[inline(always)]
    unsafe fn prefetch(from: *const u8) {
        // SAFETY: a hint, which never faults.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from.cast()) }
    }
    #[inline(always)]
    unsafe fn tile(rows: usize, call: &Tile) {
        // SAFETY: the caller vouches for AVX2, FMA and the pointers of the tile.
        unsafe { tile(rows, call) }
    }
    #[inline(always)]
    unsafe fn tile_int8(rows: usize, call: &TileInt8) {
        // SAFETY: the caller vouches for AVX2 and the pointers of the tile.
        unsafe { tile_int8(rows, call) }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn tile(rows: usize, tile: &Tile) {
    // SAFETY: this function enables the features of `Avx2`; the rest is the caller's promise.
    unsafe { run!(Avx2, 2, rows, tile, [1, 2, 3, 4, 5, 6]) }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn tile_int8(rows: usize, tile: &TileInt8) {
    // SAFETY: as in `tile`.
    unsafe { run_int8!(Avx2, 2, rows, tile, [1, 2, 3, 4]) }
}
