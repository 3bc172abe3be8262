//! Trains `data/languages.model`, which `detect_language` reads; docs/decisions says on what and why. In two steps, since the words of
//! sixty languages do not fit into memory together with what they are drawn from:
//!
//! `train_language words CRATES WORDS` draws words of each language from the n-gram frequencies of lingua's language crates.
//! `train_language fit WORDS CORPORA CODE…` learns from them, from every second row of the corpora, and from folders of code.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a training run: its numbers are small and its figures go to the terminal"
)]

#[path = "../../src/language/features.rs"]
mod features;
#[expect(dead_code, reason = "the library uses more of it")]
#[path = "../../src/language/languages.rs"]
mod languages;
#[expect(dead_code, reason = "the library uses more of it")]
#[path = "../../src/language/script.rs"]
mod script;
#[expect(dead_code, reason = "the library uses more of it")]
#[path = "../../src/language/shape.rs"]
mod shape;

mod corpus;
mod linear;
mod phrases;
mod random;
mod sources;
mod spelling;
mod structure;
mod table;
mod words;

use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    match arguments.as_slice() {
        [step, crates, words] if step.as_os_str() == "words" => sources::write(crates, words),
        [step, words, corpora, code @ ..] if step.as_os_str() == "fit" => fit(words, corpora, code),
        _ => Err("either `words CRATES WORDS` or `fit WORDS CORPORA CODE…`".into()),
    }
}

fn fit(words: &Path, corpora: &Path, code: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let corpus = corpus::Corpus::read(corpora, code)?;
    let mut packed = structure::train(&corpus);
    for group in &languages::GROUPS {
        packed.extend(spelling::train(group, words, &corpus)?);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/languages.model");
    std::fs::write(file, packed)?;
    Ok(())
}
