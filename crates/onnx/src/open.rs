//! From a model folder to a backend and its tokeniser: finds the graphs, tries them on two tokens, and makes heads of what they give.

use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use signalbox_base::Result;
use signalbox_core::{Backend, Cancel, Description, Heads, Pass, Precision, Prompts, Tokeniser};
use signalbox_folder::fault::model_invalid;
use signalbox_folder::folder::Folder;
use signalbox_folder::keys::Keys;
use signalbox_folder::manifest::check_files;
use signalbox_folder::modules::Modules;
use signalbox_folder::prompts;
use signalbox_folder::tokeniser;

use crate::graph::{Feeds, Graph};
use crate::heads::{Given, Part, Sources, TRIED_TOKENS};
use crate::images::{self, Images};
use crate::model::{Onnx, Texts};
use crate::places::{self, File};
use crate::quantised::measures_rows_together;
use crate::rows::Filling;
use crate::sessions::Making;
use crate::{cache, runtime};

const CONFIG: &str = "config.json";
/// With fewer, a copy each takes less memory: see docs/decisions/0042.
const SHARING_PASSES: usize = 3;

/// How a folder is loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Which graph of the folder is meant: `model.onnx`, or the quantised one beside it.
    pub precision: Precision,
    /// Folders of graphs with an adapter merged into each, by the names that callers will use.
    pub adapters: Vec<(String, PathBuf)>,
    /// A folder for graphs as ONNX Runtime rewrites them for this machine, which load faster the next time; else none is kept.
    pub cache: Option<PathBuf>,
    /// How many passes will run at once; one a core where it is left out. From three on they share one copy of the
    /// weights, at the cost of one more copy that no pass computes with.
    pub passes: Option<usize>,
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

/// Loads a folder with exported graphs, `config.json` and `tokenizer.json`, or one graph's file inside such a folder.
///
/// # Errors
/// `CapabilityMissing` when there is no ONNX Runtime; `ModelInvalid` naming the file, or file and key, that is missing or wrong.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Model> {
    runtime::needed()?;
    let home = Folder::new(places::home(path));
    check_files(&home)?;
    let modules = Modules::read(&home)?;
    let encoder = modules.as_ref().map_or(&home, |modules| &modules.encoder);
    let json = encoder.json(CONFIG)?;
    let loader = Loader {
        config: Keys::new(&encoder.place(CONFIG), &json)?,
        home: &home,
        encoder,
        modules: modules.as_ref(),
        options,
    };
    let backend = loader.backend(path)?;
    let tokeniser = match &backend.texts {
        Some(_) => tokeniser::load(&[encoder, &home], &backend)?,
        None => None,
    };
    Ok(Model {
        backend: Box::new(backend),
        tokeniser,
        prompts: prompts::read(&home)?,
    })
}

struct Loader<'load> {
    home: &'load Folder,
    encoder: &'load Folder,
    modules: Option<&'load Modules>,
    config: Keys<'load>,
    options: &'load LoadOptions,
}

