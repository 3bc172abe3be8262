//! The product of quantised activations and an int8 weight, exact in 32 bits until the scales come in.

use std::ops::Range;

use crate::epilogue::Epilogue;
use crate::gemm::{MOST_ROWS, Product, Sums};
use crate::kernels::Kernels;
use crate::lanes::{Lanes, PANEL};
use crate::matrix::MatrixMut;
use crate::pack::PackedInt8;
use crate::quantise::Quantised;
use crate::tile::TileInt8;
use crate::walk::Walk;

/// The product of `left.rows` rows.
pub(crate) struct GemmInt8<'call> {
    pub(crate) left: &'call Quantised,
    pub(crate) weight: &'call PackedInt8,
    pub(crate) what: Product<'call>,
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
        let what = Product::whole(weight.layout, epilogue, left.rows, out);
        self.run_gemm_int8(left, weight, what);
    }

    /// As `gemm_part`.
    ///
    /// # Panics
    /// As `gemm_part`.
    pub fn gemm_int8_part(
        &self,
        left: &Quantised,
        weight: &PackedInt8,
        panels: Range<usize>,
        epilogue: Epilogue,
        out: MatrixMut<'_>,
    ) {
        let what = Product {
            epilogue,
            addend: None,
            panels,
            out,
        };
        self.run_gemm_int8(left, weight, what);
    }

    /// As `gemm_added`; what is added is not rounded.
    ///
    /// # Panics
    /// As `gemm_added`.
    pub fn gemm_int8_added(
        &self,
        left: &Quantised,
        weight: &PackedInt8,
        addend: &[f32],
        epilogue: Epilogue,
        out: &mut [f32],
    ) {
        let what = Product {
            addend: Some(addend),
            ..Product::whole(weight.layout, epilogue, left.rows, out)
        };
        self.run_gemm_int8(left, weight, what);
    }

    fn run_gemm_int8(&self, left: &Quantised, weight: &PackedInt8, what: Product<'_>) {
        assert_eq!(left.rows, what.out.rows(), "out has the rows of left");
        what.check(weight.layout, left.rows * left.width);
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().gemm_int8)(&mut GemmInt8 { left, weight, what }) }
    }
}

/// # Safety
/// The features of `V` and the lengths of `Product::check`.
#[inline(always)]
pub(crate) unsafe fn gemm_int8<V: Lanes>(call: &mut GemmInt8<'_>) {
    let layout = call.weight.layout;
    let (stride, quads) = (Quantised::stride(layout.depth), layout.depth.div_ceil(4));
    let mut sums = Sums([0.0; MOST_ROWS * PANEL]);
    let mut walk = Walk::new(
        call.left.rows,
        call.what.panels.clone(),
        V::ROWS_INT8,
        stride,
    );
    while let Some(place) = walk.next() {
        let lane = place.panel * PANEL;
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
            call.what.finish::<V>(layout, place, sums.0.as_mut_ptr());
        }
    }
}
