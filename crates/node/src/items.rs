//! What JavaScript asks of a model, checked: plain arrays become items.

use napi::bindgen_prelude::{Array, Utf16String};
use signalbox_base::{Result, invalid_input};
use signalbox_core::{Heads, Item, Model};

use crate::keywords::elements;
use crate::text::utf8;

/// The arrays of a call as items, checked.
pub(crate) fn items(
    texts: &Array<'_>,
    pairs: Option<&Array<'_>>,
    heads: &[u32],
    adapters: Option<&[u32]>,
    model: &Model,
) -> Result<Vec<Item>> {
    let texts = elements(texts, "texts", |text: Utf16String| Ok(utf8(&text)))?;
    let pairs = pairs
        .map(|pairs| {
            elements(pairs, "pairs", |pair: Option<Utf16String>| {
                Ok(pair.map(|pair| utf8(&pair)))
            })
        })
        .transpose()?;
    let count = texts.len();
    if count == 0 {
        return Err(invalid_input("texts", "at least one text", "none"));
    }
    let lengths = [
        ("heads", heads.len(), 2 * count),
        ("pairs", pairs.as_ref().map_or(count, Vec::len), count),
        ("adapters", adapters.map_or(count, <[u32]>::len), count),
    ];
    if let Some((at, received, expected)) = lengths
        .into_iter()
        .find(|(_, received, expected)| received != expected)
    {
        return Err(invalid_input(
            at,
            expected.to_string(),
            received.to_string(),
        ));
    }
    let mut pairs = pairs.unwrap_or_default().into_iter();
    let item = |(at, text)| {
        Ok(Item {
            text,
            pair: pairs.next().flatten(),
            heads: asked(heads[2 * at], heads[2 * at + 1], model, at)?,
            adapter: adapter(
                adapters.map_or(u32::MAX, |adapters| adapters[at]),
                model,
                at,
            )?,
        })
    };
    texts.into_iter().enumerate().map(item).collect()
}

fn asked(low: u32, high: u32, model: &Model, at: usize) -> Result<Heads> {
    let bits = u64::from(high) << 32 | u64::from(low);
    let known = model.describe().heads.len();
    let heads: Heads = (0..known).filter(|place| bits >> place & 1 == 1).collect();
    if bits == 0 || heads.bits() != bits {
        return Err(invalid_input(
            format!("heads[{at}]"),
            format!("at least one of {known} heads"),
            format!("bits {bits:#x}"),
        ));
    }
    Ok(heads)
}

fn adapter(place: u32, model: &Model, at: usize) -> Result<Option<u16>> {
    if place == u32::MAX {
        return Ok(None);
    }
    let known = model.describe().adapters.len();
    match u16::try_from(place) {
        Ok(place) if usize::from(place) < known => Ok(Some(place)),
        _ => Err(invalid_input(
            format!("adapters[{at}]"),
            format!("the place of one of {known} adapters"),
            place.to_string(),
        )),
    }
}
