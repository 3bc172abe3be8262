//! Rows of token ids of unlike length, one after the other without padding, each with the heads it is to go through.

use std::ops::Range;

use signalbox_base::{Code, Error, Result};

use crate::Heads;

/// One text, or one window of it, as a model reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Token ids, special ones included.
    pub ids: Vec<u32>,
    /// The segment of each token; empty where all are 0.
    pub types: Vec<u8>,
    /// The adapter it goes through, by its place in the model's list.
    pub adapter: Option<u16>,
    /// The heads wanted for it.
    pub heads: Heads,
}

/// A ragged batch: row `n` is `ids[offsets[n]..offsets[n + 1]]`. No row is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    ids: Vec<u32>,
    offsets: Vec<usize>,
    types: Option<Vec<u8>>,
    adapters: Vec<Option<u16>>,
    heads: Vec<Heads>,
}

impl Batch {
    /// Joins rows.
    ///
    /// # Errors
    /// `InvalidInput` naming the row when one has no token, or as many types as it should not have.
    pub fn new<'row>(rows: impl IntoIterator<Item = &'row Row>) -> Result<Self> {
        let mut batch = Self {
            ids: Vec::new(),
            offsets: vec![0],
            types: None,
            adapters: Vec::new(),
            heads: Vec::new(),
        };
        for (at, row) in rows.into_iter().enumerate() {
            let fault = |expected: &str, received: String| {
                Error::new(
                    Code::InvalidInput,
                    format!("rows[{at}]"),
                    expected,
                    received,
                )
            };
            if row.ids.is_empty() {
                return Err(fault("at least one token", "none".to_owned()));
            }
            if !row.types.is_empty() && row.types.len() != row.ids.len() {
                return Err(fault("a type for each token", row.types.len().to_string()));
            }
            batch.push(row);
        }
        Ok(batch)
    }

    /// Rows of ids alone, all wanting the same heads: for tests and benches.
    ///
    /// # Errors
    /// As `new`.
    pub fn of<Ids: AsRef<[u32]>>(rows: &[Ids], heads: Heads) -> Result<Self> {
        let row = |ids: &Ids| Row {
            ids: ids.as_ref().to_vec(),
            heads,
            ..Row::default()
        };
        Self::new(&rows.iter().map(row).collect::<Vec<_>>())
    }

    fn push(&mut self, row: &Row) {
        if !row.types.is_empty() {
            let types = self.types.get_or_insert_with(|| vec![0; self.ids.len()]);
            types.extend(&row.types);
        } else if let Some(types) = &mut self.types {
            types.resize(types.len() + row.ids.len(), 0);
        }
        self.ids.extend(&row.ids);
        self.offsets.push(self.ids.len());
        self.adapters.push(row.adapter);
        self.heads.push(row.heads);
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

    /// The segment of every token; `None` where all are 0.
    #[must_use]
    pub fn types(&self) -> Option<&[u8]> {
        self.types.as_deref()
    }

    /// The adapter of each row.
    #[must_use]
    pub fn adapters(&self) -> &[Option<u16>] {
        &self.adapters
    }

    /// The heads wanted for each row.
    #[must_use]
    pub fn heads(&self) -> &[Heads] {
        &self.heads
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
        let batch = Batch::of(&rows, Heads::none().with(1)).expect("rows with tokens");
        assert_eq!(batch.len(), 3);
        assert_eq!(batch.ids(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(batch.offsets(), [0, 3, 4, 6]);
        assert!(batch.rows().eq(rows.iter().map(Vec::as_slice)));
        assert!(batch.types().is_none() && batch.heads().iter().all(|heads| heads.has(1)));
    }

    #[test]
    fn types_and_adapters_stay_with_their_row() {
        let row = |ids: &[u32], types: &[u8], adapter| Row {
            ids: ids.to_vec(),
            types: types.to_vec(),
            adapter,
            heads: Heads::none(),
        };
        let rows = [
            row(&[1, 2], &[], None),
            row(&[3, 4], &[0, 1], Some(2)),
            row(&[5], &[], Some(0)),
        ];
        let batch = Batch::new(&rows).expect("rows with tokens");
        assert_eq!(batch.types(), Some(&[0, 0, 0, 1, 0][..]));
        assert_eq!(batch.adapters(), [None, Some(2), Some(0)]);
    }

    #[test]
    fn an_empty_batch_has_no_rows() {
        let batch = Batch::new(&[]).expect("no rows");
        assert!(batch.is_empty() && batch.rows().next().is_none());
    }

    #[test]
    fn a_faulty_row_is_refused_by_its_number() {
        let error = Batch::of(&[vec![1], vec![]], Heads::none()).expect_err("an empty row");
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "rows[1]"));
        let odd = Row {
            ids: vec![1, 2],
            types: vec![0],
            ..Row::default()
        };
        assert_eq!(Batch::new(&[odd]).expect_err("types").at(), "rows[0]");
    }
}
