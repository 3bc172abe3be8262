//! A nameless file for originals that no longer fit the memory meant for them.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::mmap::Mapping;

/// Numbers that are written at once.
const PIECE: usize = 4096;

/// Regions of one size in a file that goes with the index.
pub(crate) struct Spill {
    places: Mutex<Places>,
    region_bytes: u64,
}

struct Places {
    file: File,
    regions: u64,
    free: Vec<u64>,
}

/// One region, mapped; its place is used again once it is dropped.
pub(crate) struct Region {
    mapping: Option<Mapping>,
    number: u64,
    spill: Arc<Spill>,
}

impl Spill {
    /// # Errors
    /// When no file can be made in the folder for temporary files.
    pub(crate) fn new(region_bytes: usize) -> io::Result<Self> {
        Ok(Self {
            places: Mutex::new(Places {
                file: nameless_file()?,
                regions: 0,
                free: Vec::new(),
            }),
            region_bytes: region_bytes as u64,
        })
    }

    /// Writes `values`, as long as a region, and maps them.
    ///
    /// # Errors
    /// When the disk is full, or the system maps no more.
    pub(crate) fn write(self: &Arc<Self>, values: &[f32]) -> io::Result<Region> {
        let mut places = self.places();
        let number = places.free.pop().unwrap_or(places.regions);
        let mapped = places.write(number * self.region_bytes, values);
        if number == places.regions {
            places.regions += 1;
        }
        match mapped {
            Ok(mapping) => Ok(Region {
                mapping: Some(mapping),
                number,
                spill: Arc::clone(self),
            }),
            Err(error) => {
                places.free.push(number);
                Err(error)
            }
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn write(&mut self, offset: u64, values: &[f32]) -> io::Result<Mapping> {
        self.file.seek(SeekFrom::Start(offset))?;
        let mut bytes = [0; 4 * PIECE];
        for piece in values.chunks(PIECE) {
            for (to, value) in bytes.chunks_exact_mut(4).zip(piece) {
                to.copy_from_slice(&value.to_le_bytes());
            }
            self.file.write_all(&bytes[..size_of_val(piece)])?;
        }
        let mapping = Mapping::new(&self.file, offset, size_of_val(values))?;
        mapping.expect_random();
        Ok(mapping)
    }
}

impl Region {
    pub(crate) const fn mapping(&self) -> &Mapping {
        self.mapping.as_ref().expect("only drop takes it")
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // Unmapped first: nobody may see the next content of this place through it.
        self.mapping = None;
        self.spill.places().free.push(self.number);
    }
}

/// A file that nobody else can open and that is gone when it is closed.
fn nameless_file() -> io::Result<File> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let mut failure = io::Error::from(io::ErrorKind::AlreadyExists);
    for _ in 0..100 {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("signalbox-vectors-{}-{number}", std::process::id());
        match open(std::env::temp_dir().join(name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => failure = error,
            result => return result,
        }
    }
    Err(failure)
}

#[cfg(unix)]
fn open(path: PathBuf) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let file = options
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

#[cfg(windows)]
fn open(path: PathBuf) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    options
        .share_mode(0)
        .custom_flags(DELETE_ON_CLOSE)
        .open(path)
}
