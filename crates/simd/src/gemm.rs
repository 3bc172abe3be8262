//! The product of activations and a packed weight in f32.

use crate::epilogue::{Epilogue, Target, finish};
use crate::kernels::Kernels;
use crate::lanes::{Lanes, PANEL};
use crate::pack::PackedF32;
use crate::tile::Tile;
use crate::walk::Walk;

/// Most rows of any micro tile.
pub(crate) const MOST_ROWS: usize = 12;

/// A tile of sums on the stack.
#[repr(C, align(64))]
pub(crate) struct Sums(pub(crate) [f32; MOST_ROWS * PANEL]);

/// `left` `[rows, depth]`, `out` `[rows, outputs]`.
pub(crate) struct Gemm<'call> {
    pub(crate) left: &'call [f32],
    pub(crate) rows: usize,
    pub(crate) weight: &'call PackedF32,
    pub(crate) epilogue: Epilogue,
    pub(crate) out: &'call mut [f32],
}

impl Kernels {
    /// `out = epilogue(left * weight + bias)`; `left` is `[rows, depth]`, `out` `[rows, outputs]`. A row of `out` depends on its row of
    /// `left` alone, to the bit.
    ///
    /// # Panics
    /// When a length is not that of its shape, or the weight is gated and the epilogue not, or the other way round.
    pub fn gemm(
        &self,
        left: &[f32],
        rows: usize,
        weight: &PackedF32,
        epilogue: Epilogue,
        out: &mut [f32],
    ) {
        check(weight.layout, left.len(), rows, epilogue, out.len());
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe {
            (self.table().gemm)(&mut Gemm {
                left,
                rows,
                weight,
                epilogue,
                out,
            });
        }
    }
}

/// The lengths that the drivers rely on. Products that would wrap are refused: a wrapped length would pass for a short one.
pub(crate) fn check(
    layout: crate::layout::Layout,
    left: usize,
    rows: usize,
    epilogue: Epilogue,
    out: usize,
) {
    assert_eq!(
        Some(left),
        rows.checked_mul(layout.depth),
        "left is [rows, depth]"
    );
    assert_eq!(
        Some(out),
        rows.checked_mul(layout.outputs),
        "out is [rows, outputs]"
    );
    assert_eq!(
        layout.gated,
        epilogue == Epilogue::GeGlu,
        "a gated weight goes with GeGlu"
    );
}

/// # Safety
/// The features of `V` and the lengths of `check`.
#[inline(always)]
pub(crate) unsafe fn gemm<V: Lanes>(call: &mut Gemm<'_>) {
    let (layout, out) = (call.weight.layout, call.out.as_mut_ptr());
    let mut sums = Sums([0.0; MOST_ROWS * PANEL]);
    let mut walk = Walk::new(
        call.rows,
        layout.panels(),
        V::ROWS,
        layout.depth * size_of::<f32>(),
    );
    while let Some(place) = walk.next() {
        let column = place.panel * layout.outputs_per_panel();
        // SAFETY: rows and panels are within the lengths that the caller checked; `sums` holds MOST_ROWS rows.
        unsafe {
            let panel = call
                .weight
                .panels
                .as_ptr()
                .add(place.panel * PANEL * layout.depth);
            let tile = Tile {
                depth: layout.depth,
                left: call.left.as_ptr().add(place.row * layout.depth),
                left_stride: layout.depth,
                panel,
                ahead: place.ahead(panel.cast(), layout.depth),
                start: call.weight.bias.as_ptr().add(place.panel * PANEL),
                out: sums.0.as_mut_ptr(),
                out_stride: PANEL,
            };
            V::tile(place.rows, &tile);
            finish::<V>(
                call.epilogue,
                sums.0.as_ptr(),
                &Target::new(layout, place, out.add(place.row * layout.outputs + column)),
            );
        }
    }
}
