//! Loading models and asking them, as promises that threads of our own settle.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use napi::bindgen_prelude::{Array, Either, Object, ObjectFinalize, Uint8Array, Uint32Array};
use napi::{Env, Result as NapiResult};
use napi_derive::napi;
use signalbox_base::Result;
use signalbox_core::{Call, Cancel, Model, Precision};

use crate::answers::Packed;
use crate::backend::{self, Options};
use crate::failure::RawFailure;
use crate::guard::guard;
use crate::inference::{self, inference, missing, promise};
use crate::items::items;
use crate::model_info::{RawModelInfo, info};
use crate::registry::{self, Slot};
use crate::teardown::ended;

/// Lets a caller give up a call that waits or runs.
#[napi]
#[derive(Default)]
pub struct CancelToken(Cancel);

#[napi]
impl CancelToken {
    /// A token that is not cancelled.
    #[napi(catch_unwind, constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the calls that hold this token.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// Arithmetic of a model's matrix products.
#[napi(string_enum)]
#[derive(Clone, Copy)]
pub enum RawPrecision {
    /// Single precision.
    #[napi(value = "f32")]
    F32,
    /// Weights and activations rounded to bytes: faster and smaller, a little less exact.
    #[napi(value = "int8")]
    Int8,
}

/// A low-rank adapter (Hu et al., 2021) in a folder of its own.
#[napi(object, object_to_js = false)]
pub struct RawAdapter {
    /// By what calls name it.
    pub name: String,
    /// Its folder, as PEFT writes it.
    pub path: String,
}

/// How a model is loaded; what is left out keeps its default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct RawModelOptions {
    /// `f32` is the default.
    pub precision: Option<RawPrecision>,
    /// Adapters over the model; none is the default.
    pub adapters: Option<Vec<RawAdapter>>,
}

/// What a call is to do beside answering; what is left out is not done.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct RawCallOptions {
    /// The place of each text's adapter, or 4294967295 for none.
    pub adapters: Option<Uint32Array>,
    /// Keep so many numbers of embeddings.
    pub dimensions: Option<u32>,
    /// Remember the answers, and recall them, for this tenant.
    pub tenant: Option<String>,
    /// Milliseconds from now after which nobody wants the answer.
    pub deadline_ms: Option<f64>,
}

/// A loaded model; models are shared between handles and threads of the process.
#[napi(custom_finalize)]
pub struct ModelHandle(Mutex<Option<Held>>);

/// A slot, and what V8 was told it weighs.
struct Held {
    slot: Arc<Slot>,
    weight_bytes: i64,
}

/// Loads the model folder at `path`, or finds it loaded in the same way.
#[napi(catch_unwind, ts_return_type = "Promise<ModelHandle | RawFailure>")]
pub fn load_model(
    env: &Env,
    path: String,
    options: Option<RawModelOptions>,
) -> NapiResult<Object<'_>> {
    let options = read_options(options.unwrap_or_default());
    let (finish, promise) = promise(env, |env, slot: Arc<Slot>| {
        let bytes = slot
            .model()
            .map_or(0, |model| model.describe().weight_bytes);
        let weight_bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        env.adjust_external_memory(weight_bytes)?;
        Ok(ModelHandle(Mutex::new(Some(Held { slot, weight_bytes }))))
    })?;
    inference::load("loadModel", finish, move || {
        registry::open(&PathBuf::from(path), &options)
    });
    Ok(promise)
}

fn read_options(raw: RawModelOptions) -> Options {
    let adapters = raw.adapters.unwrap_or_default().into_iter();
    Options {
        precision: match raw.precision {
            Some(RawPrecision::Int8) => Precision::Int8,
            Some(RawPrecision::F32) | None => Precision::F32,
        },
        adapters: adapters
            .map(|adapter| (adapter.name, PathBuf::from(adapter.path)))
            .collect(),
    }
}

/// Frees all models of the process and forgets what is remembered of strings; handles that are still held fail with DISPOSED from now on.
/// Gives 0, or the failure.
#[napi(catch_unwind, ts_return_type = "Promise<number | RawFailure>")]
pub fn reset(env: &Env) -> NapiResult<Object<'_>> {
    let (finish, promise) = promise(env, |_, zero: u32| Ok(zero))?;
    inference::load("reset", finish, || {
        if !backend::features().reset {
            return Err(missing(
                "reset",
                "a flavor that runs models",
                backend::FLAVOR,
            ));
        }
        registry::reset();
        inference::forget();
        Ok(0)
    });
    Ok(promise)
}