impl Loader<'_> {
    fn backend(&self, path: &Path) -> Result<Onnx> {
        let precision = self.options.precision;
        let found = if path.is_file() {
            places::single(path)
        } else {
            places::find(&[self.encoder, self.home], precision)?
        };
        let texts = found
            .texts
            .as_ref()
            .map(|file| self.texts(file))
            .transpose()?;
        let images = images::open(
            self.home,
            &self.config,
            found.images.as_ref(),
            texts.as_ref().map(|texts| &texts.graph),
            &self.making(None),
        )?;
        let parts = match (&texts, &images) {
            (Some(texts), _) => self.parts(texts, images.as_ref())?,
            (None, Some(images)) => vec![images.part()],
            (None, None) => Vec::new(),
        };
        if parts.is_empty() || parts.len() > Heads::MOST {
            let expected = format!("1 to {} heads", Heads::MOST);
            return Err(model_invalid(CONFIG, expected, parts.len().to_string()));
        }
        let (names, adapters) = self.adapters(texts.as_ref())?;
        let graphs = texts
            .iter()
            .chain(&adapters)
            .map(|texts| texts.graph.bytes());
        let of_images = images.as_ref().map_or(0, Images::bytes);
        let description = Description {
            architecture: self.config.text("model_type")?.unwrap_or("onnx").to_owned(),
            heads: parts.iter().map(|part| part.head.clone()).collect(),
            max_tokens: self.max_tokens()?,
            adapters: names,
            images: images.is_some(),
            batch_invariant: true,
            weight_bytes: graphs.sum::<usize>() + of_images,
        };
        Ok(Onnx {
            description,
            texts,
            adapters,
            parts,
            images,
        })
    }

    fn texts(&self, file: &File) -> Result<Texts> {
        let unreadable = |error: io::Error| {
            model_invalid(
                &file.name,
                "a file that can be read",
                error.kind().to_string(),
            )
        };
        let cache = self.options.cache.as_deref();
        let cache = cache.map(|folder| cache::place(folder, &file.path));
        let measures = measures_rows_together(&file.path).map_err(unreadable)?;
        let graph = Graph::open(file, self.making(cache.transpose().map_err(unreadable)?))?;
        let filling = self.filling()?;
        let (rows, tokens) = graph.fixed();
        let filled = filling.padding.map(|(length, _)| length);
        if rows.is_some_and(|rows| rows != 1) || tokens.is_some() && tokens != filled {
            let expected = "any number of rows of any length";
            let received = format!("rows: {rows:?}, tokens: {tokens:?}");
            return Err(model_invalid(&file.name, expected, received));
        }
        Ok(Texts {
            alone: measures || rows.is_some(),
            graph,
            vocabulary: self.sizes()?.count_or("vocab_size", usize::MAX)?,
            filling,
        })
    }

    fn making(&self, cache: Option<PathBuf>) -> Making {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let passes = self.options.passes.unwrap_or(cores);
        Making {
            cache,
            sharing: passes >= SHARING_PASSES,
        }
    }

    fn parts(&self, texts: &Texts, images: Option<&Images>) -> Result<Vec<Part>> {
        let given = tried(texts, images)?;
        let sources = Sources {
            home: self.home,
            config: &self.config,
            modules: self.modules,
            given: &given,
            file: texts.graph.name(),
        };
        sources.read()
    }

    /// Dual encoders keep the sizes of the half that reads texts in an object of their own.
    fn sizes(&self) -> Result<Keys<'_>> {
        Ok(self
            .config
            .child("text_config")?
            .unwrap_or_else(|| self.config.clone()))
    }

    /// `RoBERTa` counts from behind the padding's position.
    fn first_position(&self) -> Result<usize> {
        const FAMILY: [&str; 3] = ["roberta", "xlm-roberta", "camembert"];
        let kind = self.config.text("model_type")?.unwrap_or_default();
        if !FAMILY.contains(&kind) {
            return Ok(0);
        }
        Ok(self.config.index_or("pad_token_id", 1)?.saturating_add(1))
    }

    /// The text half of `SigLIP` was trained on rows of one length, and reads its answer at the last place.
    fn filling(&self) -> Result<Filling> {
        let sizes = self.sizes()?;
        let kind = self.config.text("model_type")?.unwrap_or_default();
        let padding = if kind.starts_with("siglip") {
            let id = sizes.index_or("pad_token_id", 1)?;
            let length = sizes.count_or("max_position_embeddings", 64)?;
            Some((length, i64::try_from(id).unwrap_or(i64::MAX)))
        } else {
            None
        };
        Ok(Filling {
            first_position: self.first_position()?,
            padding,
        })
    }

    fn max_tokens(&self) -> Result<usize> {
        let positions = self
            .sizes()?
            .count_or("max_position_embeddings", usize::MAX)?;
        let positions = positions.saturating_sub(self.first_position()?).max(1);
        let longest = self.modules.map_or(Ok(None), Modules::longest)?;
        Ok(positions.min(longest.unwrap_or(usize::MAX)))
    }

    fn adapters(&self, base: Option<&Texts>) -> Result<(Vec<String>, Vec<Texts>)> {
        let (mut names, mut adapters) = (Vec::new(), Vec::new());
        for (name, path) in &self.options.adapters {
            let at = format!("adapters/{name}");
            if names.contains(name) {
                return Err(model_invalid(
                    at,
                    "a name of its own",
                    "one that is there already",
                ));
            }
            let texts = self.adapter(&at, path)?;
            if base.is_none_or(|base| base.graph.outputs() != texts.graph.outputs()) {
                let received = texts.graph.outputs().join(", ");
                return Err(model_invalid(
                    at,
                    "the outputs of the model itself",
                    received,
                ));
            }
            names.push(name.clone());
            adapters.push(texts);
        }
        Ok((names, adapters))
    }

    fn adapter(&self, at: &str, path: &Path) -> Result<Texts> {
        let found =
            places::find(&[&Folder::new(path)], self.options.precision).map_err(|error| {
                model_invalid(
                    format!("{at}/{}", error.at()),
                    error.expected(),
                    error.received(),
                )
            })?;
        let file = found
            .texts
            .ok_or_else(|| model_invalid(at, "a graph of texts", "one of images"))?;
        self.texts(&File {
            name: format!("{at}/{}", file.name),
            ..file
        })
    }
}

/// What the graph gives for a row of two tokens, or as many as all its rows have, each output with its shape.
fn tried(texts: &Texts, images: Option<&Images>) -> Result<Vec<Given>> {
    let tokens = texts
        .filling
        .padding
        .map_or(TRIED_TOKENS, |(length, _)| length);
    let zeros = || vec![0; tokens];
    let mut feeds = Feeds {
        rows: 1,
        tokens,
        ids: zeros(),
        mask: vec![1; tokens],
        types: zeros(),
        positions: zeros(),
        pixels: (Vec::new(), Vec::new()),
    };
    texts.also_see(&mut feeds, images.map(|images| &images.recipe));
    shapes(&texts.graph, &feeds)
}

/// The outputs of a graph for these inputs.
///
/// # Errors
/// As `Graph::run`.
pub(crate) fn shapes(graph: &Graph, feeds: &Feeds) -> Result<Vec<Given>> {
    let names = graph.outputs();
    let all: Vec<usize> = (0..names.len()).collect();
    let cancel = Cancel::default();
    let mut outputs = graph.run(feeds, &all, Pass::alone(&cancel))?;
    let given = names.iter().enumerate().map(|(at, name)| Given {
        name: name.clone(),
        tokens: feeds.tokens,
        shape: outputs
            .remove(&at)
            .map(|output| output.shape)
            .unwrap_or_default(),
    });
    Ok(given.collect())
}
