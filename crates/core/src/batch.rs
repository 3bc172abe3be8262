//! Rows of token ids of unlike length, one after the other without padding.

use std::ops::Range;

use signalbox_base::{Code, Error, Result};

/// A ragged batch: row `n` is `ids[offsets[n]..offsets[n + 1]]`. No row is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    ids: Vec<u32>,
    offsets: Vec<usize>,
}

impl Batch {
    /// Joins rows.
    ///
    /// # Errors
    /// `InvalidInput` naming the row when one has no token.
    pub fn new<Row: AsRef<[u32]>>(rows: &[Row]) -> Result<Self> {
        let mut batch = Self {
            ids: Vec::new(),
            offsets: vec![0],
        };
        for (at, row) in rows.iter().enumerate() {
            if row.as_ref().is_empty() {
                return Err(Error::new(
                    Code::InvalidInput,
                    format!("rows[{at}]"),
                    "at least one token",
                    "none",
                ));
            }
            batch.ids.extend_from_slice(row.as_ref());
            batch.offsets.push(batch.ids.len());
        }
        Ok(batch)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All ids, row after row.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The ids of each row.
    pub fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.ranges().map(|range| &self.ids[range])
    }

    /// Where each row begins in `ids`, and last the number of ids.
    #[must_use]
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// Where each row lies in `ids`.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.offsets.windows(2).map(|pair| pair[0]..pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let rows = [vec![1, 2, 3], vec![4], vec![5, 6]];
        let batch = Batch::new(&rows).expect("rows with tokens");
        assert_eq!(batch.len(), 3);
        assert_eq!(batch.ids(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(batch.offsets(), [0, 3, 4, 6]);
        assert!(batch.rows().eq(rows.iter().map(Vec::as_slice)));
    }

    #[test]
    fn an_empty_batch_has_no_rows() {
        let batch = Batch::new::<Vec<u32>>(&[]).expect("no rows");
        assert!(batch.is_empty() && batch.rows().next().is_none());
    }

    #[test]
    fn an_empty_row_is_refused_by_its_number() {
        let error = Batch::new(&[vec![1], vec![]]).expect_err("an empty row");
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "rows[1]"));
    }
}
