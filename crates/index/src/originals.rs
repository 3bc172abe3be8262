//! The vectors as they came, of unit length: in memory while they are few, then in files that are mapped.

use std::sync::Arc;

use signalbox_simd::Aligned;

use crate::mmap::Mapping;
use crate::paged::PAGE_ROWS;
use crate::spill::{Region, Spill};

/// Bytes of originals that stay in memory. With the bytes, links and ids of a million vectors of 384 numbers this stays below 1 GB.
const MEMORY_BYTES: usize = 160 << 20;

/// A page is shared with snapshots, and mapped pages never change.
#[derive(Clone)]
enum Page {
    Memory(Arc<Aligned<f32>>),
    Spilled(Arc<Region>),
    /// Of a snapshot, from this number on.
    Snapshot(Arc<Mapping>, usize),
}

/// Rows of `width` floats, by number.
#[derive(Clone)]
pub(crate) struct Originals {
    pages: Vec<Page>,
    width: usize,
    /// Pages in memory, the one written last at the end.
    in_memory: Vec<usize>,
    most_in_memory: usize,
    spill: Option<Arc<Spill>>,
    /// The memory of the page that was spilled last: freeing and allocating it each time leaves holes that smaller pages fill, and that
    /// would double what a large index takes.
    spare: Option<Arc<Aligned<f32>>>,
}

impl Originals {
    pub(crate) fn new(width: usize) -> Self {
        Self::with_memory(width, MEMORY_BYTES)
    }

    /// With another bound; at least one page stays in memory.
    pub(crate) fn with_memory(width: usize, bytes: usize) -> Self {
        Self {
            pages: Vec::new(),
            width,
            in_memory: Vec::new(),
            most_in_memory: (bytes / (PAGE_ROWS * width * size_of::<f32>())).max(1),
            spill: None,
            spare: None,
        }
    }

    /// `pages` pages of a snapshot, which begin at `start` floats of its mapping.
    pub(crate) fn of_snapshot(
        width: usize,
        mapping: &Arc<Mapping>,
        start: usize,
        pages: usize,
    ) -> Self {
        let page = |number| Page::Snapshot(Arc::clone(mapping), start + number * PAGE_ROWS * width);
        Self {
            pages: (0..pages).map(page).collect(),
            ..Self::new(width)
        }
    }

    #[inline]
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        let (page, start) = (row / PAGE_ROWS, row % PAGE_ROWS * self.width);
        match &self.pages[page] {
            Page::Memory(page) => &page[start..start + self.width],
            Page::Spilled(region) => region.mapping().floats(start, self.width),
            Page::Snapshot(mapping, first) => mapping.floats(first + start, self.width),
        }
    }

    /// `[PAGE_ROWS, width]`.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &[f32]> {
        let floats = PAGE_ROWS * self.width;
        self.pages.iter().map(move |page| match page {
            Page::Memory(page) => &***page,
            Page::Spilled(region) => region.mapping().floats(0, floats),
            Page::Snapshot(mapping, first) => mapping.floats(*first, floats),
        })
    }

    pub(crate) fn put(&mut self, row: usize, values: &[f32]) {
        let (page, start) = (row / PAGE_ROWS, row % PAGE_ROWS * self.width);
        while self.pages.len() <= page {
            self.in_memory.push(self.pages.len());
            let memory = self.memory();
            self.pages.push(Page::Memory(memory));
        }
        let memory = self.open(page);
        memory[start..start + values.len()].copy_from_slice(values);
        if self.in_memory.len() > self.most_in_memory {
            self.spill_one();
        }
    }

    /// A page of zeros.
    fn memory(&mut self) -> Arc<Aligned<f32>> {
        let mut spare = self.spare.take();
        match spare.as_mut().and_then(Arc::get_mut) {
            Some(memory) => memory.fill(0.0),
            None => spare = None,
        }
        spare.unwrap_or_else(|| Arc::new(Aligned::zeros(PAGE_ROWS * self.width)))
    }

    /// The page in memory, where it can be written.
    fn open(&mut self, page: usize) -> &mut Aligned<f32> {
        if self.in_memory.last() != Some(&page) {
            self.in_memory.retain(|other| *other != page);
            self.in_memory.push(page);
        }
        if !matches!(self.pages[page], Page::Memory(_)) {
            let mut memory = self.memory();
            let values = self.pages().nth(page).expect("the page exists");
            Arc::make_mut(&mut memory).copy_from_slice(values);
            self.pages[page] = Page::Memory(memory);
        }
        match &mut self.pages[page] {
            Page::Memory(memory) => Arc::make_mut(memory),
            Page::Spilled(_) | Page::Snapshot(..) => unreachable!("it was just put there"),
        }
    }

    /// Moves the page that was written longest ago to the file. Where the system refuses, it stays in memory: more of that is used, and
    /// nothing is lost.
    fn spill_one(&mut self) {
        let page = self.in_memory[0];
        let Page::Memory(memory) = &self.pages[page] else {
            return;
        };
        if self.spill.is_none() {
            self.spill = Spill::new(size_of_val(&***memory)).ok().map(Arc::new);
        }
        let spilled = self
            .spill
            .as_ref()
            .and_then(|spill| spill.write(memory).ok());
        match spilled {
            Some(region) => {
                let spilled = Page::Spilled(Arc::new(region));
                if let Page::Memory(memory) = std::mem::replace(&mut self.pages[page], spilled) {
                    self.spare = Some(memory);
                }
                self.in_memory.remove(0);
            }
            None => self.most_in_memory += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn rows_survive_spilling_reuse_and_snapshots() {
        let width = 24;
        let value = |row: usize, round: usize| (row * 3 + round) as f32;
        let mut originals = Originals::with_memory(width, 2 * PAGE_ROWS * width * 4);
        let rows = 5 * PAGE_ROWS + 7;
        for row in 0..rows {
            originals.put(row, &vec![value(row, 0); width]);
        }
        assert_eq!((originals.in_memory.len(), originals.pages.len()), (2, 6));
        let before = originals.clone();
        for row in (0..rows).step_by(PAGE_ROWS / 2) {
            originals.put(row, &vec![value(row, 1); width]);
        }
        for row in 0..rows {
            let round = usize::from(row % (PAGE_ROWS / 2) == 0);
            assert_eq!(originals.row(row), vec![value(row, round); width], "{row}");
            assert_eq!(before.row(row), vec![value(row, 0); width], "{row} before");
        }
        assert_eq!(originals.in_memory.len(), 2);
        assert_eq!(originals.pages().count(), 6);
    }
}
