//! The first layer of a vision tower: squares of an image to vectors, each with its place.

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::Epilogue;

use crate::fault::model_invalid;
use crate::forward::linear::{Linear, Plain};
use crate::forward::sizes::Sizes;
use crate::keys::Keys;

/// More squares in one image would fill the memory with their states.
const MOST_PATCHES: usize = 1 << 14;

/// Sides in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) image: usize,
    pub(crate) patch: usize,
}

impl Grid {
    /// # Errors
    /// `ModelInvalid` naming the key that is wrong.
    pub(crate) fn read(keys: &Keys<'_>, patch: usize) -> Result<Self> {
        let grid = Self {
            image: keys.width("image_size", Some(224))?,
            patch: keys.width("patch_size", Some(patch))?,
        };
        if keys.count_or("num_channels", 3)? != 3 {
            return Err(keys.fault("num_channels", "3"));
        }
        let side = grid.image / grid.patch;
        if side > 0 && side * side <= MOST_PATCHES && grid.patch <= 256 {
            return Ok(grid);
        }
        let received = format!("{} for images of {}", grid.patch, grid.image);
        Err(model_invalid(
            keys.place("patch_size"),
            format!("a size that gives 1 to {MOST_PATCHES} patches"),
            received,
        ))
    }

    /// How many squares there are; what is left at the edges is not looked at.
    pub(crate) const fn patches(self) -> usize {
        let side = self.image / self.patch;
        side * side
    }
}

/// A convolution whose squares do not overlap is one product.
pub(crate) struct Patches {
    grid: Grid,
    weight: Linear,
    /// `[patches, or one more, hidden]`.
    places: Vec<f32>,
}

impl Patches {
    /// Reads `at.embeddings.…`; `extra` places come before those of the squares.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn read(
        source: &dyn WeightSource,
        at: &str,
        grid: Grid,
        hidden: usize,
        extra: usize,
    ) -> Result<Self> {
        let name = |part: &str| format!("{at}.embeddings.{part}");
        let shape = [hidden, 3, grid.patch, grid.patch];
        let plain = Plain {
            weight: read(source, &name("patch_embedding.weight"), &shape)?,
            bias: Some(read(source, &name("patch_embedding.bias"), &[hidden])?),
            outputs: hidden,
            depth: 3 * grid.patch * grid.patch,
        };
        let places = [grid.patches() + extra, hidden];
        Ok(Self {
            grid,
            weight: plain.pack(Precision::F32),
            places: read(source, &name("position_embedding.weight"), &places)?,
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.weight.bytes() + self.places.len() * size_of::<f32>()
    }

    /// The states of one image, `[3, side, side]`: those of `extra`, then of each square, each with its place.
    pub(crate) fn run(&self, kernels: Kernels, pixels: &[f32], extra: &[f32]) -> Vec<f32> {
        let Grid { image, patch } = self.grid;
        let side = image / patch;
        let mut squares = Vec::with_capacity(side * side * 3 * patch * patch);
        for square in 0..side * side {
            let (top, left) = (square / side * patch, square % side * patch);
            for line in (0..3).flat_map(|channel| {
                (0..patch).map(move |row| (channel * image + top + row) * image + left)
            }) {
                squares.extend_from_slice(&pixels[line..line + patch]);
            }
        }
        let mut states = extra.to_vec();
        states.resize(self.places.len(), 0.0);
        self.weight.run(
            kernels,
            &squares,
            Epilogue::Store,
            &mut states[extra.len()..],
        );
        states
            .iter_mut()
            .zip(&self.places)
            .for_each(|(state, place)| *state += place);
        states
    }
}
