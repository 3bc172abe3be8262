//! Where the searches report what they find: how surely each keyword was found, and, when asked, where.

/// Takes what a search finds. A slot is the place of a keyword, or of a pattern, among those of all rules.
pub(super) trait Sink {
    /// The keyword was found, with this confidence above 0; the greatest one counts.
    fn found(&mut self, slot: usize, confidence: f64);
    /// The keyword stands at these bytes of the folded text.
    fn place(&mut self, slot: usize, begin: usize, end: usize);
    /// Whether finding the keyword as written once more would tell nothing new.
    fn settled(&self, slot: usize) -> bool;
    /// Whether places matter at all.
    const PLACES: bool;
}

/// Only how surely.
#[derive(Debug)]
pub(super) struct Found(Vec<f64>);

impl Found {
    pub(super) fn new(slots: usize) -> Self {
        Self(vec![0.0; slots])
    }

    /// By slot: the confidence, 0 where it was not found.
    pub(super) fn confidences(&self) -> &[f64] {
        &self.0
    }
}

impl Sink for Found {
    const PLACES: bool = false;

    #[inline]
    fn found(&mut self, slot: usize, confidence: f64) {
        self.0[slot] = self.0[slot].max(confidence);
    }

    #[inline]
    fn place(&mut self, _: usize, _: usize, _: usize) {}

    #[inline]
    fn settled(&self, slot: usize) -> bool {
        self.0[slot] >= 1.0
    }
}

/// How surely, and the first places of each.
#[derive(Debug)]
pub(super) struct Places {
    found: Found,
    kept: Vec<Vec<(usize, usize)>>,
    limit: usize,
}

impl Places {
    /// At most `limit` places of each keyword are kept.
    pub(super) fn new(slots: usize, limit: usize) -> Self {
        Self {
            found: Found::new(slots),
            kept: vec![Vec::new(); slots],
            limit,
        }
    }

    pub(super) fn confidences(&self) -> &[f64] {
        self.found.confidences()
    }

    /// By slot: where it stands, in bytes of the folded text.
    pub(super) fn places(&self) -> &[Vec<(usize, usize)>] {
        &self.kept
    }
}

impl Sink for Places {
    const PLACES: bool = true;

    fn found(&mut self, slot: usize, confidence: f64) {
        self.found.found(slot, confidence);
    }

    fn place(&mut self, slot: usize, begin: usize, end: usize) {
        if self.kept[slot].len() < self.limit {
            self.kept[slot].push((begin, end));
        }
    }

    fn settled(&self, slot: usize) -> bool {
        self.found.settled(slot) && self.kept[slot].len() >= self.limit
    }
}
