//! `preprocessor_config.json` of a model that takes images: how they become pixels.

use serde_json::Value;
use signalbox_base::Result;
use signalbox_core::{Fit, ImageRecipe, Resampling};

use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::keys::Keys;

const FILE: &str = "preprocessor_config.json";
/// Where transformers 5 puts the same, when a tokeniser is saved with it.
const WHOLE: &str = "processor_config.json";

/// No published model reads greater images.
const MOST_SIDE: usize = 4096;

/// As PIL numbers its filters.
const FILTERS: [(u64, Resampling); 2] = [(2, Resampling::Bilinear), (3, Resampling::Bicubic)];

/// What differs between families where the file is silent.
pub struct Defaults {
    /// Whether the middle is cut out.
    pub crop: bool,
    /// Subtracted from each channel.
    pub mean: [f32; 3],
    /// What each channel is then divided by.
    pub deviation: [f32; 3],
}

/// Reads the recipe, whose result must have sides of `side`.
///
/// # Errors
/// `ModelInvalid` naming the file or key that is missing, wrong, or asks for what is not done here.
pub fn read(folder: &Folder, defaults: &Defaults, side: usize) -> Result<ImageRecipe> {
    let alone = folder.has(FILE) || !folder.has(WHOLE);
    let json = folder.json(if alone { FILE } else { WHOLE })?;
    let whole = Keys::new(if alone { FILE } else { WHOLE }, &json)?;
    if alone {
        return recipe(&whole, defaults, side);
    }
    let inner = whole.child("image_processor")?;
    let inner = inner.ok_or_else(|| whole.fault("image_processor", "an object"))?;
    recipe(&inner, defaults, side)
}

fn recipe(keys: &Keys<'_>, defaults: &Defaults, side: usize) -> Result<ImageRecipe> {
    for key in ["do_resize", "do_rescale"] {
        if !keys.flag_or(key, true)? {
            return Err(keys.fault(key, "true"));
        }
    }
    let factor = keys.number_or("rescale_factor", 1.0 / 255.0)?;
    if (factor * 255.0 - 1.0).abs() > 1e-6 {
        return Err(model_invalid(
            keys.place("rescale_factor"),
            "1 / 255",
            factor.to_string(),
        ));
    }
    let normalise = keys.flag_or("do_normalize", true)?;
    let three = |key: &str, default: [f32; 3], none: f32| {
        if normalise {
            colours(keys, key, default)
        } else {
            Ok([none; 3])
        }
    };
    let (sides, fit) = sides(keys, defaults.crop, side)?;
    if sides != (side, side) {
        let received = format!("{} x {}", sides.0, sides.1);
        return Err(model_invalid(
            keys.place("size"),
            format!("{side} x {side}, as image_size"),
            received,
        ));
    }
    let recipe = ImageRecipe {
        size: sides,
        fit,
        resampling: filter(keys)?,
        mean: three("image_mean", defaults.mean, 0.0)?,
        deviation: three("image_std", defaults.deviation, 1.0)?,
    };
    if recipe.deviation.iter().all(|value| *value > 0.0) {
        return Ok(recipe);
    }
    Err(keys.fault("image_std", "numbers above 0"))
}

/// What comes out, and how.
fn sides(keys: &Keys<'_>, crop: bool, side: usize) -> Result<((usize, usize), Fit)> {
    let crop = keys.flag_or("do_center_crop", crop)?;
    let wanted = extent(keys, "size", side)?;
    if !crop {
        return match wanted {
            Extent::Both(both) => Ok((both, Fit::Stretch)),
            Extent::Shortest(_) => {
                Err(keys.fault("do_center_crop", "true, where the shortest edge is given"))
            }
        };
    }
    let cut = match extent(keys, "crop_size", side)? {
        Extent::Both(both) => both,
        Extent::Shortest(side) => (side, side),
    };
    match wanted {
        Extent::Shortest(shortest) if shortest >= cut.0.max(cut.1) => {
            Ok((cut, Fit::ShortestThenCrop(shortest)))
        }
        Extent::Both(both) if both == cut => Ok((cut, Fit::Stretch)),
        Extent::Both(_) | Extent::Shortest(_) => Err(keys.fault("crop_size", "no more than size")),
    }
}

enum Extent {
    Shortest(usize),
    /// Height and width.
    Both((usize, usize)),
}

