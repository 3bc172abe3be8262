//! The product of quantised activations and an int8 weight, exact in 32 bits until the scales come in.

use crate::epilogue::{Epilogue, Target, finish};
use crate::gemm::{MOST_ROWS, Sums};
use crate::kernels::Kernels;
use crate::lanes::{Lanes, PANEL};
use crate::pack::PackedInt8;
use crate::quantise::Quantised;
use crate::tile::TileInt8;
use crate::walk::Walk;

/// `out` is `[left.rows, outputs]`.
pub(crate) struct GemmInt8<'call> {
    pub(crate) left: &'call Quantised,
    pub(crate) weight: &'call PackedInt8,
    pub(crate) epilogue: Epilogue,
    pub(crate) out: &'call mut [f32],
}

impl Kernels {
    /// As `gemm`, with activations from `quantise`. With `Store` and `Add` the bits are the same on every CPU.
    ///
    /// # Panics
    /// As `gemm`.
    pub fn gemm_int8(
        &self,
        left: &Quantised,
        weight: &PackedInt8,
        epilogue: Epilogue,
        out: &mut [f32],
    ) {
        crate::gemm::check(
            weight.layout,
            left.rows * left.width,
            left.rows,
            epilogue,
            out.len(),
        );
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe {
            (self.table().gemm_int8)(&mut GemmInt8 {
                left,
                weight,
                epilogue,
                out,
            });
        }
    }
}

/// # Safety
/// The features of `V` and the lengths of `gemm::check`.
#[inline(always)]
pub(crate) unsafe fn gemm_int8<V: Lanes>(call: &mut GemmInt8<'_>) {
    let (layout, out) = (call.weight.layout, call.out.as_mut_ptr());
    let (stride, quads) = (Quantised::stride(layout.depth), layout.depth.div_ceil(4));
    let mut sums = Sums([0.0; MOST_ROWS * PANEL]);
    let mut walk = Walk::new(call.left.rows, layout.panels(), V::ROWS_INT8, stride);
    while let Some(place) = walk.next() {
        let (lane, column) = (
            place.panel * PANEL,
            place.panel * layout.outputs_per_panel(),
        );
        // SAFETY: rows and panels are within the lengths that the caller checked; `sums` holds MOST_ROWS rows.
        unsafe {
            let panel = call.weight.panels.as_ptr().add(lane * 4 * quads);
            let tile = TileInt8 {
                quads,
                left: call.left.values.as_ptr().add(place.row * stride),
                left_stride: stride,
                left_scales: call.left.scales.as_ptr().add(place.row),
                left_zeros: call.left.zeros.as_ptr().add(place.row),
                panel,
                ahead: place.ahead(panel.cast(), quads),
                column_sums: call.weight.column_sums.as_ptr().add(lane),
                scales: call.weight.scales.as_ptr().add(lane),
                start: call.weight.bias.as_ptr().add(lane),
                out: sums.0.as_mut_ptr(),
                out_stride: PANEL,
            };
            V::tile_int8(place.rows, &tile);
            finish::<V>(
                call.epilogue,
                sums.0.as_ptr(),
                &Target::new(layout, place, out.add(place.row * layout.outputs + column)),
            );
        }
    }
}
