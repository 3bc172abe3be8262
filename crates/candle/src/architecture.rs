//! The architectures of this crate, one row each: how the trunk is loaded, and what its heads are made of where the folder has some.

use signalbox_base::Result;
use signalbox_core::Pooling;
use signalbox_folder::modules::Modules;
pub(crate) use signalbox_folder::recipe::Recipe;

use crate::adapters::Named;
use crate::folder::Folder;
use crate::keys::Keys;
use crate::load::LoadOptions;
use crate::loaded::Images;
use crate::trunk::Trunk;
use crate::weights::Weights;

/// What there is to load from.
pub(crate) struct Checkpoint<'load> {
    /// Where `signalbox.json` and `modules.json` lie.
    pub(crate) home: &'load Folder,
    /// Where configuration and weights lie: `home`, or a folder inside it.
    pub(crate) folder: &'load Folder,
    /// What follows the encoder in a folder of sentence-transformers.
    pub(crate) modules: Option<&'load Modules>,
    /// `config.json`.
    pub(crate) config: Keys<'load>,
    pub(crate) weights: &'load Weights,
    pub(crate) options: &'load LoadOptions,
    /// In the order of `options`.
    pub(crate) adapters: &'load [Named],
}

/// Reads the head of a checkpoint that ends in so many numbers: labels, or the dimensions of an embedding.
pub(crate) type ReadHead = fn(&Checkpoint<'_>, usize) -> Result<Recipe>;

/// Reads the tower for images.
pub(crate) type ReadImages = fn(&Checkpoint<'_>) -> Result<Box<dyn Images>>;

/// One architecture.
pub(crate) struct Architecture {
    /// As `config.json` names it.
    pub(crate) model_type: &'static str,
    pub(crate) trunk: fn(&Checkpoint<'_>) -> Result<Box<dyn Trunk>>,
    /// The head of `…ForSequenceClassification`, where this crate knows it.
    pub(crate) classifier: Option<ReadHead>,
    /// The head of `…ForTokenClassification`, where this crate knows it.
    pub(crate) tagger: Option<ReadHead>,
    /// How texts are embedded where no `modules.json` says it: pooling and projection; gets the width of the trunk.
    pub(crate) embedding: ReadHead,
    /// The tower for images.
    pub(crate) images: Option<ReadImages>,
}

/// The mean of the hidden states, as it is: what most encoders are trained with.
#[expect(clippy::unnecessary_wraps, reason = "a `ReadHead`")]
pub(crate) fn mean_of_states(_checkpoint: &Checkpoint<'_>, _width: usize) -> Result<Recipe> {
    Ok(Recipe {
        pooling: Pooling::Mean,
        steps: Vec::new(),
    })
}
