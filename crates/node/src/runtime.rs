//! The library that the onnx flavor runs models on: opened from a file that TypeScript has found, or from where the process has it.

use std::path::PathBuf;

use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::backend;
use crate::failure::RawFailure;
use crate::guard::guard;

/// A library that is open.
#[napi(object, object_from_js = false)]
pub struct RawRuntime {
    /// Its file.
    pub path: String,
    /// Its version, such as `1.30.0`.
    pub version: String,
    /// The number of the interface that is used of it.
    pub api: u32,
}

/// Opens the library once for the process: `library`, else what `ORT_DYLIB_PATH` names, else one that is mapped already, else the first of
/// `candidates` that serves. Fails with `CAPABILITY_MISSING`, and a reason for every place, where none does, and in other flavors.
#[napi]
pub fn open_runtime(
    library: Option<String>,
    candidates: Vec<String>,
) -> Either<RawRuntime, RawFailure> {
    guard("openRuntime", || {
        let candidates = candidates.into_iter().map(PathBuf::from).collect();
        let runtime = backend::open_runtime(library.map(PathBuf::from), candidates)?;
        Ok(RawRuntime {
            path: runtime.path,
            version: runtime.version,
            api: runtime.api,
        })
    })
}
