//! One trained selector: read and checked once, then asked for scores.

use std::collections::HashSet;

use signalbox_base::Result;
use signalbox_simd::Kernels;

use crate::digest;
use crate::entry::{Entry, Fields, shortened};
use crate::json::{Json, Table};
use crate::kmeans::Kmeans;
use crate::knn::Knn;
use crate::mlp::Mlp;
use crate::standardise::Standard;
use crate::svm::Svm;
use crate::weights::Budget;
use signalbox_base::{invalid_input, model_invalid};

/// The number of the format that this version reads.
const FORMAT: usize = 1;

/// Numbers that one block of rows may need beside its inputs: 4 MiB, so that a batch of any size takes no more.
const BLOCK: usize = 1 << 20;

/// The most scores that one call gives.
const MOST_SCORES: usize = 1 << 26;

const KEYS: [&str; 9] = [
    "format",
    "kind",
    "models",
    "dimensions",
    "encoder",
    "standardise",
    "parameters",
    "metadata",
    digest::KEY,
];

#[derive(Clone, Copy)]
enum Kind {
    Knn,
    Kmeans,
    Svm,
    Mlp,
}

const KINDS: [(&str, Kind); 4] = [
    ("knn", Kind::Knn),
    ("kmeans", Kind::Kmeans),
    ("svm", Kind::Svm),
    ("mlp", Kind::Mlp),
];

enum Scorer {
    Knn(Knn),
    Kmeans(Kmeans),
    Svm(Svm),
    Mlp(Mlp),
}

/// Scores candidate models from the embedding of a prompt. The greatest score is the best model; what a score means is the kind's.
pub struct Selector {
    kernels: Kernels,
    scorer: Scorer,
    standard: Option<Standard>,
    models: Vec<String>,
    dimensions: usize,
    encoder: Option<String>,
    bytes: usize,
}

impl Selector {
    /// Reads the JSON of an artifact, see `docs/selectors-format.md`, for the fastest kernels of this CPU.
    ///
    /// # Errors
    /// `ModelInvalid` naming the JSON path at fault: not JSON, another format number, a hash that is not that of the content, a key that
    /// is missing, unknown or of the wrong kind or shape, a number that is not finite, weights beyond 256 MiB.
    pub fn load(artifact: &[u8]) -> Result<Self> {
        Self::load_for(artifact, Kernels::detect())
    }

    /// `load` for kernels of the caller's choice; results of any two differ by rounding alone.
    ///
    /// # Errors
    /// As `load`.
    pub fn load_for(artifact: &[u8], kernels: Kernels) -> Result<Self> {
        let json = Json::parse(artifact)?;
        let Json::Table(table) = &json else {
            return Err(model_invalid("artifact", "an object", json.kind()));
        };
        check_format(table)?;
        check_hash(table)?;
        let root = Entry {
            json: &json,
            at: String::new(),
        };
        Self::read(&root.fields(&KEYS)?, kernels)
    }

    fn read(fields: &Fields<'_>, kernels: Kernels) -> Result<Self> {
        let models = read_models(&fields.required("models", "the names of the models")?)?;
        let dimensions = fields
            .required("dimensions", "the numbers of an embedding")?
            .count()?;
        let encoder = fields
            .optional("encoder")
            .map(|entry| entry.text().map(str::to_owned))
            .transpose()?;
        if let Some(metadata) = fields.optional("metadata")
            && !matches!(metadata.json, Json::Table(_))
        {
            return Err(metadata.misfit("an object"));
        }
        let standard = fields
            .optional("standardise")
            .map(|entry| Standard::read(&entry, dimensions))
            .transpose()?;
        let kind = fields
            .required("kind", "knn, kmeans, svm or mlp")?
            .word(&KINDS)?;
        let entry = fields.required("parameters", "the parameters of the kind")?;
        let budget = Budget::new();
        let scorer = match kind {
            Kind::Knn => Scorer::Knn(Knn::read(&entry, dimensions, models.len(), &budget)?),
            Kind::Kmeans => {
                Scorer::Kmeans(Kmeans::read(&entry, dimensions, models.len(), &budget)?)
            }
            Kind::Svm => Scorer::Svm(Svm::read(&entry, dimensions, models.len(), &budget)?),
            Kind::Mlp => Scorer::Mlp(Mlp::read(&entry, dimensions, models.len(), &budget)?),
        };
        Ok(Self {
            kernels,
            scorer,
            standard,
            models,
            dimensions,
            encoder,
            bytes: budget.bytes(),
        })
    }

