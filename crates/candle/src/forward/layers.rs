//! What the configurations of Qwen3 and Gemma3 say of their layers, in the words of transformers 4 and 5.

use signalbox_base::Result;

use super::attention::Shape;
use super::sizes::{Sizes, product};
use crate::fault::model_invalid;
use crate::keys::{Keys, shortened};

/// How far a layer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Full,
    Sliding,
}

/// The new name of a key where it is used, else the old one.
pub(crate) fn either<'key>(keys: &Keys<'_>, new: &'key str, old: &'key str) -> &'key str {
    if keys.get(new).is_some() { new } else { old }
}

/// `layer_types`, or where that is absent what `sliding` says of each number.
///
/// # Errors
/// `ModelInvalid` naming the key when it has another kind, or another number of layers.
pub(crate) fn kinds(
    keys: &Keys<'_>,
    layers: usize,
    sliding: impl Fn(usize) -> bool,
) -> Result<Vec<Kind>> {
    const KEY: &str = "layer_types";
    let Some(words) = keys.texts(KEY)? else {
        let kind = |number| {
            if sliding(number) {
                Kind::Sliding
            } else {
                Kind::Full
            }
        };
        return Ok((0..layers).map(kind).collect());
    };
    if words.len() != layers {
        let expected = format!("{layers} entries, one a layer");
        return Err(model_invalid(
            keys.place(KEY),
            expected,
            words.len().to_string(),
        ));
    }
    let kind = |word: &String| match word.as_str() {
        "full_attention" => Ok(Kind::Full),
        "sliding_attention" => Ok(Kind::Sliding),
        other => Err(model_invalid(
            keys.place(KEY),
            "full_attention or sliding_attention",
            shortened(other),
        )),
    };
    words.iter().map(kind).collect()
}

/// `rope_theta` of `rope` (transformers 5), or `key` of the configuration itself (transformers 4).
///
/// # Errors
/// `ModelInvalid` naming the key that is wrong, or asks for scaled positions.
pub(crate) fn theta(
    rope: Option<&Keys<'_>>,
    keys: &Keys<'_>,
    key: &str,
    default: f64,
) -> Result<f64> {
    let old = keys.child("rope_scaling")?;
    for rope in rope.iter().copied().chain(&old) {
        rope.word_or(
            either(rope, "rope_type", "type"),
            &[("default", ())],
            Some(()),
        )?;
    }
    let new = rope.filter(|rope| rope.get("rope_theta").is_some());
    let (at, key) = new.map_or((keys, key), |rope| (rope, "rope_theta"));
    let theta = at.number_or(key, default)?;
    if theta > 0.0 && theta.is_finite() {
        return Ok(theta);
    }
    Err(model_invalid(
        at.place(key),
        "a number above 0",
        theta.to_string(),
    ))
}

/// The heads of grouped-query attention; `width` is the default of `head_dim`.
///
/// # Errors
/// `ModelInvalid` naming the key that is wrong.
pub(crate) fn grouped_heads(keys: &Keys<'_>, width: usize) -> Result<Shape> {
    const GROUPS: &str = "num_key_value_heads";
    let heads = keys.width("num_attention_heads", None)?;
    let shape = Shape {
        heads,
        groups: keys.width(GROUPS, Some(heads))?,
        width: keys.width("head_dim", Some(width))?,
    };
    if !heads.is_multiple_of(shape.groups) {
        let expected = format!("a divisor of the {heads} heads");
        return Err(model_invalid(
            keys.place(GROUPS),
            expected,
            shape.groups.to_string(),
        ));
    }
    if !shape.width.is_multiple_of(2) {
        return Err(model_invalid(
            keys.place("head_dim"),
            "an even number",
            shape.width.to_string(),
        ));
    }
    product(keys, "head_dim", heads, shape.width)?;
    Ok(shape)
}
