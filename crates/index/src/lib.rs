//! Vectors by id, searched by cosine similarity: a scan of bytes while there are few, a walk along a graph when there are many, and
//! the last word always from the originals.

mod entrances;
mod graph;
mod index;
mod link;
mod links;
mod metadata;
mod order;
mod paged;
mod random;
mod scratch;
mod settings;
mod state;
mod vectors;
mod walk;

pub use index::{Hit, Insertion, MOST_EF, MOST_ID_BYTES, MOST_RESULTS, Query, VectorIndex};
pub use metadata::{Filter, MOST_METADATA_BYTES};
pub use settings::{EF_CONSTRUCTION_RANGE, M_RANGE, MOST_DIMENSIONS, Settings};
