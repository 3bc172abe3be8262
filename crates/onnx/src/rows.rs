//! Which rows of a batch go through a graph together: those of equal length and equal adapter, so that nothing is padded.

use signalbox_core::Batch;

use crate::graph::Feeds;

/// More tokens at once make no row faster, only the memory larger and giving up slower: see docs/decisions/0042.
const MOST_TOKENS: usize = 512;

/// Rows that run together, by their places in the batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) adapter: Option<u16>,
    pub(crate) tokens: usize,
    pub(crate) rows: Vec<usize>,
}

/// All rows of `batch`; each for itself where `alone`.
pub(crate) fn groups(batch: &Batch, alone: bool) -> Vec<Group> {
    let lengths: Vec<_> = batch.ranges().map(|range| range.len()).collect();
    let mut order: Vec<usize> = (0..batch.len()).collect();
    order.sort_by_key(|row| (batch.adapters()[*row], lengths[*row]));
    let mut groups: Vec<Group> = Vec::new();
    for row in order {
        let (adapter, tokens) = (batch.adapters()[row], lengths[row]);
        let most = if alone {
            1
        } else {
            (MOST_TOKENS / tokens).max(1)
        };
        let open = groups.last_mut().filter(|group| {
            group.adapter == adapter && group.tokens == tokens && group.rows.len() < most
        });
        match open {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                adapter,
                tokens,
                rows: vec![row],
            }),
        }
    }
    groups
}

impl Group {
    /// What a graph of texts is fed with; positions count from `first_position` on.
    pub(crate) fn feeds(&self, batch: &Batch, first_position: usize) -> Feeds {
        let ranges: Vec<_> = batch.ranges().collect();
        let count = self.rows.len() * self.tokens;
        let ids = self
            .rows
            .iter()
            .flat_map(|row| &batch.ids()[ranges[*row].clone()]);
        let types = batch.types().map(|types| {
            let types = self
                .rows
                .iter()
                .flat_map(|row| &types[ranges[*row].clone()]);
            types.map(|kind| i64::from(*kind)).collect()
        });
        let places = first_position..first_position.saturating_add(self.tokens);
        let positions = places.map(|place| i64::try_from(place).unwrap_or(i64::MAX));
        Feeds {
            rows: self.rows.len(),
            tokens: self.tokens,
            ids: ids.map(|id| i64::from(*id)).collect(),
            mask: vec![1; count],
            types: types.unwrap_or_else(|| vec![0; count]),
            positions: positions.cycle().take(count).collect(),
            pixels: (Vec::new(), Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_core::{Heads, Row};

    fn batch() -> Batch {
        let row = |ids: &[u32], adapter| Row {
            ids: ids.to_vec(),
            types: vec![0; ids.len() - 1].into_iter().chain([1]).collect(),
            adapter,
            heads: Heads::none(),
        };
        let rows = [
            row(&[1, 2], None),
            row(&[3], None),
            row(&[4, 5], Some(0)),
            row(&[6, 7], None),
            row(&[8], Some(0)),
        ];
        Batch::new(&rows).expect("rows with tokens")
    }

    #[test]
    fn rows_of_one_length_and_adapter_go_together() {
        let groups = groups(&batch(), false);
        let found: Vec<_> = groups
            .iter()
            .map(|group| (group.adapter, group.rows.clone()))
            .collect();
        let expected = [
            (None, vec![1]),
            (None, vec![0, 3]),
            (Some(0), vec![4]),
            (Some(0), vec![2]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn every_row_goes_once_and_no_group_is_too_large() {
        for alone in [false, true] {
            let rows: Vec<_> = (0..200_u32)
                .map(|row| vec![1; 1 + (row * row % 7) as usize * 100])
                .collect();
            let batch = Batch::of(&rows, Heads::none()).expect("rows with tokens");
            let groups = groups(&batch, alone);
            let mut seen: Vec<_> = groups.iter().flat_map(|group| group.rows.clone()).collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..200));
            let fits = |group: &Group| {
                group.rows.len() == 1 || (!alone && group.rows.len() * group.tokens <= MOST_TOKENS)
            };
            assert!(groups.iter().all(fits));
        }
    }

    #[test]
    fn a_group_is_fed_row_after_row() {
        let batch = batch();
        let feeds = groups(&batch, false)[1].feeds(&batch, 2);
        assert_eq!((feeds.rows, feeds.tokens), (2, 2));
        assert_eq!(feeds.ids, [1, 2, 6, 7]);
        assert_eq!(feeds.types, [0, 1, 0, 1]);
        assert_eq!(feeds.positions, [2, 3, 2, 3]);
        assert_eq!(feeds.mask, [1; 4]);
    }
}