    /// `knn`, `kmeans`, `svm` or `mlp`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.scorer {
            Scorer::Knn(_) => "knn",
            Scorer::Kmeans(_) => "kmeans",
            Scorer::Svm(_) => "svm",
            Scorer::Mlp(_) => "mlp",
        }
    }

    /// The models that are scored, in the order of scores.
    #[must_use]
    pub fn models(&self) -> &[String] {
        &self.models
    }

    /// Numbers in an embedding.
    #[must_use]
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// What made the embeddings it was trained on, where the artifact says so.
    #[must_use]
    pub fn encoder(&self) -> Option<&str> {
        self.encoder.as_deref()
    }

    /// Memory of its weights.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Scores, `[rows, models]`, of `embeddings`, `[rows, dimensions]`. The scores of a row do not depend on the other rows, to the bit.
    ///
    /// # Errors
    /// `InvalidInput` at `embeddings` when its length is not that of whole rows or there are too many, and at `embeddings[row]` when a
    /// number is not finite, a score would not be, or knn is asked about a vector of zeros.
    pub fn score(&self, embeddings: &[f32]) -> Result<Vec<f32>> {
        let rows = self.rows(embeddings)?;
        let block = (BLOCK / self.width()).max(1);
        let mut scores = Vec::with_capacity(rows * self.models.len());
        for part in embeddings.chunks(block * self.dimensions) {
            let first = scores.len() / self.models.len();
            let mut part = part.to_vec();
            check_finite(&part, self.dimensions, first, "finite numbers")?;
            if let Some(standard) = &self.standard {
                standard.apply(&mut part);
            }
            let found = self.block(part);
            check_finite(&found, self.models.len(), first, self.needs())?;
            scores.extend(found);
        }
        Ok(scores)
    }

    fn rows(&self, embeddings: &[f32]) -> Result<usize> {
        let (length, dimensions) = (embeddings.len(), self.dimensions);
        if length == 0 || !length.is_multiple_of(dimensions) {
            return Err(invalid_input(
                "embeddings",
                format!("rows of {dimensions} numbers"),
                format!("{length} numbers"),
            ));
        }
        let rows = length / dimensions;
        if rows > MOST_SCORES / self.models.len() {
            return Err(invalid_input(
                "embeddings",
                format!("at most {} rows", MOST_SCORES / self.models.len()),
                format!("{rows} rows"),
            ));
        }
        Ok(rows)
    }

    fn block(&self, rows: Vec<f32>) -> Vec<f32> {
        let count = rows.len() / self.dimensions;
        match &self.scorer {
            Scorer::Knn(knn) => knn.score(self.kernels, rows, count),
            Scorer::Kmeans(kmeans) => kmeans.score(self.kernels, rows),
            Scorer::Svm(svm) => svm.score(self.kernels, rows, count),
            Scorer::Mlp(mlp) => mlp.score(self.kernels, rows, count),
        }
    }

    fn width(&self) -> usize {
        let own = match &self.scorer {
            Scorer::Knn(knn) => knn.width(),
            Scorer::Kmeans(kmeans) => kmeans.width(),
            Scorer::Svm(svm) => svm.width(),
            Scorer::Mlp(mlp) => mlp.width(),
        };
        own.max(self.dimensions)
    }

    /// What an embedding must be for its scores to be numbers.
    const fn needs(&self) -> &'static str {
        match self.scorer {
            Scorer::Knn(_) => "a vector that is not zero, whose scores f32 can hold",
            _ => "a vector whose scores f32 can hold",
        }
    }
}

/// Before all else: another format may have another hash and other keys.
fn check_format(table: &Table) -> Result<()> {
    let expected = || format!("{FORMAT}, the format that this version reads");
    let Some(json) = table.get("format") else {
        return Err(model_invalid("format", expected(), "nothing"));
    };
    let entry = Entry {
        json,
        at: "format".to_owned(),
    };
    let found = entry.count()?;
    if found == FORMAT {
        return Ok(());
    }
    Err(entry.fault(expected(), found.to_string()))
}

fn check_hash(table: &Table) -> Result<()> {
    let expected = digest::of(table);
    match table.get(digest::KEY) {
        Some(Json::Text(found)) if *found == expected => Ok(()),
        Some(Json::Text(found)) => Err(model_invalid(
            digest::KEY,
            format!("{expected}, the hash of the content"),
            shortened(found),
        )),
        Some(other) => Err(model_invalid(digest::KEY, "a string", other.kind())),
        None => Err(model_invalid(
            digest::KEY,
            "the hash of the content",
            "nothing",
        )),
    }
}

fn read_models(entry: &Entry<'_>) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let read = |entry: Entry<'_>| {
        let name = entry.text()?.to_owned();
        if seen.insert(name.clone()) {
            return Ok(name);
        }
        Err(entry.fault("a name of its own", format!("{} twice", shortened(&name))))
    };
    entry.elements("names")?.into_iter().map(read).collect()
}

/// `values` is `[rows, width]`, and its first row is row `first` of the call.
fn check_finite(values: &[f32], width: usize, first: usize, expected: &str) -> Result<()> {
    let Some(index) = values.iter().position(|value| !value.is_finite()) else {
        return Ok(());
    };
    Err(invalid_input(
        format!("embeddings[{}]", first + index / width),
        expected,
        format!("{} as number {}", values[index], index % width),
    ))
}
