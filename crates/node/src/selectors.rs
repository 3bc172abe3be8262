//! Trained selectors as they cross the boundary: an artifact in, scores of a whole batch out.

use napi::bindgen_prelude::{Either, Float32Array, ObjectFinalize, Uint8Array};
use napi::{Env, Result as NapiResult};
use napi_derive::napi;
use signalbox_selectors::Selector;

use crate::failure::RawFailure;
use crate::guard::guard;

/// What a loaded selector is.
#[napi(object, object_from_js = false)]
pub struct RawSelectorInfo {
    /// `knn`, `kmeans`, `svm` or `mlp`.
    pub kind: String,
    /// The models that it scores, in the order of scores.
    pub models: Vec<String>,
    /// Numbers in an embedding.
    pub dimensions: u32,
    /// What made the embeddings it was trained on, where the artifact says so.
    pub encoder: Option<String>,
}

/// A trained selector.
#[napi(custom_finalize)]
pub struct SelectorHandle(Selector);

/// Reads the JSON of an artifact.
#[napi]
pub fn create_selector(env: Env, artifact: Uint8Array) -> Either<SelectorHandle, RawFailure> {
    guard("createSelector", || {
        let selector = Selector::load(&artifact)?;
        report(env, bytes(&selector));
        Ok(SelectorHandle(selector))
    })
}

#[napi]
impl SelectorHandle {
    /// What was loaded.
    #[napi]
    pub fn info(&self) -> Either<RawSelectorInfo, RawFailure> {
        guard("SelectorHandle.info", || {
            Ok(RawSelectorInfo {
                kind: self.0.kind().to_owned(),
                models: self.0.models().to_vec(),
                dimensions: u32::try_from(self.0.dimensions()).unwrap_or(u32::MAX),
                encoder: self.0.encoder().map(str::to_owned),
            })
        })
    }

    /// Scores, `[rows, models]`, of `embeddings`, `[rows, dimensions]`.
    #[napi]
    pub fn score(&self, embeddings: Float32Array) -> Either<Float32Array, RawFailure> {
        guard("SelectorHandle.score", || {
            Ok(Float32Array::new(self.0.score(&embeddings)?))
        })
    }
}

impl ObjectFinalize for SelectorHandle {
    fn finalize(self, env: Env) -> NapiResult<()> {
        report(env, -bytes(&self.0));
        Ok(())
    }
}

fn bytes(selector: &Selector) -> i64 {
    i64::try_from(selector.bytes()).unwrap_or(i64::MAX)
}

/// Tells V8 of memory that it does not see, so that it collects handles in time. It is a hint: a refusal changes nothing else.
fn report(env: Env, change: i64) {
    drop(env.adjust_external_memory(change));
}
