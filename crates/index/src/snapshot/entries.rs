//! Ids and metadata of a snapshot: for each slot two lengths, then both texts.

use std::sync::Arc;

use crate::index::MOST_ID_BYTES;
use crate::metadata::Metadata;
use crate::paged::PAGE_ROWS;
use crate::state::Entry;

use super::format::Cursor;

/// Stands for a text that is not there.
const NONE: u32 = u32::MAX;

pub(super) fn encode(entry: &Entry, alive: bool, out: &mut Vec<u8>) {
    let id = alive.then_some(&*entry.id);
    let metadata = entry
        .metadata
        .as_deref()
        .filter(|_| alive)
        .map(Metadata::text);
    for text in [id, metadata] {
        let length = text.map_or(NONE, |text| {
            u32::try_from(text.len()).expect("texts are short")
        });
        out.extend(length.to_le_bytes());
    }
    for text in [id, metadata].into_iter().flatten() {
        out.extend_from_slice(text.as_bytes());
    }
}

/// The entries of all slots, in pages; `alive` says which must have an id.
pub(super) fn decode(
    bytes: &[u8],
    slots: u32,
    alive: impl Fn(usize) -> bool,
) -> Result<Vec<Arc<Vec<Entry>>>, String> {
    let mut at = Cursor(bytes);
    let mut pages: Vec<Arc<Vec<Entry>>> = Vec::new();
    let mut page: Vec<Entry> = Vec::new();
    for slot in 0..slots as usize {
        let (id, metadata) = (at.u32()?, at.u32()?);
        let (id, metadata) = (text(&mut at, id)?, text(&mut at, metadata)?);
        if id.is_some() != alive(slot) || (id.is_none() && metadata.is_some()) {
            return Err("an id without a vector, or a vector without an id".to_owned());
        }
        page.push(Entry {
            id: id.unwrap_or_default().into(),
            metadata: match metadata {
                Some(text) => Some(Box::new(
                    Metadata::parse(text).map_err(|error| error.to_string())?,
                )),
                None => None,
            },
        });
        if page.len() == PAGE_ROWS {
            pages.push(Arc::new(std::mem::take(&mut page)));
        }
    }
    if !page.is_empty() {
        page.resize(PAGE_ROWS, Entry::default());
        pages.push(Arc::new(page));
    }
    if !at.0.is_empty() {
        return Err("entries of more slots than there are".to_owned());
    }
    Ok(pages)
}

fn text<'a>(at: &mut Cursor<'a>, length: u32) -> Result<Option<&'a str>, String> {
    if length == NONE {
        return Ok(None);
    }
    if length as usize > MOST_ID_BYTES {
        return Err("a text that is too long".to_owned());
    }
    let bytes = at.take(length as usize)?;
    std::str::from_utf8(bytes)
        .map(Some)
        .map_err(|_| "a text that is not UTF-8".to_owned())
}
