//! Weights packed for the kernels, within a bound on what one artifact may take.

use std::cell::Cell;

use signalbox_base::Result;
use signalbox_simd::PackedF32;

use crate::entry::Entry;
use crate::tensor::Matrix;

/// The most numbers that one artifact may unfold to: 256 MiB.
const MOST: usize = 1 << 26;

/// Columns of a packed panel: a narrow weight takes as much as one of this width.
const PANEL: usize = 32;

/// What is left of the bound.
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(MOST))
    }

    /// Bytes that were taken.
    pub(crate) const fn bytes(&self) -> usize {
        (MOST - self.0.get()) * size_of::<f32>()
    }

    /// Packs `weight`, `[outputs, depth]`, which came from `entry`.
    ///
    /// # Errors
    /// `ModelInvalid` when the artifact would take more memory than allowed.
    pub(crate) fn pack(
        &self,
        entry: &Entry<'_>,
        weight: &Matrix,
        bias: Option<&[f32]>,
    ) -> Result<PackedF32> {
        let Matrix {
            values,
            rows,
            columns,
        } = weight;
        self.take(entry, rows.next_multiple_of(PANEL).checked_mul(*columns))?;
        Ok(PackedF32::new(values, bias, *rows, *columns))
    }

    /// Keeps `matrix` as it is.
    ///
    /// # Errors
    /// As `pack`.
    pub(crate) fn keep(&self, entry: &Entry<'_>, matrix: Matrix) -> Result<Matrix> {
        self.take(entry, Some(matrix.values.len()))?;
        Ok(matrix)
    }

    fn take(&self, entry: &Entry<'_>, count: Option<usize>) -> Result<()> {
        let left = count.and_then(|count| self.0.get().checked_sub(count));
        let fault = || {
            entry.fault(format!("weights that take at most {MOST} numbers in all, each matrix counted as {PANEL} rows or more"), "more")
        };
        self.0.set(left.ok_or_else(fault)?);
        Ok(())
    }
}
