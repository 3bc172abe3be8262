//! Saving: the state is frozen in one step, then written while others go on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signalbox_base::{Result, invalid_input};

use crate::graph::Graph;
use crate::index::VectorIndex;
use crate::paged::PAGE_ROWS;
use crate::state::{DEAD, Entry};

use super::failure;
use super::format::{BLOCK, Extent, Header, SECTIONS, Section};

/// How the names of unfinished files end.
const UNFINISHED: &str = ".unfinished";

/// An index at one moment: pages are shared with the living one, which copies those that it changes.
struct Frozen {
    graph: Graph,
    entries: Vec<Arc<Vec<Entry>>>,
    expires: Vec<u64>,
    free: Vec<u32>,
    linked: u32,
    random: u64,
}

impl VectorIndex {
    /// Writes a snapshot of this moment; others may search and write meanwhile. At any moment the file at `path` is what was there before or
    /// the whole new one, also when the process or the system ends.
    ///
    /// # Errors
    /// `InvalidInput` naming `path` when it cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let frozen = self.freeze();
        let said = |error: io::Error| failure(path, "a place that can be written", &error);
        let name = path.file_name().ok_or_else(|| {
            invalid_input(
                path.display().to_string(),
                "the path of a file",
                "one without a name",
            )
        })?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let name = name.to_string_lossy();
        remove_abandoned(&folder, &name);
        // The lock of `file` must outlive the renaming: an unlocked file counts as abandoned.
        let (mut file, unfinished) = create(&folder, &name).map_err(said)?;
        let result = frozen
            .write(&mut file)
            .and_then(|()| fs::rename(&unfinished, path))
            .and_then(|()| sync_folder(&folder));
        if result.is_err() {
            let _gone = fs::remove_file(&unfinished);
        }
        result.map_err(said)
    }

    fn freeze(&self) -> Frozen {
        let state = self.shared.read();
        Frozen {
            graph: state.graph.clone(),
            entries: state.entries.clone(),
            expires: state.expires.clone(),
            free: state.free.clone(),
            linked: state.linked,
            random: state.random.0,
        }
    }
}

impl Frozen {
    fn write(&self, file: &mut File) -> io::Result<()> {
        let mut header = Header {
            settings: self.graph.settings,
            slots: u32::try_from(self.graph.slots()).map_err(io::Error::other)?,
            linked: self.linked,
            random: self.random,
            extents: [Extent::default(); SECTIONS.len()],
        };
        let mut out = Checked {
            out: BufWriter::with_capacity(1 << 20, &mut *file),
            hasher: crc32fast::Hasher::new(),
            bytes: 0,
        };
        out.out.write_all(&[0; BLOCK])?;
        let mut offset = BLOCK as u64;
        for section in SECTIONS {
            self.section(section, &mut out)?;
            let (bytes, checksum) = out.finish()?;
            header.extents[section as usize] = Extent {
                offset,
                bytes,
                checksum,
            };
            offset += bytes.next_multiple_of(BLOCK as u64);
        }
        out.out.flush()?;
        drop(out);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header.encode())?;
        file.sync_all()
    }

    fn section(&self, section: Section, out: &mut Checked<'_>) -> io::Result<()> {
        let (graph, slots) = (&self.graph, self.graph.slots());
        match section {
            Section::Rows => paged(graph.vectors.rows.pages(), slots, out, |byte| [byte]),
            Section::Scales => out.numbers(&graph.vectors.scales, f32::to_le_bytes),
            Section::Expires => out.numbers(&self.expires, u64::to_le_bytes),
            Section::Links => paged(graph.links.pages(), slots, out, u32::to_le_bytes),
            Section::Entrances => out.numbers(graph.entrances.slots(), u32::to_le_bytes),
            Section::Free => out.numbers(&self.free, u32::to_le_bytes),
            Section::Entries => self.entries(out),
            Section::Originals => graph
                .vectors
                .originals
                .pages()
                .try_for_each(|page| out.numbers(page, f32::to_le_bytes)),
        }
    }

    fn entries(&self, out: &mut Checked<'_>) -> io::Result<()> {
        let mut bytes = Vec::new();
        let entries = self.entries.iter().flat_map(|page| page.iter());
        for (entry, expires) in entries.zip(&self.expires) {
            bytes.clear();
            super::entries::encode(entry, *expires != DEAD, &mut bytes);
            out.write(&bytes)?;
        }
        Ok(())
    }
}

/// The rows of the first `slots` slots.
fn paged<'a, Number: Copy + 'a, const BYTES: usize>(
    pages: impl Iterator<Item = &'a [Number]>,
    slots: usize,
    out: &mut Checked<'_>,
    encode: impl Fn(Number) -> [u8; BYTES] + Copy,
) -> io::Result<()> {
    for (number, page) in pages.enumerate() {
        let rows = slots.saturating_sub(number * PAGE_ROWS).min(PAGE_ROWS);
        out.numbers(&page[..page.len() / PAGE_ROWS * rows], encode)?;
    }
    Ok(())
}

/// What is written, with the checksum and the length of the section so far.
struct Checked<'a> {
    out: BufWriter<&'a mut File>,
    hasher: crc32fast::Hasher,
    bytes: u64,
}

impl Checked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    fn numbers<Number: Copy, const BYTES: usize>(
        &mut self,
        numbers: &[Number],
        encode: impl Fn(Number) -> [u8; BYTES],
    ) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(numbers.len().min(1 << 16) * BYTES);
        for numbers in numbers.chunks(1 << 16) {
            bytes.clear();
            bytes.extend(numbers.iter().flat_map(|number| encode(*number)));
            self.write(&bytes)?;
        }
        Ok(())
    }

    /// Ends a section: fills its last block, and gives its length and checksum.
    fn finish(&mut self) -> io::Result<(u64, u32)> {
        let (bytes, hasher) = (
            std::mem::take(&mut self.bytes),
            std::mem::take(&mut self.hasher),
        );
        let rest = bytes.next_multiple_of(BLOCK as u64) - bytes;
        self.out
            .write_all(&vec![0; usize::try_from(rest).map_err(io::Error::other)?])?;
        Ok((bytes, hasher.finalize()))
    }
}

/// A new file beside `name`, locked as long as it is open.
fn create(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(
            ".{name}.{}-{number}{UNFINISHED}",
            std::process::id()
        ));
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        file.lock()?;
        // Somebody may have taken it for abandoned before it was locked.
        if fs::exists(&path)? {
            return Ok((file, path));
        }
    }
}

/// Removes what processes left that ended while they saved: their locks went with them.
fn remove_abandoned(folder: &Path, name: &str) {
    let Ok(files) = fs::read_dir(folder) else {
        return;
    };
    for found in files.flatten() {
        let text = found.file_name().to_string_lossy().into_owned();
        if !text.starts_with(&format!(".{name}.")) || !text.ends_with(UNFINISHED) {
            continue;
        }
        if let Ok(file) = File::open(found.path())
            && file.try_lock().is_ok()
        {
            // Removed while it is locked, so that who has just made it notices.
            let _gone = fs::remove_file(found.path());
        }
    }
}

/// Makes the new name last; where folders cannot be opened, as on Windows, the system does so by itself.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
