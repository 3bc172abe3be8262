//! From a model folder to a backend and its tokeniser: finds the graphs, tries them on two tokens, and makes heads of what they give.

use std::path::{Path, PathBuf};

use signalbox_base::Result;
use signalbox_core::{Backend, Cancel, Description, Heads, Pass, Precision, Tokeniser};
use signalbox_folder::folder::Folder;
use signalbox_folder::keys::Keys;
use signalbox_folder::tokeniser::HuggingFace;

use crate::fault::model_invalid;
use crate::graph::{Feeds, Graph};
use crate::heads::{self, Given, Part, TRIED_TOKENS};
use crate::model::{Onnx, Texts};
use crate::places::{self, File};
use crate::quantised::measures_rows_together;
use crate::{cache, runtime};

const CONFIG: &str = "config.json";

/// How a folder is loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Which graph of the folder is meant: `model.onnx`, or the quantised one beside it.
    pub precision: Precision,
    /// Folders of graphs with an adapter merged into each, by the names that callers will use; beside those in the folder `adapters`.
    pub adapters: Vec<(String, PathBuf)>,
    /// A folder for graphs as ONNX Runtime rewrites them for this machine, which load faster the next time; else none is kept.
    pub cache: Option<PathBuf>,
}

/// What a folder holds.
pub struct Model {
    /// Ready to run.
    pub backend: Box<dyn Backend>,
    /// Where the folder has one: a model that takes images alone needs none.
    pub tokeniser: Option<Box<dyn Tokeniser>>,
}

/// Loads a folder with exported graphs, `config.json` and `tokenizer.json`, or one graph's file inside such a folder.
///
/// # Errors
/// `CapabilityMissing` when there is no ONNX Runtime; `ModelInvalid` naming the file, or file and key, that is missing or wrong.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Model> {
    runtime::needed()?;
    let found = places::find(path, options.precision)?;
    let home = Folder::new(&found.home);
    let json = home.json(CONFIG)?;
    let config = Keys::new(CONFIG, &json)?;
    let loader = Loader {
        config: &config,
        cache: options.cache.as_deref(),
    };
    let texts = found
        .texts
        .as_ref()
        .map(|file| loader.texts(file))
        .transpose()?;
    let mut parts = Vec::new();
    if let Some(texts) = &texts {
        let given = tried(texts)?;
        parts = heads::plain(&config, &given, texts.graph.name(), |width| {
            mean_of_states(width)
        })?;
    }
    if parts.is_empty() || parts.len() > Heads::MOST {
        return Err(model_invalid(
            CONFIG,
            format!("1 to {} heads", Heads::MOST),
            parts.len().to_string(),
        ));
    }
    let (names, adapters) = loader.adapters(&found.home, texts.as_ref(), options)?;
    let backend = Onnx {
        description: loader.describe(&parts, names, texts.iter().chain(&adapters))?,
        texts,
        adapters,
        parts,
        images: None,
    };
    Ok(Model {
        backend: Box::new(backend),
        tokeniser: Some(Box::new(HuggingFace::load(&home)?)),
    })
}

struct Loader<'load> {
    config: &'load Keys<'load>,
    cache: Option<&'load Path>,
}