#[napi]
impl ModelHandle {
    /// What was loaded.
    #[napi]
    pub fn info(&self) -> Either<RawModelInfo, RawFailure> {
        guard("ModelHandle.info", || Ok(info(&*self.slot()?.model()?)))
    }

    /// Asks for answers: of each text (with the second text at its place in `pairs`, where there is one) those of the heads whose bits are
    /// set, in two words of `heads`, the lower first.
    #[napi(catch_unwind, ts_return_type = "Promise<RawAnswers | RawFailure>")]
    pub fn analyze<'env>(
        &self,
        env: &'env Env,
        #[napi(ts_arg_type = "string[]")] texts: Array<'env>,
        #[napi(ts_arg_type = "Array<string | undefined> | undefined | null")] pairs: Option<
            Array<'env>,
        >,
        heads: Uint32Array,
        options: Option<RawCallOptions>,
        cancel: Option<&CancelToken>,
    ) -> NapiResult<Object<'env>> {
        let RawCallOptions {
            adapters,
            dimensions,
            tenant,
            deadline_ms,
        } = options.unwrap_or_default();
        let dimensions = dimensions.map(|dimensions| dimensions as usize);
        let (finish, promise) = promise(env, |_, packed: Packed| Ok(packed.raw()))?;
        let asked = self.model().and_then(|model| {
            let items = items(&texts, pairs.as_ref(), &heads, adapters.as_deref(), &model)?;
            Ok((model, items, inference()?))
        });
        match asked {
            Err(error) => finish(Err(error)),
            Ok((model, items, inference)) => inference.submit(Call {
                model,
                items,
                cancel: token(cancel, deadline_ms),
                tenant,
                done: Box::new(move |result| {
                    finish(result.map(|items| Packed::new(items, dimensions)));
                }),
            }),
        }
        Ok(promise)
    }

    /// The embeddings of encoded images (PNG, JPEG), `[images, dimensions]`.
    #[napi(catch_unwind, ts_return_type = "Promise<RawAnswers | RawFailure>")]
    pub fn embed_images<'env>(
        &self,
        env: &'env Env,
        images: Vec<Uint8Array>,
        options: Option<RawCallOptions>,
        cancel: Option<&CancelToken>,
    ) -> NapiResult<Object<'env>> {
        let RawCallOptions {
            dimensions,
            deadline_ms,
            ..
        } = options.unwrap_or_default();
        let (finish, promise) = promise(env, |_, packed: Packed| Ok(packed.raw()))?;
        let cancel = token(cancel, deadline_ms);
        // Copied: JavaScript may change its bytes while they are read.
        let images: Vec<Vec<u8>> = images.iter().map(|image| image.to_vec()).collect();
        let model = self.model();
        inference::run("ModelHandle.embedImages", finish, move || {
            let outcomes = model?.answer_images(&images, &cancel)?;
            Ok(Packed::new(
                outcomes,
                dimensions.map(|dimensions| dimensions as usize),
            ))
        });
        Ok(promise)
    }

    /// Lets go of the model; it is freed when no other handle holds it and no call runs on it.
    #[napi(catch_unwind)]
    pub fn dispose(&self, env: Env) -> NapiResult<()> {
        self.release(env)
    }

    fn release(&self, env: Env) -> NapiResult<()> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(held) = held {
            env.adjust_external_memory(-held.weight_bytes)?;
        }
        Ok(())
    }

    fn slot(&self) -> Result<Arc<Slot>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()
            .map(|held| Arc::clone(&held.slot))
            .ok_or_else(registry::disposed)
    }

    fn model(&self) -> Result<Arc<Model>> {
        self.slot()?.model()
    }
}

impl ObjectFinalize for ModelHandle {
    fn finalize(self, env: Env) -> NapiResult<()> {
        self.release(env)
    }
}

/// The token of a call: given up by its caller, by the end of its thread, or by its deadline.
fn token(cancel: Option<&CancelToken>, deadline_ms: Option<f64>) -> Cancel {
    let token = cancel
        .map(|token| token.0.clone())
        .unwrap_or_default()
        .under(&ended());
    let deadline = deadline_ms
        .and_then(|ms| Duration::try_from_secs_f64(ms.max(0.0) / 1e3).ok())
        .and_then(|wait| Instant::now().checked_add(wait));
    deadline.map_or(token.clone(), |deadline| token.by(deadline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_no_time_is_none() {
        for ms in [None, Some(f64::INFINITY), Some(1e300)] {
            assert!(token(None, ms).check().is_ok(), "{ms:?}");
        }
        let late: Result<()> = token(None, Some(0.0)).check();
        assert!(late.is_err_and(|error| error.at() == "deadlineMs"));
    }
}
