//! Rows of token ids of unlike length, borrowed from the caller.

use std::ops::Range;

use signalbox_base::Result;

use signalbox_base::invalid_input;

/// A ragged batch: row `n` is `ids[offsets[n]..offsets[n + 1]]`, and no row is empty.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'batch> {
    ids: &'batch [u32],
    offsets: &'batch [usize],
    types: Option<&'batch [u8]>,
    adapters: &'batch [Option<u16>],
}

/// Some rows of a batch that are past the embeddings, where types matter no more.
#[derive(Default)]
pub(crate) struct Rows {
    ids: Vec<u32>,
    offsets: Vec<usize>,
    adapters: Vec<Option<u16>>,
}

impl Rows {
    pub(crate) fn tokens(&self) -> Result<Tokens<'_>> {
        let tokens = Tokens::new(&self.ids, &self.offsets, None)?;
        if self.adapters.is_empty() {
            return Ok(tokens);
        }
        tokens.with_adapters(&self.adapters)
    }
}

impl<'batch> Tokens<'batch> {
    /// `offsets` has one more entry than there are rows; `types`, if any, one entry a token, else all are 0.
    ///
    /// # Errors
    /// `InvalidInput` when offsets do not ascend from 0 to the length of `ids`, or `types` has another length.
    pub fn new(
        ids: &'batch [u32],
        offsets: &'batch [usize],
        types: Option<&'batch [u8]>,
    ) -> Result<Self> {
        let ends = (offsets.first(), offsets.last());
        if ends != (Some(&0), Some(&ids.len())) {
            return Err(invalid_input(
                "offsets",
                format!("from 0 to {}", ids.len()),
                format!("{ends:?}"),
            ));
        }
        if let Some(row) = offsets.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(invalid_input(
                format!("rows[{row}]"),
                "at least one token",
                "none",
            ));
        }
        if let Some(types) = types.filter(|types| types.len() != ids.len()) {
            return Err(invalid_input(
                "types",
                format!("{} entries", ids.len()),
                types.len().to_string(),
            ));
        }
        Ok(Self {
            ids,
            offsets,
            types,
            adapters: &[],
        })
    }

    /// The same with the adapter of each row, by its place in the model's list.
    ///
    /// # Errors
    /// `InvalidInput` when there are not as many as rows.
    pub fn with_adapters(self, adapters: &'batch [Option<u16>]) -> Result<Self> {
        let rows = self.offsets.len() - 1;
        if adapters.len() == rows {
            return Ok(Self { adapters, ..self });
        }
        Err(invalid_input(
            "adapters",
            format!("{rows} entries"),
            adapters.len().to_string(),
        ))
    }

    /// The adapter of each row; empty where none has any.
    pub(crate) const fn adapters(&self) -> &'batch [Option<u16>] {
        self.adapters
    }

    /// All ids, row after row.
    #[must_use]
    pub const fn ids(&self) -> &'batch [u32] {
        self.ids
    }

    /// Where each row lies.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> + use<'batch> {
        self.offsets.windows(2).map(|pair| pair[0]..pair[1])
    }

    /// Where one row lies.
    pub(crate) fn range(&self, row: usize) -> Range<usize> {
        self.offsets[row]..self.offsets[row + 1]
    }

    /// Some of the rows, as a batch of their own.
    pub(crate) fn rows(&self, rows: &[usize]) -> Rows {
        let mut own = Rows {
            offsets: vec![0],
            ..Rows::default()
        };
        for row in rows {
            own.ids.extend(&self.ids[self.range(*row)]);
            own.offsets.push(own.ids.len());
            own.adapters.extend(self.adapters.get(*row));
        }
        own
    }

    pub(crate) fn type_at(&self, token: usize) -> usize {
        self.types.map_or(0, |types| usize::from(types[token]))
    }

    /// Refuses what a model of this vocabulary, length and number of types and adapters cannot read.
    pub(crate) fn check(
        &self,
        vocabulary: usize,
        most: usize,
        types: usize,
        adapters: usize,
    ) -> Result<()> {
        let rows = self.adapters.iter().enumerate();
        for (row, adapter) in rows.filter_map(|(row, adapter)| Some((row, (*adapter)?))) {
            if usize::from(adapter) >= adapters {
                return Err(invalid_input(
                    format!("rows[{row}]"),
                    format!("one of {adapters} adapters"),
                    format!("adapter {adapter}"),
                ));
            }
        }
        for (row, range) in self.ranges().enumerate() {
            let at = || format!("rows[{row}]");
            if range.len() > most {
                return Err(invalid_input(
                    at(),
                    format!("at most {most} tokens"),
                    format!("{} tokens", range.len()),
                ));
            }
            if let Some(id) = self.ids[range.clone()]
                .iter()
                .find(|id| **id as usize >= vocabulary)
            {
                return Err(invalid_input(
                    at(),
                    format!("ids below {vocabulary}"),
                    id.to_string(),
                ));
            }
            if let Some(token) = range
                .into_iter()
                .find(|token| self.type_at(*token) >= types)
            {
                return Err(invalid_input(
                    at(),
                    format!("types below {types}"),
                    self.type_at(token).to_string(),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_batch_is_refused() {
        type Case<'case> = (
            &'case [u32],
            &'case [usize],
            Option<&'case [u8]>,
            &'case str,
        );
        let table: [Case<'_>; 6] = [
            (&[1], &[], None, "offsets"),
            (&[1], &[0, 2], None, "offsets"),
            (&[1], &[1, 1], None, "offsets"),
            (&[1], &[0, 0, 1], None, "rows[0]"),
            (&[1, 2], &[0, 2, 1, 2], None, "rows[1]"),
            (&[1], &[0, 1], Some(&[]), "types"),
        ];
        for (ids, offsets, types, at) in table {
            assert_eq!(Tokens::new(ids, offsets, types).expect_err(at).at(), at);
        }
    }

    #[test]
    fn what_the_model_cannot_read_is_refused() {
        let tokens = Tokens::new(&[1, 2, 3], &[0, 1, 3], Some(&[0, 0, 1])).expect("a batch");
        assert!(tokens.check(4, 2, 2, 0).is_ok());
        for (vocabulary, most, types) in [(3, 2, 2), (4, 1, 2), (4, 2, 1)] {
            assert_eq!(
                tokens
                    .check(vocabulary, most, types, 0)
                    .expect_err("row 1")
                    .at(),
                "rows[1]"
            );
        }
        let adapters = [Some(0), Some(1)];
        let tokens = tokens.with_adapters(&adapters).expect("one a row");
        assert!(tokens.check(4, 2, 2, 2).is_ok());
        assert_eq!(tokens.check(4, 2, 2, 1).expect_err("row 1").at(), "rows[1]");
        assert_eq!(
            tokens.with_adapters(&[]).expect_err("none").at(),
            "adapters"
        );
    }

    #[test]
    fn no_rows_are_a_batch() {
        assert_eq!(
            Tokens::new(&[], &[0], None)
                .expect("no rows")
                .ranges()
                .count(),
            0
        );
    }
}
