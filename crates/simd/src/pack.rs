//! Weights as the micro kernels read them: packed once, at load.

use crate::aligned::Aligned;
use crate::lanes::PANEL;
use crate::layout::Layout;

/// 32-bit sums of byte products cannot overflow below this depth: `2^31 / (255 * 127)`.
const MOST_DEPTH_INT8: usize = 66_000;

/// A weight in f32: panels of 32 columns, depth-major inside a panel.
pub struct PackedF32 {
    pub(crate) layout: Layout,
    pub(crate) panels: Aligned<f32>,
    pub(crate) bias: Aligned<f32>,
}

impl PackedF32 {
    /// Packs `weight`, `[outputs, depth]` as `nn.Linear` keeps it.
    ///
    /// # Panics
    /// When the length of `weight` or `bias` is not that of the shape.
    #[must_use]
    pub fn new(weight: &[f32], bias: Option<&[f32]>, outputs: usize, depth: usize) -> Self {
        Self::pack(weight, bias, Layout::plain(outputs, depth))
    }

    /// Packs `weight`, `[2 * outputs, depth]`: the first half inputs, the second half their gates. For `Epilogue::GeGlu`.
    ///
    /// # Panics
    /// As `new`.
    #[must_use]
    pub fn gated(weight: &[f32], bias: Option<&[f32]>, outputs: usize, depth: usize) -> Self {
        Self::pack(weight, bias, Layout::gated(outputs, depth))
    }

    /// Packs `weight`, `[outputs, depth]` or when gated `[2 * outputs, depth]`, so that a product with it has the columns in the order of
    /// the lanes of a weight that was packed so: what `gemm_added` adds.
    ///
    /// # Panics
    /// As `new`.
    #[must_use]
    pub fn in_lanes(weight: &[f32], outputs: usize, gated: bool, depth: usize) -> Self {
        let layout = Layout {
            outputs,
            depth,
            gated,
        };
        let packed = Self::pack(weight, None, layout);
        Self {
            layout: Layout::plain(layout.lane_count(), depth),
            ..packed
        }
    }

    fn pack(weight: &[f32], bias: Option<&[f32]>, layout: Layout) -> Self {
        check(weight, bias, layout);
        let depth = layout.depth;
        let mut panels = Aligned::zeros(layout.panels() * PANEL * depth);
        for (number, panel) in panels.chunks_exact_mut(PANEL * depth).enumerate() {
            let rows = layout.panel_rows(number);
            for (step, to) in panel.chunks_exact_mut(PANEL).enumerate() {
                let lanes = to
                    .iter_mut()
                    .zip(rows)
                    .filter_map(|(to, row)| Some((to, row?)));
                lanes.for_each(|(to, row)| *to = weight[row * depth + step]);
            }
        }
        Self {
            layout,
            panels,
            bias: pack_bias(bias, layout),
        }
    }

    /// Columns of the result.
    #[must_use]
    pub const fn outputs(&self) -> usize {
        self.layout.outputs
    }

    /// Columns of the left side.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.layout.depth
    }

    /// Panels, each of which gives the same number of columns but for the last one.
    #[must_use]
    pub const fn panels(&self) -> usize {
        self.layout.panels()
    }

    /// Columns of the result that these panels give.
    #[must_use]
    pub fn outputs_of(&self, panels: &std::ops::Range<usize>) -> usize {
        self.layout.outputs_of(panels)
    }

    /// Columns of what may be added before the epilogue.
    #[must_use]
    pub const fn lanes(&self) -> usize {
        self.layout.lane_count()
    }
}

/// A weight in int8, symmetric, one scale an output: panels of 32 columns, four steps of the depth side by side for the dot instruction.
pub struct PackedInt8 {
    pub(crate) layout: Layout,
    pub(crate) panels: Aligned<i8>,
    pub(crate) scales: Aligned<f32>,
    /// The sum of a column: what each step of the left side's zero adds to a result.
    pub(crate) column_sums: Aligned<i32>,
    pub(crate) bias: Aligned<f32>,
}

impl PackedInt8 {
    /// Quantises and packs `weight`, `[outputs, depth]`.
    ///
    /// # Panics
    /// As `PackedF32::new`, and beyond a depth of 66,000, where sums could overflow.
    #[must_use]
    pub fn new(weight: &[f32], bias: Option<&[f32]>, outputs: usize, depth: usize) -> Self {
        Self::pack(weight, bias, Layout::plain(outputs, depth))
    }

    /// Quantises and packs `weight`, `[2 * outputs, depth]`, see `PackedF32::gated`.
    ///
    /// # Panics
    /// As `new`.
    #[must_use]
    pub fn gated(weight: &[f32], bias: Option<&[f32]>, outputs: usize, depth: usize) -> Self {
        Self::pack(weight, bias, Layout::gated(outputs, depth))
    }

