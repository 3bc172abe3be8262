//! The threads that this process runs models on, whatever worker thread of JavaScript asks for it, and promises that they settle.

use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::thread::available_parallelism;

use napi::bindgen_prelude::{Either, Object, ToNapiValue};
use napi::{Env, Result as NapiResult};
use napi_derive::napi;
use signalbox_base::{Code, Error, Result, invalid_input};
use signalbox_core::{Limits, Scheduler, caught};

use crate::failure::RawFailure;
use crate::guard::guard;
use crate::teardown::ended;

/// How much runs at once and how much may wait; what is left out keeps its default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct RawLimits {
    /// Threads of inference; one a core is the default.
    pub threads: Option<u32>,
    /// Calls that may wait or run; more are refused with OVERLOADED.
    pub queue_calls: Option<u32>,
    /// Memory for what is remembered of strings.
    pub memo_bytes: Option<f64>,
}

static WANTED: Mutex<Option<Limits>> = Mutex::new(None);
static INFERENCE: OnceLock<Result<Scheduler>> = OnceLock::new();

/// Reading model folders takes seconds: it must not keep a thread from running models.
static LOADING: LazyLock<Result<Scheduler>> = LazyLock::new(|| {
    start(Limits {
        threads: 2,
        memo_bytes: 0,
        ..Limits::of(2)
    })
});

/// Sets the limits of the process, before its first model call. Gives 0, or the failure.
#[napi]
pub fn configure_inference(limits: RawLimits) -> Either<u32, RawFailure> {
    guard("configureInference", || {
        let limits = checked(&limits)?;
        let mut wanted = WANTED.lock().unwrap_or_else(PoisonError::into_inner);
        if INFERENCE.get().is_some() && *wanted != Some(limits) {
            return Err(invalid_input(
                "limits",
                "limits before the first call to a model",
                "other limits after it",
            ));
        }
        *wanted = Some(limits);
        Ok(0)
    })
}

fn checked(raw: &RawLimits) -> Result<Limits> {
    let usual = Limits::of(cores());
    let at_least_one = |value: Option<u32>, usual: usize, at: &str| match value {
        None => Ok(usual),
        Some(0) => Err(invalid_input(at, "at least 1", "0")),
        Some(count) => Ok(count as usize),
    };
    let memo_bytes = match raw.memo_bytes {
        None => usual.memo_bytes,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was checked to be whole and within 2^53"
        )]
        Some(bytes) if bytes >= 0.0 && bytes.fract() == 0.0 && bytes <= 9e15 => bytes as usize,
        Some(bytes) => {
            return Err(invalid_input(
                "memoBytes",
                "a whole number from 0",
                bytes.to_string(),
            ));
        }
    };
    let threads = at_least_one(raw.threads, usual.threads.min(MOST_THREADS), "threads")?;
    if threads > MOST_THREADS {
        let expected = format!("1 to {MOST_THREADS}");
        return Err(invalid_input("threads", expected, threads.to_string()));
    }
    Ok(Limits {
        threads,
        calls: at_least_one(raw.queue_calls, usual.calls, "queueCalls")?,
        memo_bytes,
        ..usual
    })
}

/// Threads beyond this would only wait for each other, and each keeps working memory.
const MOST_THREADS: usize = 256;

fn cores() -> usize {
    available_parallelism().map_or(1, std::num::NonZero::get)
}

fn start(limits: Limits) -> Result<Scheduler> {
    napi::bindgen_prelude::retain_current_module_for_unload_safety();
    Scheduler::start(limits)
}

/// The scheduler of the process, started by its first use.
///
/// # Errors
/// `Internal` when it could not start.
pub(crate) fn inference() -> Result<&'static Scheduler> {
    let started = INFERENCE.get_or_init(|| {
        let wanted = *WANTED.lock().unwrap_or_else(PoisonError::into_inner);
        start(wanted.unwrap_or_else(|| Limits::of(cores())))
    });
    started.as_ref().map_err(Error::clone)
}

/// Forgets what is remembered of strings.
pub(crate) fn forget() {
    if let Some(Ok(scheduler)) = INFERENCE.get() {
        scheduler.memo().clear();
    }
}

/// Gives freed memory back to the system, soon, on a thread that loads models.
pub(crate) fn tidy() {
    if let Ok(threads) = LOADING.as_ref() {
        threads.run(signalbox_simd::release_freed_memory);
    }
}

/// Tells a promise how it ends, from any thread, once.
pub(crate) type Finish<T> = Box<dyn FnOnce(Result<T>) + Send>;

/// A promise, and what ends it. `convert` runs on the thread of JavaScript; it is dropped when that has ended.
pub(crate) fn promise<T: Send + 'static, V: ToNapiValue + 'static>(
    env: &Env,
    convert: impl FnOnce(Env, T) -> NapiResult<V> + Send + 'static,
) -> NapiResult<(Finish<T>, Object<'_>)> {
    type Settled<V> = Box<dyn FnOnce(Env) -> NapiResult<Either<V, RawFailure>> + Send>;
    let (deferred, promise) = env.create_deferred::<Either<V, RawFailure>, Settled<V>>()?;
    let finish = move |result: Result<T>| {
        deferred.resolve(Box::new(move |env| match result {
            Ok(value) => Ok(Either::A(convert(env, value)?)),
            Err(error) => Ok(Either::B(error.into())),
        }));
    };
    Ok((Box::new(finish), promise))
}

/// Runs `work` on a thread of inference and ends a promise with what it gives.
pub(crate) fn run<T: Send + 'static>(
    name: &'static str,
    finish: Finish<T>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) {
    on(inference(), name, finish, work);
}

/// The same on a thread that loads models.
pub(crate) fn load<T: Send + 'static>(
    name: &'static str,
    finish: Finish<T>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) {
    on(LOADING.as_ref().map_err(Error::clone), name, finish, work);
}

/// A promise of what `work` gives on a thread that loads: for work that waits for files.
pub(crate) fn settle_apart<'env, T: ToNapiValue + Send + 'static>(
    env: &'env Env,
    name: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> NapiResult<Object<'env>> {
    let (finish, promise) = promise(env, |_, value: T| Ok(value))?;
    load(name, finish, work);
    Ok(promise)
}

fn on<T: Send + 'static>(
    threads: Result<&'static Scheduler>,
    name: &'static str,
    finish: Finish<T>,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) {
    let ended = ended();
    match threads {
        Ok(threads) => threads.run(move || finish(ended.check().and_then(|()| caught(name, work)))),
        Err(error) => finish(Err(error)),
    }
}

/// What a call on something the flavor lacks gets.
pub(crate) fn missing(at: &str, expected: &str, received: &str) -> Error {
    Error::new(Code::CapabilityMissing, at, expected, received)
}