/// A number, which is the shortest edge, or an object.
fn extent(keys: &Keys<'_>, key: &str, default: usize) -> Result<Extent> {
    let bounded = |keys: &Keys<'_>, key: &str| {
        let side = keys.count(key)?;
        if side <= MOST_SIDE {
            return Ok(side);
        }
        Err(keys.fault(key, format!("1 to {MOST_SIDE}")))
    };
    if keys.get(key).is_none() {
        return Ok(Extent::Shortest(default));
    }
    if !keys.get(key).is_some_and(Value::is_object) {
        return bounded(keys, key).map(Extent::Shortest);
    }
    let inner = keys.child(key)?;
    let inner = inner.ok_or_else(|| keys.fault(key, "an object"))?;
    if inner.get("shortest_edge").is_some() {
        return bounded(&inner, "shortest_edge").map(Extent::Shortest);
    }
    Ok(Extent::Both((
        bounded(&inner, "height")?,
        bounded(&inner, "width")?,
    )))
}

fn filter(keys: &Keys<'_>) -> Result<Resampling> {
    let Some(value) = keys.get("resample") else {
        return Ok(Resampling::Bicubic);
    };
    let found = FILTERS
        .iter()
        .find(|(number, _)| value.as_u64() == Some(*number));
    let found = found.map(|(_, filter)| *filter);
    found.ok_or_else(|| keys.fault("resample", "2 (bilinear) or 3 (bicubic)"))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "f32 is what pixels are computed in"
)]
fn colours(keys: &Keys<'_>, key: &str, default: [f32; 3]) -> Result<[f32; 3]> {
    if keys.get(key).is_none() {
        return Ok(default);
    }
    let values: Option<Vec<f32>> = keys
        .list(key)?
        .iter()
        .map(|value| value.as_f64().map(|value| value as f32))
        .collect();
    let three = values.and_then(|values| <[f32; 3]>::try_from(values).ok());
    three
        .filter(|three| three.iter().all(|value| value.is_finite()))
        .ok_or_else(|| keys.fault(key, "three numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEFAULTS: Defaults = Defaults {
        crop: true,
        mean: [0.5; 3],
        deviation: [0.25; 3],
    };

    fn read(json: &Value) -> Result<ImageRecipe> {
        recipe(&Keys::new(FILE, json)?, &DEFAULTS, 32)
    }

    #[test]
    fn old_and_new_files_say_the_same() {
        let old = json!({ "size": 40, "crop_size": 32, "do_center_crop": true, "resample": 3 });
        let new =
            json!({ "size": { "shortest_edge": 40 }, "crop_size": { "height": 32, "width": 32 } });
        let recipe = read(&old).expect("a recipe");
        assert_eq!(recipe, read(&new).expect("a recipe"));
        assert_eq!(
            (recipe.size, recipe.fit),
            ((32, 32), Fit::ShortestThenCrop(40))
        );
        assert_eq!((recipe.mean, recipe.deviation), ([0.5; 3], [0.25; 3]));
    }

    #[test]
    fn stretching_and_no_normalising() {
        let json = json!({
            "size": { "height": 32, "width": 32 }, "do_center_crop": false, "resample": 2, "do_normalize": false, "image_mean": [9, 9, 9],
        });
        let recipe = read(&json).expect("a recipe");
        assert_eq!(
            (recipe.fit, recipe.resampling),
            (Fit::Stretch, Resampling::Bilinear)
        );
        assert_eq!((recipe.mean, recipe.deviation), ([0.0; 3], [1.0; 3]));
    }

    #[test]
    fn what_is_not_done_here_is_named() {
        let table = [
            (json!({ "do_resize": false }), "do_resize"),
            (json!({ "rescale_factor": 1.0 }), "rescale_factor"),
            (json!({ "resample": 1 }), "resample"),
            (json!({ "image_std": [1, 0, 1] }), "image_std"),
            (json!({ "image_mean": [1, 2] }), "image_mean"),
            (
                json!({ "size": { "height": 32 }, "do_center_crop": false }),
                "size.width",
            ),
            (json!({ "size": 16, "crop_size": 32 }), "crop_size"),
            (json!({ "size": 16, "crop_size": 16 }), "size"),
            (json!({ "size": 1_000_000 }), "size"),
        ];
        for (json, key) in table {
            assert_eq!(read(&json).expect_err(key).at(), format!("{FILE}:{key}"));
        }
    }
}
