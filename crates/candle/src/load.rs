//! From a Hugging Face folder to an encoder: the architecture is chosen by `model_type`, one arm each.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;
use signalbox_base::{Code, Error, Result};
use signalbox_core::{Backend, Encoder, Pooling, Precision, Tokeniser};
use signalbox_encoder::Kernels;

use crate::config::{Activation, Config};
use crate::fault::model_invalid;
use crate::fused::Fused;
use crate::reference::{Bert, PROBE, Weights};
use crate::tokeniser::{self, HuggingFace};

/// The architectures of this crate, by `model_type`.
pub const ARCHITECTURES: &[&str] = &["bert"];

/// The kernels that models run on here: `scalar`, `avx2`, `avx512-vnni` or `neon`.
#[must_use]
pub fn kernels() -> &'static str {
    Kernels::detect().name()
}

/// Loads everything that embedding needs from `folder`.
///
/// # Errors
/// `ModelInvalid` naming the file, or file and key, that is missing or wrong.
pub fn load(folder: &Path, precision: Precision) -> Result<Encoder> {
    Ok(Encoder::new(
        load_backend(folder, precision)?,
        load_tokeniser(folder)?,
        pooling(folder)?,
    ))
}

/// Loads the engine alone: `config.json` and `model.safetensors`.
///
/// # Errors
/// `ModelInvalid`, see `load`.
pub fn load_backend(folder: &Path, precision: Precision) -> Result<Box<dyn Backend>> {
    let text = String::from_utf8(read(folder, "config.json")?)
        .map_err(|_| model_invalid("config.json", "UTF-8 text", "other bytes"))?;
    let config = Config::parse(&text)?;
    let bytes = read(folder, "model.safetensors")?;
    if config.activation == Activation::Gelu {
        return Ok(Box::new(Fused::load(config, precision, &bytes)?));
    }
    if precision == Precision::Int8 {
        let expected = "f32: this activation runs on candle, which has no int8 here";
        return Err(Error::new(
            Code::CapabilityMissing,
            "precision",
            expected,
            "int8",
        ));
    }
    Ok(Box::new(Bert::load(
        config,
        &Weights::read(&bytes, PROBE)?,
    )?))
}

/// Loads `tokenizer.json`.
///
/// # Errors
/// `ModelInvalid`, see `load`.
pub fn load_tokeniser(folder: &Path) -> Result<Box<dyn Tokeniser>> {
    Ok(Box::new(HuggingFace::load(&read(
        folder,
        tokeniser::FILE,
    )?)?))
}

/// Mean, unless the folder is of sentence-transformers and says otherwise.
fn pooling(folder: &Path) -> Result<Pooling> {
    const FILE: &str = "1_Pooling/config.json";
    if !folder.join(FILE).exists() {
        return Ok(Pooling::Mean);
    }
    let root: Value = serde_json::from_slice(&read(folder, FILE)?)
        .map_err(|error| model_invalid(FILE, "JSON", error.to_string()))?;
    let chosen = |mode: &str| root.get(mode).and_then(Value::as_bool).unwrap_or(false);
    match (
        chosen("pooling_mode_mean_tokens"),
        chosen("pooling_mode_cls_token"),
    ) {
        (true, false) => Ok(Pooling::Mean),
        (false, true) => Ok(Pooling::Cls),
        _ => Err(model_invalid(
            FILE,
            "pooling_mode_mean_tokens or pooling_mode_cls_token",
            "another pooling mode",
        )),
    }
}

fn read(folder: &Path, file: &str) -> Result<Vec<u8>> {
    fs::read(folder.join(file)).map_err(|error| {
        let received = if error.kind() == ErrorKind::NotFound {
            "nothing".to_owned()
        } else {
            error.kind().to_string()
        };
        model_invalid(file, "a file that can be read", received)
    })
}
