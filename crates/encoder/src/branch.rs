//! Which of a model's branches a row wants.

/// Some branches, by their place: 0 is the model's own upper layers, `n` the branch at `n - 1` of the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Branches(u32);

impl Branches {
    /// The most that a model may have, its own upper layers among them.
    pub const MOST: usize = 8;

    /// No branch.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// With the branch at `place` too.
    ///
    /// # Panics
    /// When `place` is not below `MOST`: `Config::check` lets no such model pass.
    #[must_use]
    pub const fn with(self, place: usize) -> Self {
        assert!(place < Self::MOST, "a model has at most 8 branches");
        Self(self.0 | 1 << place)
    }

    /// Whether the branch at `place` is one of them.
    #[must_use]
    pub const fn has(self, place: usize) -> bool {
        place < Self::MOST && self.0 >> place & 1 == 1
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Their places, ascending.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::MOST).filter(move |place| self.has(*place))
    }
}

impl FromIterator<usize> for Branches {
    fn from_iter<Places: IntoIterator<Item = usize>>(places: Places) -> Self {
        places.into_iter().fold(Self::none(), Self::with)
    }
}
