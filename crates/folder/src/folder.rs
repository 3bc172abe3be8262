//! A model folder: files by name, each with a bound on what is read of it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;
use signalbox_base::{Error, Result};

use crate::fault::{first_line, model_invalid};

/// No description of a model is larger; tokenisers of a quarter million words have 35 million bytes.
const MOST_JSON_BYTES: u64 = 4 << 20;

/// A folder whose files are asked for by name.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// What stands before the names of its files in errors.
    label: String,
}

impl Folder {
    /// The folder at `path`, which need not be there yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            label: String::new(),
        }
    }

    /// The same folder with `label` before the names of its files in errors.
    #[must_use]
    pub fn labelled(self, label: String) -> Self {
        Self { label, ..self }
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    /// A folder inside this one, or this one where `name` is empty.
    ///
    /// # Errors
    /// `ModelInvalid` at `at` when the name leads elsewhere.
    pub fn inside(&self, name: &str, at: &str) -> Result<Self> {
        if name.is_empty() {
            return Ok(self.clone());
        }
        let inner = Self::plain(name, at)?;
        Ok(Self {
            path: self.path.join(inner),
            label: format!("{}{}/", self.label, name.trim_end_matches('/')),
        })
    }

    /// How errors name a file.
    #[must_use]
    pub fn place(&self, name: &str) -> String {
        format!("{}{name}", self.label)
    }

    /// Refuses names that lead out of the folder.
    ///
    /// # Errors
    /// `ModelInvalid` at `at`.
    pub fn plain<'name>(name: &'name str, at: &str) -> Result<&'name Path> {
        let path = Path::new(name);
        let inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if inside && !name.is_empty() && !name.contains(['\\', '\0', ':']) {
            return Ok(path);
        }
        let expected = "a name inside the folder";
        Err(model_invalid(at, expected, crate::keys::shortened(name)))
    }

    /// Opens a file, and tells its length.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file when it is missing or cannot be read.
    pub fn open(&self, name: &str) -> Result<(File, u64)> {
        let unreadable = |error: std::io::Error| {
            let received = if error.kind() == ErrorKind::NotFound {
                "nothing".to_owned()
            } else {
                error.kind().to_string()
            };
            model_invalid(self.place(name), "a file that can be read", received)
        };
        // Looked at before it is opened: a pipe would wait for its writer.
        let path = self.path.join(name);
        if !path.metadata().map_err(unreadable)?.is_file() {
            return Err(model_invalid(self.place(name), "a file", "something else"));
        }
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        Ok((file, about.len()))
    }

    /// All bytes of a file of at most `most`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file when it is missing, greater, or cannot be read.
    pub fn bytes(&self, name: &str, most: u64) -> Result<Vec<u8>> {
        let (file, length) = self.open(name)?;
        let received = |length: u64| {
            model_invalid(
                self.place(name),
                format!("at most {most} bytes"),
                format!("{length} bytes"),
            )
        };
        if length > most {
            return Err(received(length));
        }
        let mut bytes = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            model_invalid(
                self.place(name),
                "a file that can be read",
                error.kind().to_string(),
            )
        })?;
        if bytes.len() as u64 > most {
            return Err(received(bytes.len() as u64));
        }
        Ok(bytes)
    }

    /// A JSON file.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file when it is missing, too long, or no JSON.
    pub fn json(&self, name: &str) -> Result<Value> {
        let bytes = self.bytes(name, MOST_JSON_BYTES)?;
        serde_json::from_slice(&bytes).map_err(|error| not_json(&self.place(name), &error))
    }

    /// A JSON file that need not be there.
    ///
    /// # Errors
    /// As `json`.
    pub fn json_if(&self, name: &str) -> Result<Option<Value>> {
        self.has(name).then(|| self.json(name)).transpose()
    }
}

fn not_json(name: &str, error: &serde_json::Error) -> Error {
    model_invalid(name, "JSON", first_line(error))
}
