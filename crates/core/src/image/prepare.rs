//! From an image file to the numbers a model reads, as `CLIPImageProcessor` and `SiglipImageProcessor` of transformers do it.

use signalbox_base::Result;

use super::decode::{Picture, decode};
use super::resample::Resize;
use super::{Fit, ImageRecipe, Pixels};

impl ImageRecipe {
    /// Decodes an image (PNG, JPEG or WebP) and makes it what the model reads. Transparent pixels are laid over white.
    ///
    /// # Errors
    /// `InvalidInput` at `image` when it is of no such format, broken, has a side over 16,384 or more than 2^25 pixels.
    pub fn read(&self, encoded: &[u8]) -> Result<Pixels> {
        let mut values = Vec::with_capacity(3 * self.size.0 * self.size.1);
        self.add(&decode(encoded)?, &mut values);
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
