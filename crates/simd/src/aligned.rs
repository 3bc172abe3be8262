//! Buffers that start on a cache line: a vector load that straddles two lines costs twice.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

const LINE: usize = 64;

#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for i32 {}
    impl Sealed for i8 {}
    impl Sealed for u8 {}
    impl Sealed for u32 {}
}

/// A number for which any bits, zeros among them, are a value.
pub trait Plain: sealed::Sealed + Copy {}
impl Plain for f32 {}
impl Plain for i32 {}
impl Plain for i8 {}
impl Plain for u8 {}
impl Plain for u32 {}

/// A slice of numbers whose first byte lies on a cache line.
#[derive(Clone)]
pub struct Aligned<Number> {
    lines: Vec<Line>,
    length: usize,
    number: PhantomData<Number>,
}

impl<Number: Plain> Aligned<Number> {
    /// `length` zeros.
    #[must_use]
    pub fn zeros(length: usize) -> Self {
        let bytes = length.saturating_mul(size_of::<Number>());
        Self {
            lines: vec![Line([0; LINE]); bytes.div_ceil(LINE)],
            length,
            number: PhantomData,
        }
    }

    /// Makes room for at least `length` numbers, keeping none; what is there already is enough in most calls, and nothing happens.
    pub fn reserve(&mut self, length: usize) {
        if self.length < length {
            *self = Self::zeros(length);
        }
    }
}

impl<Number: Plain> Default for Aligned<Number> {
    fn default() -> Self {
        Self::zeros(0)
    }
}

impl<Number: Plain> Deref for Aligned<Number> {
    type Target = [Number];
    fn deref(&self) -> &[Number] {
        // SAFETY: the lines hold at least `length` numbers, aligned beyond their need, and any bits are a `Plain` value.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl<Number: Plain> DerefMut for Aligned<Number> {
    fn deref_mut(&mut self) -> &mut [Number] {
        // SAFETY: as in `deref`; the borrow of self is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_on_a_line_and_grows_only_when_it_must() {
        let mut buffer = Aligned::<f32>::zeros(33);
        assert_eq!((buffer.len(), buffer.as_ptr() as usize % LINE), (33, 0));
        buffer[32] = 1.0;
        buffer.reserve(20);
        assert_eq!(buffer.len(), 33);
        buffer.reserve(100);
        assert!(buffer.len() == 100 && buffer.iter().all(|value| *value == 0.0));
    }
}
