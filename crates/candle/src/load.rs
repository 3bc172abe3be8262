//! From a model folder to a backend and its tokeniser: the architecture is chosen by `model_type`, one row each.

use std::path::{Path, PathBuf};

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Backend, Precision, Prompts, Tokeniser};
use signalbox_encoder::Kernels;
use signalbox_folder::manifest::check_files;
use signalbox_folder::modules::Modules;
use signalbox_folder::prompts;

use crate::adapters;
use crate::architecture::{Architecture, Checkpoint};
use crate::bert::{BERT, CAMEMBERT, ROBERTA, XLM_ROBERTA};
use crate::distilbert::DISTILBERT;
use crate::folder::Folder;
use crate::forward::{CLIP, DEBERTA_V2, GEMMA3_TEXT, QWEN3, SIGLIP};
use crate::heads;
use crate::keys::Keys;
use crate::loaded::{Loaded, Parts};
use crate::modernbert::MODERNBERT;
use crate::tokeniser;
use crate::weights::Weights;

const FILE: &str = "config.json";

const TABLE: &[Architecture] = &[
    BERT,
    ROBERTA,
    XLM_ROBERTA,
    CAMEMBERT,
    DISTILBERT,
    MODERNBERT,
    DEBERTA_V2,
    QWEN3,
    GEMMA3_TEXT,
    CLIP,
    SIGLIP,
];

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
    /// What to put before texts.
    pub prompts: Prompts,
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
    let home = Folder::new(folder);
    check_files(&home)?;
    let modules = Modules::read(&home)?;
    let folder = modules.as_ref().map_or(&home, |modules| &modules.encoder);
    let json = folder.json(FILE)?;
    let config = Keys::new(&folder.place(FILE), &json)?;
    let known: Vec<_> = TABLE.iter().map(|row| (row.model_type, row)).collect();
    let architecture = config.word_or("model_type", &known, None)?;
    let weights = Weights::open(folder)?;
    let adapters = adapters::open(options)?;
    let checkpoint = Checkpoint {
        home: &home,
        folder,
        modules: modules.as_ref(),
        config,
        weights: &weights,
        options,
        adapters: &adapters,
    };
    let backend = backend(&checkpoint, architecture)?;
    let prompts = prompts::read(&home)?;
    Ok(Model {
        tokeniser: tokeniser::load(&[checkpoint.folder, checkpoint.home], &backend)?,
        backend: Box::new(backend),
        prompts,
    })
}

fn backend(checkpoint: &Checkpoint<'_>, architecture: &Architecture) -> Result<Loaded> {
    let trunk = (architecture.trunk)(checkpoint)?;
    if let Some((name, _)) = checkpoint.options.adapters.get(trunk.adapters()) {
        let (at, expected) = (format!("adapters.{name}"), "a model that takes adapters");
        let received = architecture.model_type;
        return Err(Error::new(Code::CapabilityMissing, at, expected, received));
    }
    let heads = heads::read(checkpoint, architecture, trunk.width())?;
    let images = architecture.images.map(|images| images(checkpoint));
    let longest = checkpoint.modules.map_or(Ok(None), Modules::longest)?;
    Loaded::new(Parts {
        architecture: architecture.model_type.to_owned(),
        max_tokens: longest.unwrap_or(usize::MAX),
        images: images.transpose()?,
        adapters: checkpoint
            .options
            .adapters
            .iter()
            .map(|(name, _)| name.clone())
            .collect(),
        trunk,
        heads,
    })
}
