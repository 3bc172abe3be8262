//! A matrix that may be cut into parts with columns of their own, which threads then fill side by side.

use std::marker::PhantomData;

/// Exclusive access to some columns of all rows of a matrix in memory; what lies between belongs to others.
pub struct MatrixMut<'memory> {
    start: *mut f32,
    rows: usize,
    columns: usize,
    stride: usize,
    memory: PhantomData<&'memory mut [f32]>,
}

// SAFETY: it is as exclusive as the `&mut [f32]` it was made of, of which no two matrices hold the same number.
unsafe impl Send for MatrixMut<'_> {}

impl<'memory> MatrixMut<'memory> {
    /// All of `values`, `[rows, columns]`.
    ///
    /// # Panics
    /// When the length is no multiple of `columns`.
    #[must_use]
    pub fn new(values: &'memory mut [f32], columns: usize) -> Self {
        assert!(
            columns > 0 && values.len().is_multiple_of(columns),
            "values is [rows, columns]"
        );
        Self {
            rows: values.len() / columns,
            start: values.as_mut_ptr(),
            columns,
            stride: columns,
            memory: PhantomData,
        }
    }

    /// The first `columns` columns, and the others.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn split_columns(self, columns: usize) -> (Self, Self) {
        assert!(columns <= self.columns, "so many columns");
        let right = Self {
            // Stays within the memory, or one past its end, since the columns do.
            start: self.start.wrapping_add(columns),
            columns: self.columns - columns,
            ..self
        };
        (Self { columns, ..self }, right)
    }

    /// Rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Numbers of one row that are its own.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The first number of its own.
    pub(crate) const fn start(&mut self) -> *mut f32 {
        self.start
    }

    /// Numbers from one row to the next.
    pub(crate) const fn stride(&self) -> usize {
        self.stride
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_no_number() {
        let mut values = vec![0.0; 3 * 10];
        let (left, rest) = MatrixMut::new(&mut values, 10).split_columns(4);
        let (middle, right) = rest.split_columns(6);
        assert_eq!(
            (left.columns(), middle.columns(), right.columns()),
            (4, 6, 0)
        );
        std::thread::scope(|scope| {
            for (mark, mut part) in [(1.0, left), (2.0, middle)] {
                scope.spawn(move || {
                    for row in 0..part.rows() {
                        for column in 0..part.columns() {
                            let at = row * part.stride() + column;
                            // SAFETY: within the rows and columns of this part, which no other thread has.
                            unsafe { *part.start().add(at) += mark }
                        }
                    }
                });
            }
        });
        for row in values.chunks_exact(10) {
            assert_eq!(row, [1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
        }
    }
}
