//! The order in which a product visits its tiles: a block of rows stays in cache while every panel of the weight passes by.

use std::ops::Range;

/// Activations that stay in the second-level cache meanwhile.
const BLOCK_BYTES: usize = 384 * 1024;

/// What either micro kernel reads of a panel in one step.
const STEP_BYTES: usize = 128;

/// Memory that will be read next: a micro kernel asks for `from + step * stride` at each step. Need not be valid.
#[derive(Clone, Copy)]
pub(crate) struct Ahead {
    pub(crate) from: *const u8,
    pub(crate) stride: usize,
}

impl Ahead {
    /// For operands that are in cache already, `near` among them: asking for an address that is not mapped would cost a page walk a step.
    #[inline(always)]
    pub(crate) const fn nothing(near: *const u8) -> Self {
        Self {
            from: near,
            stride: 0,
        }
    }
}

/// One tile: some rows times one panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) panel: usize,
    pub(crate) row: usize,
    pub(crate) rows: usize,
    /// Which tile of this block and panel it is, and of how many.
    number: usize,
    tiles: usize,
}

impl Place {
    /// What the tile should ask for while it runs: all tiles of a panel together fetch the next one, each an equal part.
    #[inline(always)]
    pub(crate) const fn ahead(self, panel: *const u8, steps: usize) -> Ahead {
        let stride = STEP_BYTES.div_ceil(self.tiles);
        Ahead {
            from: panel.wrapping_add(steps * (STEP_BYTES + self.number * stride)),
            stride,
        }
    }
}

/// All tiles of a product, in order.
pub(crate) struct Walk {
    rows: usize,
    panels: Range<usize>,
    tile_rows: usize,
    block: usize,
    first: usize,
    last: usize,
    next: Place,
}

impl Walk {
    /// `row_bytes` is the size of one row of the left side. Blocks, and the tiles of a block, are alike in size.
    #[inline(always)]
    pub(crate) const fn new(
        rows: usize,
        panels: Range<usize>,
        tile_rows: usize,
        row_bytes: usize,
    ) -> Self {
        let fit = BLOCK_BYTES / row_bytes;
        let blocks = rows.div_ceil(if fit < tile_rows { tile_rows } else { fit });
        let block = if blocks == 0 {
            0
        } else {
            rows.div_ceil(blocks)
        };
        let none = panels.start >= panels.end;
        Self {
            rows: if none { 0 } else { rows },
            tile_rows,
            block,
            first: 0,
            last: block,
            next: Place {
                panel: panels.start,
                row: 0,
                rows: 0,
                number: 0,
                tiles: 0,
            },
            panels,
        }
    }

    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<Place> {
        if self.first >= self.rows {
            return None;
        }
        let tiles = (self.last - self.first).div_ceil(self.tile_rows);
        let rows = (self.last - self.next.row).div_ceil(tiles - self.next.number);
        let place = Place {
            rows,
            tiles,
            ..self.next
        };
        self.next.row += rows;
        self.next.number += 1;
        if self.next.row == self.last {
            self.turn();
        }
        Some(place)
    }

    /// To the next panel, or after the last one to the next block.
    #[inline(always)]
    fn turn(&mut self) {
        let mut panel = self.next.panel + 1;
        if panel == self.panels.end {
            panel = self.panels.start;
            (self.first, self.last) = (self.last, (self.last + self.block).min(self.rows));
        }
        self.next = Place {
            panel,
            row: self.first,
            rows: 0,
            number: 0,
            tiles: 0,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_meets_every_panel_once() {
        for (rows, panels, tile_rows, row_bytes) in [
            (0, 3, 12, 4),
            (3, 0, 12, 4),
            (1, 1, 12, 4),
            (13, 2, 12, 4),
            (70, 3, 6, 1 << 15),
            (5, 2, 4, 1 << 20),
        ] {
            let (mut walk, mut met) = (
                Walk::new(rows, 2..2 + panels, tile_rows, row_bytes),
                vec![0; rows * panels],
            );
            while let Some(place) = walk.next() {
                assert!(place.rows >= 1 && place.rows <= tile_rows, "{place:?}");
                (place.row..place.row + place.rows)
                    .for_each(|row| met[row * panels + place.panel - 2] += 1);
            }
            assert!(met.iter().all(|times| *times == 1), "{rows} × {panels}");
        }
    }
}
