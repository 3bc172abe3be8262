//! Vectors by id, searched by cosine similarity: a scan of bytes while there are few, a walk along a graph when there are many, and
//! the last word always from the originals.

mod entrances;
mod graph;
mod index;
mod link;
mod links;
mod metadata;
mod mmap;
mod order;
mod originals;
mod paged;
mod random;
mod scratch;
mod search;
mod settings;
mod snapshot;
mod spill;
mod state;
mod sweep;
mod unit;
mod vectors;
mod walk;

pub use index::{Insertion, MOST_ID_BYTES, VectorIndex};
pub use metadata::{Filter, MOST_METADATA_BYTES};
pub use search::{Hit, MOST_EF, MOST_RESULTS, Query};
pub use settings::{EF_CONSTRUCTION_RANGE, M_RANGE, MOST_DIMENSIONS, Settings};
