//! Loading: nothing of the file is trusted before its checksum and its meaning were checked; originals stay in the file.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use signalbox_base::{Result, invalid_input};
use signalbox_simd::{Kernels, Plain};

use crate::graph::Graph;
use crate::index::{MOST_SLOTS, VectorIndex};
use crate::mmap::Mapping;
use crate::originals::Originals;
use crate::paged::{PAGE_ROWS, Paged};
use crate::random::Random;
use crate::state::{DEAD, NEVER, State};

use super::failure;
use super::format::{BLOCK, Header, SECTIONS, Section};

impl VectorIndex {
    /// Opens a snapshot. Originals are mapped: the file must not be changed in place while the index lives; `save` never does.
    ///
    /// # Errors
    /// `InvalidInput` naming `path` for a file that cannot be read or that is not a whole snapshot of this version.
    pub fn load(path: &Path, kernels: Kernels) -> Result<Self> {
        let said = |error| failure(path, "a file that can be read", &error);
        let file = File::open(path).map_err(said)?;
        let length = file.metadata().map_err(said)?.len();
        let broken = |received: String| {
            invalid_input(path.display().to_string(), "a whole snapshot", received)
        };
        let bytes =
            usize::try_from(length).map_err(|_| broken("a file larger than memory".to_owned()))?;
        if bytes < BLOCK {
            return Err(broken("a file that ends too early".to_owned()));
        }
        let mapping = Arc::new(Mapping::new(&file, 0, bytes).map_err(said)?);
        let state = read(&mapping, kernels).map_err(broken)?;
        mapping.expect_random();
        Ok(Self::from_state(state))
    }
}

fn read(mapping: &Arc<Mapping>, kernels: Kernels) -> std::result::Result<State, String> {
    let file = mapping.bytes();
    let header = Header::decode(&file[..BLOCK])?;
    if header.slots as usize > MOST_SLOTS {
        return Err("more slots than an index has".to_owned());
    }
    let sections = sections(file, &header)?;
    let section = |section: Section| sections[section as usize];
    let graph = graph(mapping, &header, kernels, section)?;
    let expires = words(section(Section::Expires), u64::from_le_bytes);
    let entries = super::entries::decode(section(Section::Entries), header.slots, |slot| {
        expires[slot] != DEAD
    })?;
    let mut state = State {
        graph,
        entries,
        expires,
        ids: HashMap::new(),
        ends: BTreeSet::new(),
        free: words(section(Section::Free), u32::from_le_bytes),
        linked: header.linked,
        random: Random(header.random),
    };
    check_free(&mut state)?;
    for slot in 0..header.slots {
        let expires = state.expires[slot as usize];
        if expires == DEAD {
            continue;
        }
        let id = Arc::clone(&state.entry(slot).id);
        if state.ids.insert(id, slot).is_some() {
            return Err("one id twice".to_owned());
        }
        if expires != NEVER {
            state.ends.insert((expires, slot));
        }
    }
    Ok(state)
}

/// The bytes of every section, each within the file, as long as it must be, and with its checksum.
fn sections<'a>(file: &'a [u8], header: &Header) -> std::result::Result<Vec<&'a [u8]>, String> {
    SECTIONS
        .into_iter()
        .map(|section| {
            let extent = header.extent(section);
            let wanted = Header::bytes_of(header.settings, header.slots, section);
            let range = (|| {
                let start = usize::try_from(extent.offset).ok()?;
                Some(start..start.checked_add(usize::try_from(extent.bytes).ok()?)?)
            })();
            let bytes = range
                .filter(|range| range.start.is_multiple_of(BLOCK))
                .and_then(|range| file.get(range))
                .filter(|_| wanted.is_none_or(|wanted| wanted == extent.bytes))
                .ok_or_else(|| {
                    format!("{section:?} beyond the end of the file, or of a wrong length")
                })?;
            if crc32fast::hash(bytes) != extent.checksum {
                return Err(format!("{section:?} with a wrong checksum"));
            }
            Ok(bytes)
        })
        .collect()
}

fn graph<'a>(
    mapping: &Arc<Mapping>,
    header: &Header,
    kernels: Kernels,
    section: impl Fn(Section) -> &'a [u8],
) -> std::result::Result<Graph, String> {
    let mut graph = Graph::new(header.settings, kernels);
    let slots = header.slots as usize;
    fill(
        &mut graph.vectors.rows,
        slots,
        section(Section::Rows),
        |[byte]| byte,
    );
    graph.vectors.scales = words(section(Section::Scales), f32::from_le_bytes);
    if !graph
        .vectors
        .scales
        .iter()
        .all(|scale| scale.is_finite() && *scale >= 0.0)
    {
        return Err("a scale that is none".to_owned());
    }
    let originals = section(Section::Originals);
    let finite =
        |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes")).is_finite();
    if !originals.chunks_exact(4).all(finite) {
        return Err("a vector that is not finite".to_owned());
    }
    let start =
        usize::try_from(header.extent(Section::Originals).offset).expect("it was sliced") / 4;
    let pages = slots.div_ceil(PAGE_ROWS);
    graph.vectors.originals =
        Originals::of_snapshot(header.settings.dimensions(), mapping, start, pages);
    let links = section(Section::Links);
    if words(links, u32::from_le_bytes)
        .into_iter()
        .any(|place| place > header.slots)
    {
        return Err("a link to nowhere".to_owned());
    }
    graph.links.fill(slots, links);
    let entrances = words(section(Section::Entrances), u32::from_le_bytes);
    if entrances.iter().any(|slot| *slot >= header.slots) || entrances.len() > slots {
        return Err("an entrance to nowhere".to_owned());
    }
    for slot in entrances {
        graph
            .entrances
            .push(slot, graph.vectors.rows.row(slot as usize));
    }
    Ok(graph)
}

/// The free slots must be dead, and each there once; what was dead and never linked is free too.
fn check_free(state: &mut State) -> std::result::Result<(), String> {
    let mut free: HashSet<u32> = HashSet::new();
    for slot in &state.free {
        if state.expires.get(*slot as usize) != Some(&DEAD) || !free.insert(*slot) {
            return Err("a free slot that is not".to_owned());
        }
    }
    let slots = u32::try_from(state.expires.len()).expect("checked with the header");
    let unlinked = (state.linked..slots)
        .filter(|slot| state.expires[*slot as usize] == DEAD && !free.contains(slot));
    state.free.extend(unlinked);
    Ok(())
}

/// Little-endian numbers; their length was checked with the section, a rest is left out.
fn words<Number, const BYTES: usize>(
    bytes: &[u8],
    decode: impl Fn([u8; BYTES]) -> Number,
) -> Vec<Number> {
    bytes
        .chunks_exact(BYTES)
        .map(|chunk| decode(chunk.try_into().expect("chunks of that many")))
        .collect()
}

/// The rows of a section.
pub(crate) fn fill<Number: Plain, const BYTES: usize>(
    paged: &mut Paged<Number>,
    rows: usize,
    bytes: &[u8],
    decode: impl Fn([u8; BYTES]) -> Number,
) {
    paged.grow(rows);
    for (number, row) in bytes
        .chunks_exact((paged.width() * BYTES).max(1))
        .enumerate()
        .take(rows)
    {
        for (to, chunk) in paged
            .row_mut(number)
            .iter_mut()
            .zip(row.chunks_exact(BYTES))
        {
            *to = decode(chunk.try_into().expect("chunks of that many"));
        }
    }
}
