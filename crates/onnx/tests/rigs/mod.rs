//! What the tests of this crate share: the library, the fixtures of `models/tiny`, and how near an answer is.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_core::{Answer, Batch, Cancel, Heads, Pass, Precision, Row};
use signalbox_onnx::{LoadOptions, Model, Places, load, open_runtime};

/// Opens the library that `ORT_DYLIB_PATH` names, else the one that `npm test` brings. False where nobody publishes one for this platform.
///
/// # Panics
/// Where there could be one: a test that needs it must not pass for the lack of it.
#[must_use]
pub(crate) fn runtime() -> bool {
    let (system, processor) = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") if cfg!(target_env = "gnu") => ("linux", "x64"),
        ("linux", "aarch64") if cfg!(target_env = "gnu") => ("linux", "arm64"),
        ("macos", "aarch64") => ("darwin", "arm64"),
        ("windows", "x86_64") => ("win32", "x64"),
        ("windows", "aarch64") => ("win32", "arm64"),
        _ => {
            return std::env::var_os("ORT_DYLIB_PATH").is_some()
                && open_runtime(&Places::default()).is_ok();
        }
    };
    let package = root()
        .join(".cache/peers/onnxruntime-node-1.30.0/node_modules/onnxruntime-node/bin/napi-v6");
    let names = [
        "libonnxruntime.so.1",
        "libonnxruntime.1.dylib",
        "onnxruntime.dll",
    ];
    let files = names
        .iter()
        .map(|name| package.join(system).join(processor).join(name));
    let places = Places {
        library: None,
        candidates: files.filter_map(|file| file.canonicalize().ok()).collect(),
    };
    let opened = open_runtime(&places);
    let hint = "run npm test, which brings the library, or name one by ORT_DYLIB_PATH";
    opened.unwrap_or_else(|error| panic!("{hint}: {error}"));
    true
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    root().join("models/tiny").join(name)
}

/// Loads in a precision, with the adapters that the fixture brings.
pub(crate) fn open(folder: &Path, precision: Precision) -> signalbox_base::Result<Model> {
    let brought = std::fs::read_dir(folder.join("adapters"))
        .into_iter()
        .flatten();
    let named = |path: PathBuf| Some((path.file_name()?.to_str()?.to_owned(), path));
    let mut adapters: Vec<_> = brought
        .filter_map(|entry| named(entry.ok()?.path()))
        .collect();
    adapters.sort();
    let options = LoadOptions {
        precision,
        adapters,
        ..LoadOptions::default()
    };
    load(folder, &options)
}

/// A folder of its own for one test, with copies of a fixture's files.
pub(crate) fn copy(name: &str, fixture: &Path) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&place));
    copy_all(fixture, &place);
    place
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// One text with what the reference says of it.
pub(crate) struct Case {
    pub(crate) text: String,
    pub(crate) pair: Option<String>,
    pub(crate) adapter: Option<String>,
    pub(crate) ids: Vec<u32>,
    /// What each head gives, by its name, flat.
    pub(crate) answers: Vec<(String, Vec<f32>)>,
}

/// The cases of a folder's `golden.json`.
pub(crate) fn cases(folder: &Path) -> Vec<Case> {
    let bytes = fs::read(folder.join("golden.json")).unwrap();
    let root: Value = serde_json::from_slice(&bytes).unwrap();
    root.as_array().unwrap().iter().map(case).collect()
}

fn case(json: &Value) -> Case {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let id = |id: &Value| u32::try_from(id.as_u64().unwrap()).unwrap();
    let known = [
        ("embedding", "embedding"),
        ("logits", "classification"),
        ("token_logits", "tokens"),
    ];
    let plain = known.iter().filter(|(key, _)| json.get(key).is_some());
    let mut answers: Vec<_> = plain
        .map(|(key, head)| ((*head).to_owned(), numbers(&json[*key])))
        .collect();
    if let Some(heads) = json.get("heads").and_then(Value::as_object) {
        answers.extend(
            heads
                .iter()
                .map(|(head, values)| (head.clone(), numbers(values))),
        );
    }
    Case {
        text: text("text").unwrap(),
        pair: text("pair"),
        adapter: text("adapter"),
        ids: json["ids"].as_array().unwrap().iter().map(id).collect(),
        answers,
    }
}

/// Numbers of lists in lists, row after row.
pub(crate) fn numbers(json: &Value) -> Vec<f32> {
    match json {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        #[expect(clippy::cast_possible_truncation, reason = "goldens are of f32 models")]
        other => vec![other.as_f64().unwrap() as f32],
    }
}

/// A row that asks for all heads of the model.
pub(crate) fn row(model: &Model, text: &str, pair: Option<&str>) -> Row {
    let encoding = model
        .tokeniser
        .as_ref()
        .unwrap()
        .encode(text, pair, false)
        .unwrap();
    Row {
        ids: encoding.ids,
        types: encoding.types,
        adapter: None,
        heads: (0..model.backend.describe().heads.len()).collect::<Heads>(),
    }
}

/// The row of a case.
pub(crate) fn row_of(model: &Model, case: &Case) -> Row {
    let adapters = &model.backend.describe().adapters;
    let place = case.adapter.as_ref().map(|name| {
        let place = adapters.iter().position(|adapter| adapter == name);
        u16::try_from(place.unwrap_or_else(|| panic!("no adapter {name}"))).unwrap()
    });
    Row {
        adapter: place,
        ..row(model, &case.text, case.pair.as_deref())
    }
}

/// Runs rows together.
pub(crate) fn run(model: &Model, rows: &[Row]) -> Vec<Vec<Answer>> {
    let (batch, cancel) = (Batch::new(rows).unwrap(), Cancel::default());
    model.backend.run(&batch, Pass::alone(&cancel)).unwrap()
}

/// The answer of the head of this name.
pub(crate) fn answer<'run>(model: &Model, answers: &'run [Answer], head: &str) -> &'run [f32] {
    let heads = &model.backend.describe().heads;
    let place = heads.iter().position(|found| found.name == head);
    let place = place.unwrap_or_else(|| panic!("no head {head}"));
    &answers
        .iter()
        .find(|answer| answer.head == place)
        .unwrap()
        .values
}

/// The greatest distance of two numbers at one place.
pub(crate) fn difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter()
        .zip(right)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

/// The cosine of two vectors.
pub(crate) fn cosine(left: &[f32], right: &[f32]) -> f64 {
    assert_eq!(left.len(), right.len());
    let dot = |left: &[f32], right: &[f32]| -> f64 {
        left.iter()
            .zip(right)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}

/// Numbers that look random and are the same in every run (Steele et al. 2014, splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}
