//! What an index is made with, checked.

use signalbox_base::{Code, Error, Result};
use signalbox_simd::ROW_STEP;

/// Most numbers in a vector.
pub const MOST_DIMENSIONS: usize = 8192;

/// Least and most of `m`.
pub const M_RANGE: (usize, usize) = (4, 64);

/// Least and most of `ef_construction`.
pub const EF_CONSTRUCTION_RANGE: (usize, usize) = (8, 2000);

/// Checked settings: how long vectors are, and how well the graph is built. `m` and `ef_construction` are named after Malkov and
/// Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs", section 4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    dimensions: usize,
    m: usize,
    ef_construction: usize,
}

impl Settings {
    /// # Errors
    /// `InvalidInput` for a number out of its range.
    pub fn new(dimensions: usize, m: usize, ef_construction: usize) -> Result<Self> {
        check("dimensions", dimensions, (1, MOST_DIMENSIONS))?;
        check("m", m, M_RANGE)?;
        check("efConstruction", ef_construction, EF_CONSTRUCTION_RANGE)?;
        Ok(Self {
            dimensions,
            m,
            ef_construction,
        })
    }

    /// Numbers in a vector.
    #[must_use]
    pub const fn dimensions(self) -> usize {
        self.dimensions
    }

    /// Links that a new vector makes; twice as many are kept of each.
    #[must_use]
    pub const fn m(self) -> usize {
        self.m
    }

    /// Candidates that the search for these links keeps.
    #[must_use]
    pub const fn ef_construction(self) -> usize {
        self.ef_construction
    }

    /// Most links of a vector.
    pub(crate) const fn most_links(self) -> usize {
        2 * self.m
    }

    /// Bytes of a quantised vector.
    pub(crate) const fn row_bytes(self) -> usize {
        self.dimensions.next_multiple_of(ROW_STEP)
    }
}

fn check(at: &str, value: usize, (least, most): (usize, usize)) -> Result<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidInput,
        at,
        format!("a whole number from {least} to {most}"),
        value.to_string(),
    ))
}
