//! What a model is read from: its own tensors, and the updates that adapters have for its layers.

use std::cell::RefCell;
use std::collections::BTreeSet;

use signalbox_base::Result;

use crate::adapter::{Adapter, LowRank};
use crate::source::WeightSource;

pub(crate) struct Loader<'load> {
    pub(crate) source: &'load dyn WeightSource,
    adapters: &'load [Adapter],
    /// Linear layers that were read.
    layers: RefCell<BTreeSet<String>>,
}

impl<'load> Loader<'load> {
    pub(crate) const fn new(source: &'load dyn WeightSource, adapters: &'load [Adapter]) -> Self {
        Self {
            source,
            adapters,
            layers: RefCell::new(BTreeSet::new()),
        }
    }

    /// What each adapter has for the layer `name`.
    pub(crate) fn updates(
        &self,
        name: &str,
        outputs: usize,
        depth: usize,
    ) -> Result<Vec<Option<LowRank>>> {
        self.layers.borrow_mut().insert(name.to_owned());
        self.adapters
            .iter()
            .map(|adapter| adapter.update(name, outputs, depth))
            .collect()
    }

    /// Refuses adapters for layers that were not read.
    ///
    /// # Errors
    /// `ModelInvalid` naming adapter and layer.
    pub(crate) fn finish(&self) -> Result<()> {
        let layers = self.layers.borrow();
        self.adapters
            .iter()
            .try_for_each(|adapter| adapter.check(&layers))
    }
}