impl Loader<'_> {
    fn texts(&self, file: &File) -> Result<Texts> {
        let unreadable = |error: std::io::Error| {
            model_invalid(
                &file.name,
                "a file that can be read",
                error.kind().to_string(),
            )
        };
        let alone = measures_rows_together(&file.path).map_err(unreadable)?;
        let cache = self
            .cache
            .map(|folder| cache::place(folder, &file.path))
            .transpose()
            .map_err(unreadable)?;
        Ok(Texts {
            graph: Graph::open(file.path.clone(), file.name.clone(), cache)?,
            vocabulary: self.config.count_or("vocab_size", usize::MAX)?,
            first_position: self.first_position()?,
            alone,
        })
    }

    /// RoBERTa counts from behind the padding's position.
    fn first_position(&self) -> Result<usize> {
        const FAMILY: [&str; 3] = ["roberta", "xlm-roberta", "camembert"];
        let kind = self.config.text("model_type")?.unwrap_or_default();
        if !FAMILY.contains(&kind) {
            return Ok(0);
        }
        Ok(self.config.index_or("pad_token_id", 1)?.saturating_add(1))
    }

    fn max_tokens(&self) -> Result<usize> {
        let positions = self
            .config
            .count_or("max_position_embeddings", usize::MAX)?;
        Ok(positions.saturating_sub(self.first_position()?).max(1))
    }

    fn adapters(
        &self,
        home: &Path,
        base: Option<&Texts>,
        options: &LoadOptions,
    ) -> Result<(Vec<String>, Vec<Texts>)> {
        let named = places::adapters(home)
            .into_iter()
            .chain(options.adapters.clone());
        let (mut names, mut all) = (Vec::new(), Vec::new());
        for (name, path) in named {
            let at = format!("adapters/{name}");
            if names.contains(&name) {
                return Err(model_invalid(
                    at,
                    "a name of its own",
                    "one that is there already",
                ));
            }
            let found = places::find(&path, options.precision)?;
            let file = found
                .texts
                .ok_or_else(|| model_invalid(&at, "a graph of texts", "one of images"))?;
            let file = File {
                name: format!("{at}/{}", file.name),
                ..file
            };
            let texts = self.texts(&file)?;
            if base.is_none_or(|base| base.graph.outputs() != texts.graph.outputs()) {
                return Err(model_invalid(
                    &file.name,
                    "the outputs of the model itself",
                    texts.graph.outputs().join(", "),
                ));
            }
            names.push(name);
            all.push(texts);
        }
        Ok((names, all))
    }

    fn describe<'texts>(
        &self,
        parts: &[Part],
        adapters: Vec<String>,
        texts: impl Iterator<Item = &'texts Texts>,
    ) -> Result<Description> {
        Ok(Description {
            architecture: self.config.text("model_type")?.unwrap_or("onnx").to_owned(),
            heads: parts.iter().map(|part| part.head.clone()).collect(),
            max_tokens: self.max_tokens()?,
            adapters,
            images: false,
            batch_invariant: true,
            weight_bytes: texts.map(|texts| texts.graph.bytes()).sum(),
        })
    }
}

fn mean_of_states(width: usize) -> Result<signalbox_folder::head::HeadWeights> {
    use signalbox_core::{Activation, Head, Merge, Pooling, Task};
    Ok(signalbox_folder::head::HeadWeights {
        head: Head {
            name: "embedding".to_owned(),
            task: Task::Embedding,
            labels: Vec::new(),
            activation: Activation::Softmax,
            merge: Merge::Mean,
            pooling: Pooling::Mean,
            width,
        },
        steps: Vec::new(),
    })
}

/// What the graph gives for a row of two tokens, each output with its shape.
fn tried(texts: &Texts) -> Result<Vec<Given>> {
    let zeros = || vec![0; TRIED_TOKENS];
    let feeds = Feeds {
        rows: 1,
        tokens: TRIED_TOKENS,
        ids: zeros(),
        mask: vec![1; TRIED_TOKENS],
        types: zeros(),
        positions: zeros(),
        pixels: (Vec::new(), Vec::new()),
    };
    let names = texts.graph.outputs();
    let all: Vec<usize> = (0..names.len()).collect();
    let cancel = Cancel::default();
    let mut outputs = texts.graph.run(&feeds, &all, Pass::alone(&cancel))?;
    let given = names.iter().enumerate().map(|(at, name)| Given {
        name: name.clone(),
        shape: outputs
            .remove(&at)
            .map(|output| output.shape)
            .unwrap_or_default(),
    });
    Ok(given.collect())
}
