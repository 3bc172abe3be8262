//! Fixtures of `models/tiny`: folders, their golden cases, and how near an answer is.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_candle::{LoadOptions, Model, load};
use signalbox_core::{Answer, Batch, Cancel, Heads, Pass, Precision, Row};

/// The folder of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models/tiny")
        .join(name)
}

/// Loads in a precision.
pub(crate) fn open(folder: &Path, precision: Precision) -> signalbox_base::Result<Model> {
    let options = LoadOptions {
        precision,
        ..LoadOptions::default()
    };
    load(folder, &options)
}

/// One text with what the reference says of it.
pub(crate) struct Case {
    pub(crate) text: String,
    pub(crate) pair: Option<String>,
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
    let mut answers: Vec<_> = known
        .iter()
        .filter(|(key, _)| json.get(key).is_some())
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
    let tokeniser = model.tokeniser.as_ref().unwrap();
    let encoding = tokeniser.encode(text, pair, false).unwrap();
    Row {
        ids: encoding.ids,
        types: encoding.types,
        adapter: None,
        heads: (0..model.backend.describe().heads.len()).collect::<Heads>(),
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
    let answer = answers.iter().find(|answer| answer.head == place);
    &answer.unwrap().values
}

/// The greatest distance of two numbers at one place.
pub(crate) fn difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    let apart = left.iter().zip(right).map(|(a, b)| (a - b).abs());
    apart.fold(0.0, f32::max)
}

/// The cosine of two vectors.
pub(crate) fn cosine(left: &[f32], right: &[f32]) -> f64 {
    assert_eq!(left.len(), right.len());
    let dot = |left: &[f32], right: &[f32]| -> f64 {
        let both = left.iter().zip(right);
        both.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}
