//! Images as a model reads them: decoded, made the model's size, and normalised, by what the model's folder says.

mod decode;
mod prepare;
mod resample;

/// How filters look between pixels when an image is made smaller or greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resampling {
    /// Two by two.
    Bilinear,
    /// Four by four, a = -0.5.
    Bicubic,
}

/// How an image gets the model's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Its shorter side to this length, then the middle of `size` is cut out (CLIP).
    ShortestThenCrop(usize),
    /// Stretched to `size` (`SigLIP`).
    Stretch,
}

/// What `preprocessor_config.json` says.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageRecipe {
    /// Height and width that the model reads.
    pub size: (usize, usize),
    /// How it gets there.
    pub fit: Fit,
    /// The filter.
    pub resampling: Resampling,
    /// Subtracted from each channel (red, green, blue) of 0..1.
    pub mean: [f32; 3],
    /// What each channel is then divided by.
    pub deviation: [f32; 3],
}

/// Images of one size: `[images, 3, height, width]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pixels {
    /// Image after image, channel after channel, row after row.
    pub values: Vec<f32>,
    /// Height and width.
    pub size: (usize, usize),
}

impl Pixels {
    /// How many images there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len() / (3 * self.size.0 * self.size.1)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
