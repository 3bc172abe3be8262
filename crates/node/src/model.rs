//! Loading models and asking them, as promises that threads of our own pool settle.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;

use napi::bindgen_prelude::{Array, Either, Float32Array, Object, ToNapiValue, Utf16String};
use napi::{Env, Result as NapiResult};
use napi_derive::napi;
use signalbox_base::{Code, Error, Result};
use signalbox_core::{Cancel, Pool, Precision};

use crate::backend;
use crate::failure::{RawFailure, invalid};
use crate::guard::{caught, guard};
use crate::keywords::elements;
use crate::registry::{self, Slot};
use crate::teardown::ended;
use crate::text::utf8;

/// All inference of the process, whatever worker thread asks for it.
static POOL: LazyLock<Result<Pool>> = LazyLock::new(|| {
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    Pool::start(available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1)))
});

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

/// Vectors, one after the other.
#[napi(object, object_from_js = false)]
pub struct RawEmbeddings {
    /// Numbers a vector.
    pub dimensions: u32,
    /// `[texts, dimensions]`, each vector of unit length.
    pub values: Float32Array,
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

/// How a model is loaded; what is left out keeps its default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct RawModelOptions {
    /// `f32` is the default.
    pub precision: Option<RawPrecision>,
}

/// What a loaded model is.
#[napi(object, object_from_js = false)]
pub struct RawModelInfo {
    /// `model_type` of its configuration.
    pub architecture: String,
    /// Numbers in an embedding.
    pub dimensions: u32,
    /// The most tokens a text may have.
    pub max_tokens: u32,
}

/// A loaded model; models are shared between handles and threads of the process.
#[napi]
pub struct ModelHandle(Mutex<Option<Arc<Slot>>>);

/// Loads the Hugging Face folder at `path`, or finds it loaded in the same precision.
#[napi(catch_unwind, ts_return_type = "Promise<ModelHandle | RawFailure>")]
pub fn load_model(
    env: &Env,
    path: String,
    options: Option<RawModelOptions>,
) -> NapiResult<Object<'_>> {
    let precision = match options.unwrap_or_default().precision {
        Some(RawPrecision::Int8) => Precision::Int8,
        Some(RawPrecision::F32) | None => Precision::F32,
    };
    settle(env, "loadModel", move || {
        let slot = registry::open(&PathBuf::from(path), precision)?;
        Ok(ModelHandle(Mutex::new(Some(slot))))
    })
}

/// Frees all models of the process; handles that are still held fail with DISPOSED from now on. Gives 0, or the failure.
#[napi(catch_unwind, ts_return_type = "Promise<number | RawFailure>")]
pub fn reset(env: &Env) -> NapiResult<Object<'_>> {
    settle(env, "reset", || {
        if !backend::FEATURES.reset {
            return Err(Error::new(
                Code::CapabilityMissing,
                "reset",
                "a flavor that runs models",
                backend::FLAVOR,
            ));
        }
        registry::reset();
        Ok(0)
    })
}

#[napi]
impl ModelHandle {
    /// What was loaded.
    #[napi]
    pub fn info(&self) -> Either<RawModelInfo, RawFailure> {
        guard("ModelHandle.info", || {
            let model = self.slot()?.model()?;
            let backend = model.backend();
            Ok(RawModelInfo {
                architecture: backend.architecture().to_owned(),
                dimensions: number(backend.dimensions()),
                max_tokens: number(backend.max_tokens()),
            })
        })
    }

    /// Embeds texts.
    #[napi(catch_unwind, ts_return_type = "Promise<RawEmbeddings | RawFailure>")]
    pub fn embed<'env>(
        &self,
        env: &'env Env,
        #[napi(ts_arg_type = "string[]")] texts: Array<'env>,
        cancel: Option<&CancelToken>,
    ) -> NapiResult<Object<'env>> {
        let slot = self.slot();
        let texts = elements(&texts, "texts", |text: Utf16String| Ok(utf8(&text)));
        let cancel = cancel
            .map(|token| token.0.clone())
            .unwrap_or_default()
            .under(&ended());
        settle(env, "ModelHandle.embed", move || {
            let texts = texts?;
            if texts.is_empty() {
                return Err(invalid("texts", "at least one text", "none"));
            }
            cancel.check()?;
            let vectors = slot?.model()?.embed(&texts, &cancel)?;
            Ok(RawEmbeddings {
                dimensions: number(vectors.width),
                values: Float32Array::new(vectors.values),
            })
        })
    }

    /// Lets go of the model; it is freed when no other handle holds it and no call runs on it.
    #[napi(catch_unwind)]
    pub fn dispose(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn slot(&self) -> Result<Arc<Slot>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(registry::disposed)
    }
}

/// A promise of what `work` gives on the pool; work of an environment that has ended is dropped.
fn settle<'env, T: ToNapiValue + Send + 'static>(
    env: &'env Env,
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> NapiResult<Object<'env>> {
    promise(env, name, work, |job| match &*POOL {
        Ok(pool) => {
            pool.submit(|| job(Ok(())));
        }
        Err(error) => job(Err(error.clone())),
    })
}

/// The same on a thread of its own: for work that waits for files, which would keep inference from the pool.
pub(crate) fn settle_apart<'env, T: ToNapiValue + Send + 'static>(
    env: &'env Env,
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> NapiResult<Object<'env>> {
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    promise(env, name, work, |job| {
        // The job comes back when there is no thread for it, so that its promise is settled all the same.
        let job = Arc::new(Mutex::new(Some(job)));
        let take =
            |job: &Mutex<Option<Job>>| job.lock().unwrap_or_else(PoisonError::into_inner).take();
        let held = Arc::clone(&job);
        let thread = std::thread::Builder::new().name("signalbox-file".to_owned());
        let spawned = thread.spawn(move || take(&held).map(|job| job(Ok(()))));
        if let Err(error) = spawned
            && let Some(job) = take(&job)
        {
            job(Err(Error::new(
                Code::Internal,
                name,
                "a thread",
                error.to_string(),
            )));
        }
    })
}

/// Settles a promise: with its work, or with the reason why that cannot run.
type Job = Box<dyn FnOnce(Result<()>) + Send>;

fn promise<'env, T: ToNapiValue + Send + 'static>(
    env: &'env Env,
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
    start: impl FnOnce(Job),
) -> NapiResult<Object<'env>> {
    type Settled<T> = Box<dyn FnOnce(Env) -> NapiResult<Either<T, RawFailure>> + Send>;
    let (deferred, promise) = env.create_deferred::<Either<T, RawFailure>, Settled<T>>()?;
    let ended = ended();
    start(Box::new(move |can_run| {
        let result = can_run
            .and_then(|()| ended.check())
            .and_then(|()| caught(name, work));
        deferred.resolve(Box::new(move |_| {
            Ok(result.map_or_else(|error| Either::B(error.into()), Either::A))
        }));
    }));
    Ok(promise)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