    fn pack(weight: &[f32], bias: Option<&[f32]>, layout: Layout) -> Self {
        check(weight, bias, layout);
        assert!(
            layout.depth <= MOST_DEPTH_INT8,
            "a depth of at most {MOST_DEPTH_INT8}, got {}",
            layout.depth
        );
        let (depth, padded) = (layout.depth, layout.depth.next_multiple_of(4));
        let lanes = layout.panels() * PANEL;
        let mut packed = Self {
            layout,
            panels: Aligned::zeros(lanes * padded),
            scales: Aligned::zeros(lanes),
            column_sums: Aligned::zeros(lanes),
            bias: pack_bias(bias, layout),
        };
        for (at, row) in layout
            .lanes()
            .enumerate()
            .filter_map(|(at, row)| Some((at, row?)))
        {
            packed.scales[at] = scale(&weight[row * depth..(row + 1) * depth]);
        }
        for (number, panel) in packed.panels.chunks_exact_mut(PANEL * padded).enumerate() {
            let (rows, lanes) = (
                layout.panel_rows(number),
                number * PANEL..(number + 1) * PANEL,
            );
            let (scales, sums) = (
                &packed.scales[lanes.clone()],
                &mut packed.column_sums[lanes],
            );
            for (quad, to) in panel
                .as_chunks_mut::<{ 4 * PANEL }>()
                .0
                .iter_mut()
                .enumerate()
            {
                pack_quad(weight, depth, quad, (&rows, scales), sums, to);
            }
        }
        packed
    }

    /// Columns of the result.
    #[must_use]
    pub const fn outputs(&self) -> usize {
        self.layout.outputs
    }

    /// Columns of the left side.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.layout.depth
    }

    /// Panels, each of which gives the same number of columns but for the last one.
    #[must_use]
    pub const fn panels(&self) -> usize {
        self.layout.panels()
    }

    /// Columns of the result that these panels give.
    #[must_use]
    pub fn outputs_of(&self, panels: &std::ops::Range<usize>) -> usize {
        self.layout.outputs_of(panels)
    }

    /// Columns of what may be added before the epilogue.
    #[must_use]
    pub const fn lanes(&self) -> usize {
        self.layout.lane_count()
    }
}

/// 127 steps of it reach to the greatest distance from 0 of a column; 0 for a column of zeros, or so small that it counts as zeros.
fn scale(column: &[f32]) -> f32 {
    let scale = column
        .iter()
        .fold(0.0_f32, |greatest, value| greatest.max(value.abs()))
        / 127.0;
    if scale >= f32::MIN_POSITIVE {
        scale
    } else {
        0.0
    }
}

/// Four steps of one panel: `to` is `[PANEL, 4]`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the quotient is within -127..=127, and that of a zero scale is not used"
)]
fn pack_quad(
    weight: &[f32],
    depth: usize,
    quad: usize,
    (rows, scales): (&[Option<usize>; PANEL], &[f32]),
    sums: &mut [i32],
    to: &mut [i8; 4 * PANEL],
) {
    let steps = 4 * quad..depth.min(4 * quad + 4);
    for (lane, to) in to.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let Some(row) = rows[lane].filter(|_| scales[lane] > 0.0) else {
            continue;
        };
        for (value, to) in weight[row * depth..][steps.clone()].iter().zip(to) {
            *to = (value / scales[lane]).round_ties_even() as i8;
            sums[lane] += i32::from(*to);
        }
    }
}

fn pack_bias(bias: Option<&[f32]>, layout: Layout) -> Aligned<f32> {
    let mut packed = Aligned::zeros(layout.panels() * PANEL);
    if let Some(bias) = bias {
        packed
            .iter_mut()
            .zip(layout.lanes())
            .for_each(|(lane, row)| *lane = row.map_or(0.0, |row| bias[row]));
    }
    packed
}

fn check(weight: &[f32], bias: Option<&[f32]>, layout: Layout) {
    assert!(
        layout.depth > 0 && layout.outputs > 0,
        "a weight has rows and columns"
    );
    assert_eq!(
        weight.len(),
        layout.weight_rows() * layout.depth,
        "weight is [outputs, depth]"
    );
    assert!(
        bias.is_none_or(|bias| bias.len() == layout.weight_rows()),
        "bias is [outputs]"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_scale_or_a_column_of_zeros_stays_finite() {
        let packed = PackedInt8::new(&[0.0, 0.0, 1e-40, -1e-40, 1.0, -1.0], None, 3, 2);
        assert!(packed.scales.iter().all(|scale| scale.is_finite()));
        assert_eq!(
            &packed.panels[..12],
            [0, 0, 0, 0, 0, 0, 0, 0, 127, -127, 0, 0]
        );
    }

    #[test]
    fn lanes_beyond_the_outputs_are_zero() {
        let packed = PackedF32::new(&[1.0, 2.0, 3.0, 4.0], Some(&[5.0, 6.0]), 2, 2);
        assert_eq!(
            (
                &packed.panels[..2],
                &packed.panels[32..34],
                &packed.bias[..2]
            ),
            (&[1.0, 3.0][..], &[2.0, 4.0][..], &[5.0, 6.0][..])
        );
        assert!(
            packed.panels[2..32]
                .iter()
                .chain(&packed.bias[2..])
                .all(|value| *value == 0.0)
        );
    }
}
