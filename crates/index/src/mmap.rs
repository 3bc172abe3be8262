//! Files as memory: the originals of a large index, and snapshots.

#![expect(
    unsafe_code,
    reason = "mapping a file is unsafe, whatever is done with it"
)]

use std::fs::File;
use std::io;

use memmap2::{Advice, Mmap, MmapOptions};

/// A part of a file, read-only. Nobody may change the file while it is mapped: spill files have no name that others could open, and
/// snapshots are replaced as a whole, never written to. A process that shortens a snapshot in place ends those that have it mapped.
pub(crate) struct Mapping(Mmap);

impl Mapping {
    /// # Errors
    /// What the system says.
    pub(crate) fn new(file: &File, offset: u64, bytes: usize) -> io::Result<Self> {
        // SAFETY: the file does not change while it is mapped, see above.
        let map = unsafe { MmapOptions::new().offset(offset).len(bytes).map(file) }?;
        Ok(Self(map))
    }

    /// Tells the system that what is read next is not what lies next to it; a hint.
    pub(crate) fn expect_random(&self) {
        let _hint = self.0.advise(Advice::Random);
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Numbers `start..start + count` of the mapping, which begins on a memory page.
    ///
    /// # Panics
    /// When that is not within the mapping.
    #[inline]
    pub(crate) fn floats(&self, start: usize, count: usize) -> &[f32] {
        let bytes = &self.0[start * size_of::<f32>()..(start + count) * size_of::<f32>()];
        // SAFETY: any bits are a float, and splitting off what is not aligned is part of the contract.
        let (before, floats, after) = unsafe { bytes.align_to::<f32>() };
        debug_assert!(
            before.is_empty() && after.is_empty(),
            "mappings begin on a memory page"
        );
        floats
    }
}
