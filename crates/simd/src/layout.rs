//! How the columns of a weight are laid out in panels of 32, plain or gated.

use std::ops::Range;

use crate::lanes::PANEL;

/// The shape of a packed weight. A gated one has two columns an output: panels hold 16 inputs, then their 16 gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Columns of the result.
    pub(crate) outputs: usize,
    /// Columns of the left side.
    pub(crate) depth: usize,
    pub(crate) gated: bool,
}

impl Layout {
    /// One column an output.
    pub(crate) const fn plain(outputs: usize, depth: usize) -> Self {
        Self {
            outputs,
            depth,
            gated: false,
        }
    }

    /// Two columns an output: an input and its gate.
    pub(crate) const fn gated(outputs: usize, depth: usize) -> Self {
        Self {
            outputs,
            depth,
            gated: true,
        }
    }

    /// Columns of the result that one panel gives.
    #[inline(always)]
    pub(crate) const fn outputs_per_panel(self) -> usize {
        if self.gated { PANEL / 2 } else { PANEL }
    }

    #[inline(always)]
    pub(crate) const fn panels(self) -> usize {
        self.outputs.div_ceil(self.outputs_per_panel())
    }

    /// Columns of the result that these panels give.
    #[inline(always)]
    pub(crate) fn outputs_of(self, panels: &Range<usize>) -> usize {
        let wide = self.outputs_per_panel();
        (panels.end * wide).min(self.outputs) - (panels.start * wide).min(self.outputs)
    }

    /// Lanes of all panels.
    #[inline(always)]
    pub(crate) const fn lane_count(self) -> usize {
        self.panels() * PANEL
    }

    /// Rows of the weight as `nn.Linear` keeps it: `[weight_rows, depth]`.
    pub(crate) const fn weight_rows(self) -> usize {
        if self.gated {
            2 * self.outputs
        } else {
            self.outputs
        }
    }

    /// Which row of the weight is in this lane of this panel; `None` for padding.
    pub(crate) const fn weight_row(self, panel: usize, lane: usize) -> Option<usize> {
        let wide = self.outputs_per_panel();
        let output = panel * wide + lane % wide;
        if output < self.outputs {
            Some(output + lane / wide * self.outputs)
        } else {
            None
        }
    }

    /// The rows of the weight in the lanes of one panel.
    pub(crate) fn panel_rows(self, panel: usize) -> [Option<usize>; PANEL] {
        std::array::from_fn(|lane| self.weight_row(panel, lane))
    }

    /// For every lane of every panel the row of the weight, in the order of packing.
    pub(crate) fn lanes(self) -> impl Iterator<Item = Option<usize>> {
        (0..self.lane_count()).map(move |at| self.weight_row(at / PANEL, at % PANEL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_weight_has_one_lane() {
        for (outputs, gated) in [
            (1, false),
            (32, false),
            (33, false),
            (1, true),
            (16, true),
            (17, true),
            (100, true),
        ] {
            let layout = Layout {
                outputs,
                depth: 1,
                gated,
            };
            let mut rows: Vec<usize> = layout.lanes().flatten().collect();
            rows.sort_unstable();
            assert!(rows.into_iter().eq(0..layout.weight_rows()), "{layout:?}");
        }
    }

    #[test]
    fn a_gate_sits_sixteen_lanes_after_its_input() {
        let layout = Layout {
            outputs: 20,
            depth: 1,
            gated: true,
        };
        assert_eq!(
            (
                layout.weight_row(1, 2),
                layout.weight_row(1, 18),
                layout.weight_row(1, 4)
            ),
            (Some(18), Some(38), None)
        );
    }
}
