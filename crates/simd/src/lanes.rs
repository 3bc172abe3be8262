//! The one vector abstraction that every kernel is written against; one implementation a CPU family.

/// Columns of one panel of packed weights; every vector width divides half of it.
pub(crate) const PANEL: usize = 32;

/// A register of `WIDTH` floats, and one of as many 32-bit words.
///
/// # Safety
/// Every method may be called only where the CPU has the features of the implementing type, and a pointer must be valid for
/// `WIDTH` elements, or `count` where that is given. All are inlined into an entry point that enables those features, see `table.rs`.
pub(crate) trait Lanes: Copy {
    /// Floats in a register.
    const WIDTH: usize;
    /// Most rows of a micro tile in f32, as many as the registers hold.
    const ROWS: usize;
    /// Most rows of a micro tile in int8.
    const ROWS_INT8: usize;
    /// What `add_dots` takes off its left bytes: 0, or 128 on a CPU that multiplies signed bytes only.
    const OFFSET: i32;
    /// `WIDTH` words of 32 bits.
    type Words: Copy;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// The first `count < WIDTH` lanes from memory, the others `fill`.
    unsafe fn load_part(from: *const f32, count: usize, fill: f32) -> Self;
    /// The first `count < WIDTH` lanes.
    unsafe fn store_part(self, to: *mut f32, count: usize);

    unsafe fn add(self, other: Self) -> Self;
    unsafe fn subtract(self, other: Self) -> Self;
    unsafe fn multiply(self, other: Self) -> Self;
    /// `self * factor + addend`, rounded once where the CPU can.
    unsafe fn multiply_add(self, factor: Self, addend: Self) -> Self;
    /// The greater; where one of them is NaN, `other` or NaN.
    unsafe fn greater(self, other: Self) -> Self;
    /// The lesser; where one of them is NaN, `other` or NaN.
    unsafe fn lesser(self, other: Self) -> Self;
    unsafe fn absolute(self) -> Self;
    /// The nearest whole number, ties to even.
    unsafe fn nearest(self) -> Self;
    /// `self * 2^power` for whole powers in -126..=127.
    unsafe fn scale_by_power(self, power: Self) -> Self;
    /// The sum of all lanes.
    unsafe fn sum(self) -> f32;
    /// The greatest lane.
    unsafe fn greatest(self) -> f32;
    /// `nearest(self) + zero` of each lane as a byte, at most 255; any byte for a lane that is negative, NaN or beyond 2^30.
    unsafe fn store_bytes(self, zero: i32, to: *mut u8);

    unsafe fn no_words() -> Self::Words;
    unsafe fn splat_word(word: i32) -> Self::Words;
    /// `4 * WIDTH` bytes.
    unsafe fn load_words(from: *const i8) -> Self::Words;
    /// Adds to each word of `sums` the exact sum of the four products of unsigned bytes of `left`, less `OFFSET`, and signed ones of `right`.
    unsafe fn add_dots(sums: Self::Words, left: Self::Words, right: Self::Words) -> Self::Words;
    unsafe fn multiply_words(left: Self::Words, right: Self::Words) -> Self::Words;
    unsafe fn subtract_words(left: Self::Words, right: Self::Words) -> Self::Words;
    unsafe fn to_floats(words: Self::Words) -> Self;

    /// Asks for the cache line at `from`, which need not be valid, in the second-level cache.
    unsafe fn prefetch(from: *const u8);

    /// The micro kernels, compiled with this type's features: see `tile.rs`.
    unsafe fn tile(rows: usize, tile: &crate::tile::Tile);
    /// What products of bytes need before the first tile.
    #[inline(always)]
    unsafe fn begin_int8() {}
    /// What they leave behind after the last.
    #[inline(always)]
    unsafe fn end_int8() {}
    /// The same for int8.
    unsafe fn tile_int8(rows: usize, tile: &crate::tile::TileInt8);
}
