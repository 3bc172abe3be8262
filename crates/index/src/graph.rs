//! Vectors, the links between them, and where a walk enters: all that a search by similarity reads.

use signalbox_simd::Kernels;

use crate::entrances::Entrances;
use crate::links::Links;
use crate::settings::Settings;
use crate::vectors::Vectors;

/// The searchable part of an index. Slots below `linked` have links.
#[derive(Clone)]
pub(crate) struct Graph {
    pub(crate) settings: Settings,
    pub(crate) kernels: Kernels,
    pub(crate) vectors: Vectors,
    pub(crate) links: Links,
    pub(crate) entrances: Entrances,
}

impl Graph {
    pub(crate) fn new(settings: Settings, kernels: Kernels) -> Self {
        Self {
            settings,
            kernels,
            vectors: Vectors::new(settings),
            links: Links::new(settings.most_links()),
            entrances: Entrances::new(settings.row_bytes()),
        }
    }

    /// Slots that hold a vector, dead ones included.
    pub(crate) fn slots(&self) -> usize {
        self.vectors.scales.len()
    }
}
