//! The vectors themselves: bytes for walking and scanning, originals for the last word.

use signalbox_simd::Kernels;

use crate::originals::Originals;
use crate::paged::Paged;
use crate::settings::Settings;

/// A unit vector, and the same rounded to bytes.
#[derive(Clone, Default)]
pub(crate) struct Rounded {
    /// Unit length.
    pub(crate) original: Vec<f32>,
    /// Each value 128 above itself.
    pub(crate) row: Vec<u8>,
    /// The values themselves.
    pub(crate) signed: Vec<i8>,
    /// What one step of a byte is worth.
    pub(crate) scale: f32,
}

impl Rounded {
    /// Rounds a vector of unit length.
    pub(crate) fn new(original: Vec<f32>, settings: Settings, kernels: Kernels) -> Self {
        let mut row = vec![0; settings.row_bytes()];
        let scale = kernels.quantise_row(&original, &mut row);
        let mut signed = vec![0; row.len()];
        to_signed(&row, &mut signed);
        Self {
            original,
            row,
            signed,
            scale,
        }
    }
}

/// The values of a row of bytes.
#[inline]
pub(crate) fn to_signed(row: &[u8], out: &mut [i8]) {
    for (out, byte) in out.iter_mut().zip(row) {
        *out = (byte ^ 0x80).cast_signed();
    }
}

/// All vectors of an index, by slot.
#[derive(Clone)]
pub(crate) struct Vectors {
    pub(crate) rows: Paged<u8>,
    pub(crate) scales: Vec<f32>,
    pub(crate) originals: Originals,
}

impl Vectors {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            rows: Paged::new(settings.row_bytes()),
            scales: Vec::new(),
            originals: Originals::new(settings.dimensions()),
        }
    }

    pub(crate) fn put(&mut self, slot: u32, vector: &Rounded) {
        let slot = slot as usize;
        self.rows.grow(slot + 1);
        if self.scales.len() <= slot {
            self.scales.resize(slot + 1, 0.0);
        }
        self.rows.row_mut(slot).copy_from_slice(&vector.row);
        self.originals.put(slot, &vector.original);
        self.scales[slot] = vector.scale;
    }

    #[inline]
    pub(crate) fn row(&self, slot: u32) -> &[u8] {
        self.rows.row(slot as usize)
    }

    #[inline]
    pub(crate) fn scale(&self, slot: u32) -> f32 {
        self.scales[slot as usize]
    }

    #[inline]
    pub(crate) fn prefetch_scale(&self, slot: u32, kernels: Kernels) {
        kernels.prefetch(std::slice::from_ref(&self.scales[slot as usize]));
    }

    #[inline]
    pub(crate) fn original(&self, slot: u32) -> &[f32] {
        self.originals.row(slot as usize)
    }
}
