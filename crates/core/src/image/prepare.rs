//! From an image file to the numbers a model reads, as `CLIPImageProcessor` and `SiglipImageProcessor` of transformers do it.

use signalbox_base::{Error, Result};

use super::decode::{Picture, decode};
use super::resample::Resize;
use super::{Fit, ImageRecipe, Pixels};

impl ImageRecipe {
    /// Decodes files (PNG, JPEG or WebP) and brings them to this recipe's size. Transparent pixels are laid over white.
    ///
    /// # Errors
    /// `InvalidInput` at `images[n]` when that file is of no such format, broken, has a side over 16,384 or more than 2^25 pixels.
    pub fn prepare(&self, files: &[&[u8]]) -> Result<Pixels> {
        let mut values = Vec::with_capacity(files.len() * 3 * self.size.0 * self.size.1);
        for (number, file) in files.iter().enumerate() {
            let named = |error: Error| {
                let at = format!("images[{number}]");
                Error::new(error.code(), at, error.expected(), error.received())
            };
            self.add(&decode(file).map_err(named)?, &mut values);
        }
        Ok(Pixels {
            values,
            size: self.size,
        })
    }

    /// Appends `[3, height, width]`.
    fn add(&self, picture: &Picture, out: &mut Vec<f32>) {
        let small = self.resize(picture.size).run(&picture.values, picture.size);
        for channel in 0..3 {
            let (mean, deviation) = (self.mean[channel], self.deviation[channel]);
            let values = small.iter().skip(channel).step_by(3);
            out.extend(values.map(|value| (f32::from(*value) / 255.0 - mean) / deviation));
        }
    }

    fn resize(&self, (height, width): (usize, usize)) -> Resize {
        let size = match self.fit {
            Fit::Stretch => self.size,
            Fit::ShortestThenCrop(shortest) => {
                let long = |long: usize, short: usize| shortest * long / short;
                if width <= height {
                    (long(height, width), shortest)
                } else {
                    (shortest, long(width, height))
                }
            }
        };
        let middle = |whole: usize, part: usize| {
            let first = whole.saturating_sub(part) / 2;
            first..(first + part).min(whole)
        };
        Resize {
            filter: self.resampling,
            size,
            rows: middle(size.0, self.size.0),
            columns: middle(size.1, self.size.1),
        }
    }
}
