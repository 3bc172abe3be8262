//! Token counts as JavaScript asks for them: exact for the vocabularies that are here, an estimate for all others.

use napi::bindgen_prelude::{Either, Utf16String};
use napi_derive::napi;
use signalbox_text::{Encoding, estimate_tokens as estimate};

use crate::failure::RawFailure;
use crate::guard::guard;
use crate::text::utf8;

/// The number of tokens of `text` in `cl100k_base` or `o200k_base`; the first call builds the tables of that vocabulary.
#[napi]
pub fn count_tokens(text: Utf16String, encoding: String) -> Either<f64, RawFailure> {
    guard("countTokens", || {
        Ok(number(Encoding::named(&encoding)?.count(&utf8(&text))))
    })
}

/// Estimated tokens of `text` in any vocabulary.
#[napi]
pub fn estimate_tokens(text: Utf16String) -> Either<f64, RawFailure> {
    guard("estimateTokens", || Ok(number(estimate(&utf8(&text)))))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a string of JavaScript has fewer than 2^52 bytes"
)]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
