//! The language of a text, as JavaScript asks for it.

use napi::bindgen_prelude::{Either, Utf16String};
use napi_derive::napi;
use signalbox_text::{UNKNOWN, detect_language as detect, languages};

use crate::failure::RawFailure;
use crate::guard::guard;
use crate::text::utf8;

/// A language and how sure it is.
#[napi(object, object_from_js = false)]
pub struct RawDetection {
    /// ISO 639-1, or `unknown`.
    pub language: &'static str,
    /// The probability that `language` is right, 0..1.
    pub confidence: f64,
}

/// The language most of the prose of `text` is written in.
#[napi]
pub fn detect_language(text: Utf16String) -> Either<RawDetection, RawFailure> {
    guard("detectLanguage", || {
        let found = detect(&utf8(&text));
        Ok(RawDetection {
            language: found.language,
            confidence: f64::from(found.confidence),
        })
    })
}

/// The languages that can be told, `unknown` last; a prescan gives an index into this list.
#[napi(catch_unwind)]
pub fn language_names() -> Vec<&'static str> {
    languages().chain([UNKNOWN]).collect()
}

/// The index of a language in `language_names`.
pub(crate) fn index_of(language: &str) -> f64 {
    let at = languages().position(|one| one == language);
    #[expect(clippy::cast_precision_loss, reason = "a hundred names")]
    let index = at.unwrap_or_else(|| languages().count()) as f64;
    index
}
