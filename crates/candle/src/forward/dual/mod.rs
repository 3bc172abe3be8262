//! Dual encoders: texts and images into one space.

mod clip;
mod patches;
mod siglip;
mod text;

pub(crate) use clip::CLIP;
pub(crate) use siglip::SIGLIP;

use signalbox_base::{Code, Error, Result};
use signalbox_core::{ImageRecipe, Pixels};

use crate::keys::Keys;

/// Half of the configuration of a dual encoder.
///
/// # Errors
/// `ModelInvalid` naming the key when it is missing.
fn half<'json>(keys: &Keys<'json>, key: &str) -> Result<Keys<'json>> {
    keys.child(key)?.ok_or_else(|| keys.fault(key, "an object"))
}

/// Refuses pixels of another size than the recipe's.
fn check_pixels(pixels: &Pixels, recipe: &ImageRecipe) -> Result<()> {
    let numbers = 3 * recipe.size.0 * recipe.size.1;
    if pixels.size == recipe.size && pixels.values.len().is_multiple_of(numbers) {
        return Ok(());
    }
    let expected = format!("images of {} x {}", recipe.size.0, recipe.size.1);
    let received = format!(
        "{} numbers for {} x {}",
        pixels.values.len(),
        pixels.size.0,
        pixels.size.1
    );
    Err(Error::new(Code::InvalidInput, "pixels", expected, received))
}
