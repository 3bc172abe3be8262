//! Rows of one width in pages that are shared until somebody writes: a snapshot costs one pointer a page, growth moves nothing.

use std::sync::Arc;

use signalbox_simd::{Aligned, Plain};

/// Rows of a page.
pub(crate) const PAGE_ROWS: usize = 1024;

/// Rows of `width` numbers, by number; those never written hold zeros. Every row starts on a cache line where the width allows it.
#[derive(Clone)]
pub(crate) struct Paged<Number> {
    pages: Vec<Arc<Aligned<Number>>>,
    width: usize,
}

impl<Number: Plain> Paged<Number> {
    pub(crate) const fn new(width: usize) -> Self {
        Self {
            pages: Vec::new(),
            width,
        }
    }

    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// Makes room for `rows` rows.
    pub(crate) fn grow(&mut self, rows: usize) {
        let pages = rows.div_ceil(PAGE_ROWS);
        while self.pages.len() < pages {
            self.pages
                .push(Arc::new(Aligned::zeros(PAGE_ROWS * self.width)));
        }
    }

    #[inline]
    pub(crate) fn row(&self, row: usize) -> &[Number] {
        let start = row % PAGE_ROWS * self.width;
        &self.pages[row / PAGE_ROWS][start..start + self.width]
    }

    /// Copies the page first when a snapshot still holds it.
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [Number] {
        let start = row % PAGE_ROWS * self.width;
        &mut Arc::make_mut(&mut self.pages[row / PAGE_ROWS])[start..start + self.width]
    }

    /// `[PAGE_ROWS, width]`.
    pub(crate) fn page(&self, page: usize) -> &[Number] {
        &self.pages[page]
    }

    /// The pages as slices of `[PAGE_ROWS, width]`.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &[Number]> {
        self.pages.iter().map(|page| &***page)
    }
}
