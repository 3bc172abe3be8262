//! When an environment (the main thread or a worker) starts and ends: its panics are silent, and its work ends with it.

use std::cell::RefCell;

use napi::Env;
use napi_derive::napi;
use signalbox_core::Cancel;

use signalbox_core::silence_panics;

thread_local! {
    /// Cancelled when the environment of this JavaScript thread ends; each has a thread of its own.
    static ENDED: RefCell<Cancel> = RefCell::default();
}

/// Runs when the addon is loaded into an environment.
#[napi(module_exports)]
pub fn start(_exports: napi::bindgen_prelude::Object<'_>, env: Env) -> napi::Result<()> {
    silence_panics();
    let ended = Cancel::default();
    ENDED.replace(ended.clone());
    env.add_env_cleanup_hook(ended, |ended| ended.cancel())?;
    Ok(())
}

/// The token of the environment that calls.
pub(crate) fn ended() -> Cancel {
    ENDED.with_borrow(Cancel::clone)
}
