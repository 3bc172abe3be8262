//! The product of activations and a packed weight in f32.

use std::ops::Range;

use crate::epilogue::{Epilogue, Target, finish};
use crate::kernels::Kernels;
use crate::lanes::{Lanes, PANEL};
use crate::layout::Layout;
use crate::matrix::MatrixMut;
use crate::pack::PackedF32;
use crate::tile::Tile;
use crate::walk::{Place, Walk};

/// Most rows of any micro tile.
pub(crate) const MOST_ROWS: usize = 12;

/// A tile of sums on the stack.
#[repr(C, align(64))]
pub(crate) struct Sums(pub(crate) [f32; MOST_ROWS * PANEL]);

/// `left` `[rows, depth]`.
pub(crate) struct Gemm<'call> {
    pub(crate) left: &'call [f32],
    pub(crate) weight: &'call PackedF32,
    pub(crate) what: Product<'call>,
}

/// Which part of a product is wanted, and what becomes of it.
pub(crate) struct Product<'call> {
    pub(crate) epilogue: Epilogue,
    /// `[rows, lanes of all panels]`, added to the product before the epilogue.
    pub(crate) addend: Option<&'call [f32]>,
    pub(crate) panels: Range<usize>,
    /// `[rows, outputs of those panels]`.
    pub(crate) out: MatrixMut<'call>,
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
        let what = Product::whole(weight.layout, epilogue, rows, out);
        self.run_gemm(left, weight, what);
    }

    /// The columns of `gemm` that `panels` of the weight give: `out` is `[rows, outputs of those panels]`. Each number is the same, to the bit.
    ///
    /// # Panics
    /// As `gemm`, and when there are fewer panels.
    pub fn gemm_part(
        &self,
        left: &[f32],
        weight: &PackedF32,
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
        self.run_gemm(left, weight, what);
    }

    /// `out = epilogue(left * weight + bias + addend)`; `addend` is `[rows, weight.lanes()]`, see `PackedF32::in_lanes`.
    ///
    /// # Panics
    /// As `gemm`, and when `addend` has another length.
    pub fn gemm_added(
        &self,
        left: &[f32],
        weight: &PackedF32,
        addend: &[f32],
        epilogue: Epilogue,
        out: &mut [f32],
    ) {
        let rows = out.len() / weight.layout.outputs;
        let what = Product {
            addend: Some(addend),
            ..Product::whole(weight.layout, epilogue, rows, out)
        };
        self.run_gemm(left, weight, what);
    }

    fn run_gemm(&self, left: &[f32], weight: &PackedF32, what: Product<'_>) {
        what.check(weight.layout, left.len());
        // SAFETY: `self` proves the features; the lengths were checked.
        unsafe { (self.table().gemm)(&mut Gemm { left, weight, what }) }
    }
}

impl<'call> Product<'call> {
    /// All columns, without an addend.
    pub(crate) fn whole(
        layout: Layout,
        epilogue: Epilogue,
        rows: usize,
        out: &'call mut [f32],
    ) -> Self {
        assert_eq!(
            Some(out.len()),
            rows.checked_mul(layout.outputs),
            "out is [rows, outputs]"
        );
        Self {
            epilogue,
            addend: None,
            panels: 0..layout.panels(),
            out: MatrixMut::new(out, layout.outputs),
        }
    }

    /// The lengths that the drivers rely on. Products that would wrap are refused: a wrapped length would pass for a short one.
    pub(crate) fn check(&self, layout: Layout, left: usize) {
        let rows = self.out.rows();
        assert_eq!(
            Some(left),
            rows.checked_mul(layout.depth),
            "left is [rows, depth]"
        );
        assert!(
            self.panels.start <= self.panels.end && self.panels.end <= layout.panels(),
            "panels of the weight"
        );
        assert_eq!(
            self.out.columns(),
            layout.outputs_of(&self.panels),
            "out is [rows, outputs of the panels]"
        );
        assert_eq!(
            layout.gated,
            self.epilogue == Epilogue::GeGlu,
            "a gated weight goes with GeGlu"
        );
        assert!(
            self.addend
                .is_none_or(|addend| Some(addend.len()) == rows.checked_mul(layout.lane_count())),
            "addend is [rows, lanes]"
        );
    }

    /// Adds what is to be added to a tile of sums and moves it to its place.
    ///
    /// # Safety
    /// The features of `V`; `sums` holds `place.rows` rows of a panel that was checked.
    #[inline(always)]
    pub(crate) unsafe fn finish<V: Lanes>(&mut self, layout: Layout, place: Place, sums: *mut f32) {
        // SAFETY: the place lies within the rows and panels that were checked.
        unsafe {
            if let Some(addend) = self.addend {
                let from = addend
                    .as_ptr()
                    .add(place.row * layout.lane_count() + place.panel * PANEL);
                add::<V>(sums, from, place.rows, layout.lane_count());
            }
            let column = (place.panel - self.panels.start) * layout.outputs_per_panel();
            let target = Target {
                rows: place.rows,
                columns: layout.outputs_of(&(place.panel..place.panel + 1)),
                stride: self.out.stride(),
                out: self.out.start().add(place.row * self.out.stride() + column),
            };
            finish::<V>(self.epilogue, sums, &target);
        }
    }
}

/// Adds `rows` of a panel's width to a tile.
#[inline(always)]
unsafe fn add<V: Lanes>(sums: *mut f32, addend: *const f32, rows: usize, stride: usize) {
    for row in 0..rows {
        for lane in (0..PANEL).step_by(V::WIDTH) {
            // SAFETY: the caller gives so many rows of `PANEL` floats on both sides.
            unsafe {
                let to = sums.add(row * PANEL + lane);
                V::load(to)
                    .add(V::load(addend.add(row * stride + lane)))
                    .store(to);
            }
        }
    }
}

/// # Safety
/// The features of `V` and the lengths of `Product::check`.
#[inline(always)]
pub(crate) unsafe fn gemm<V: Lanes>(call: &mut Gemm<'_>) {
    let layout = call.weight.layout;
    let mut sums = Sums([0.0; MOST_ROWS * PANEL]);
    let mut walk = Walk::new(
        call.what.out.rows(),
        call.what.panels.clone(),
        V::ROWS,
        layout.depth * size_of::<f32>(),
    );
    while let Some(place) = walk.next() {
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
            call.what.finish::<V>(layout, place, sums.0.as_mut_ptr());
        }
    }
}
