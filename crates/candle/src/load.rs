//! From a model folder to a backend and its tokeniser: the architecture is chosen by `model_type`, one row each.

use std::path::{Path, PathBuf};

use signalbox_base::Result;
use signalbox_core::{Backend, Precision, Tokeniser};
use signalbox_encoder::Kernels;

use crate::architecture::{Architecture, Checkpoint};
use crate::bert::{BERT, CAMEMBERT, ROBERTA, XLM_ROBERTA};
use crate::folder::Folder;
use crate::heads;
use crate::keys::Keys;
use crate::loaded::{Loaded, Parts};
use crate::modernbert::MODERNBERT;
use crate::tokeniser::{self, HuggingFace};
use crate::weights::Weights;

const FILE: &str = "config.json";

const TABLE: &[Architecture] = &[BERT, ROBERTA, XLM_ROBERTA, CAMEMBERT, MODERNBERT];

/// The architectures of this crate, by `model_type`.
pub const ARCHITECTURES: &[&str] = &{
    let mut names = [""; TABLE.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = TABLE[at].model_type;
        at += 1;
    }
    names
};

/// How a folder is loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Arithmetic of the matrix products.
    pub precision: Precision,
    /// Folders of low-rank adapters as PEFT writes them, by the names that callers will use.
    pub adapters: Vec<(String, PathBuf)>,
}

/// What a folder holds.
pub struct Model {
    /// Ready to run.
    pub backend: Box<dyn Backend>,
    /// Where the folder has one: a model that takes images alone needs none.
    pub tokeniser: Option<Box<dyn Tokeniser>>,
}

/// The kernels that models run on here: `scalar`, `avx2`, `avx512-vnni`, `avx512-amx` or `neon`.
#[must_use]
pub fn kernels() -> &'static str {
    Kernels::detect().name()
}

/// Loads a model folder as published.
///
/// # Errors
/// `ModelInvalid` naming the file, or file and key, that is missing or wrong; `CapabilityMissing` where the folder is right, but asks for
/// what this crate does not do.
pub fn load(folder: &Path, options: &LoadOptions) -> Result<Model> {
    let folder = Folder::new(folder);
    let json = folder.json(FILE)?;
    let config = Keys::new(FILE, &json)?;
    let known: Vec<_> = TABLE.iter().map(|row| (row.model_type, row)).collect();
    let architecture = config.word_or("model_type", &known, None)?;
    let weights = Weights::open(&folder)?;
    let checkpoint = Checkpoint {
        folder: &folder,
        config,
        weights: &weights,
        options,
    };
    let trunk = (architecture.trunk)(&checkpoint)?;
    let heads = heads::read(&checkpoint, architecture, trunk.width())?;
    let images = architecture.images.map(|images| images(&checkpoint));
    let backend = Loaded::new(Parts {
        architecture: architecture.model_type.to_owned(),
        max_tokens: trunk.max_tokens(),
        images: images.transpose()?,
        trunk,
        heads,
    });
    Ok(Model {
        backend: Box::new(backend),
        tokeniser: load_tokeniser(&folder)?,
    })
}

fn load_tokeniser(folder: &Folder) -> Result<Option<Box<dyn Tokeniser>>> {
    let _ = tokeniser::FILE;
    Ok(Some(Box::new(HuggingFace::load(folder)?)))
}
