//! Which backend this binary holds: the only file of this crate that looks at cargo features.

use std::path::PathBuf;

use signalbox_core::Precision;

use crate::capabilities::RawFeatures;

/// How a model is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Options {
    pub(crate) precision: Precision,
    /// Names and folders.
    pub(crate) adapters: Vec<(String, PathBuf)>,
}

/// A library that models run on, and that does not come with this binary.
pub(crate) struct Runtime {
    pub(crate) path: String,
    pub(crate) version: String,
    pub(crate) api: u32,
}

#[cfg(feature = "candle")]
pub(crate) use candle::{ARCHITECTURES, FLAVOR, features, kernels, load, open_runtime, why_not};
#[cfg(all(feature = "onnx", not(feature = "candle")))]
pub(crate) use onnx::{ARCHITECTURES, FLAVOR, features, kernels, load, open_runtime, why_not};
#[cfg(not(any(feature = "candle", feature = "onnx")))]
pub(crate) use stub::{ARCHITECTURES, FLAVOR, features, kernels, load, open_runtime, why_not};

#[cfg(feature = "candle")]
mod candle {
    use std::path::{Path, PathBuf};

    use signalbox_base::Result;
    use signalbox_candle::LoadOptions;
    use signalbox_core::Model;

    use super::{Options, RawFeatures, Runtime, needs_none};

    pub(crate) use signalbox_candle::{ARCHITECTURES, kernels};

    pub(crate) const FLAVOR: &str = "candle";
    const WHY_NOT: &str = "the candle flavor of this version does not have it yet";
    const FEATURES: RawFeatures = RawFeatures {
        unified_batch: true,
        lora_batch: true,
        token_classification: true,
        batched_embedding: true,
        multimodal_embedding: true,
        modality_routing: true,
        mlp_selector: true,
        reset: true,
    };

    /// What it can do.
    pub(crate) const fn features() -> RawFeatures {
        FEATURES
    }

    /// Why a feature is false.
    pub(crate) fn why_not() -> String {
        WHY_NOT.to_owned()
    }

    /// Refuses.
    ///
    /// # Errors
    /// `CapabilityMissing`, always.
    pub(crate) fn open_runtime(
        _library: Option<PathBuf>,
        _candidates: Vec<PathBuf>,
    ) -> Result<Runtime> {
        Err(needs_none(FLAVOR))
    }

    /// The model of a Hugging Face folder.
    ///
    /// # Errors
    /// What `signalbox_candle::load` says of it.
    pub(crate) fn load(folder: &Path, options: &Options) -> Result<Model> {
        let Options {
            precision,
            adapters,
        } = options.clone();
        let loaded = signalbox_candle::load(
            folder,
            &LoadOptions {
                precision,
                adapters,
            },
        )?;
        Ok(Model::new(loaded.backend, loaded.tokeniser).with_prompts(loaded.prompts))
    }
}

#[cfg(all(feature = "onnx", not(feature = "candle")))]
mod onnx {
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, PoisonError};

    use signalbox_base::Result;
    use signalbox_core::Model;
    use signalbox_onnx::{LoadOptions, Places, opened_runtime};

    use super::{Options, RawFeatures, Runtime};

    pub(crate) use signalbox_onnx::ARCHITECTURES;

    pub(crate) const FLAVOR: &str = "onnx";

    /// Why there is no library, once somebody has looked.
    static REASON: Mutex<Option<String>> = Mutex::new(None);

    /// All of them, once a library is open.
    pub(crate) fn features() -> RawFeatures {
        let opened = opened_runtime().is_some();
        RawFeatures {
            unified_batch: opened,
            lora_batch: opened,
            token_classification: opened,
            batched_embedding: opened,
            multimodal_embedding: opened,
            modality_routing: opened,
            mlp_selector: true,
            reset: opened,
        }
    }

    /// What was wrong with every place that was looked at.
    pub(crate) fn why_not() -> String {
        let reason = REASON.lock().unwrap_or_else(PoisonError::into_inner);
        let unasked = || "no library of ONNX Runtime was opened yet".to_owned();
        reason.clone().unwrap_or_else(unasked)
    }

    /// What computes, once it is open.
    pub(crate) fn kernels() -> &'static str {
        opened_runtime().map_or("none", |_| "onnxruntime")
    }

    /// Opens the library, see `signalbox_onnx::open_runtime`.
    ///
    /// # Errors
    /// What it says of every place.
    pub(crate) fn open_runtime(
        library: Option<PathBuf>,
        candidates: Vec<PathBuf>,
    ) -> Result<Runtime> {
        let opened = signalbox_onnx::open_runtime(&Places {
            library,
            candidates,
        });
        let mut reason = REASON.lock().unwrap_or_else(PoisonError::into_inner);
        *reason = opened
            .as_ref()
            .err()
            .map(|error| format!("there is no {}: {}", error.expected(), error.received()));
        opened.map(|runtime| Runtime {
            path: runtime.path.to_string_lossy().into_owned(),
            version: runtime.version.clone(),
            api: runtime.api,
        })
    }

    /// The model of a folder with graphs.
    ///
    /// # Errors
    /// What `signalbox_onnx::load` says of it.
    pub(crate) fn load(folder: &Path, options: &Options) -> Result<Model> {
        let Options {
            precision,
            adapters,
        } = options.clone();
        let options = LoadOptions {
            precision,
            adapters,
            ..LoadOptions::default()
        };
        let loaded = signalbox_onnx::load(folder, &options)?;
        Ok(Model::new(loaded.backend, loaded.tokeniser).with_prompts(loaded.prompts))
    }
}

/// What a flavor without such a library says.
#[cfg(any(feature = "candle", not(feature = "onnx")))]
fn needs_none(flavor: &str) -> signalbox_base::Error {
    signalbox_base::Error::new(
        signalbox_base::Code::CapabilityMissing,
        "openRuntime",
        "the onnx flavor",
        format!("the {flavor} flavor, which opens no library"),
    )
}

#[cfg(not(any(feature = "candle", feature = "onnx")))]
mod stub {
    use std::path::{Path, PathBuf};

    use signalbox_base::{Code, Error, Result};
    use signalbox_core::Model;

    use super::{Options, RawFeatures, Runtime, needs_none};

    pub(crate) const FLAVOR: &str = "stub";
    const WHY_NOT: &str = "the stub flavor runs no models; install the candle flavor";
    pub(crate) const ARCHITECTURES: &[&str] = &[];
    const FEATURES: RawFeatures = RawFeatures {
        unified_batch: false,
        lora_batch: false,
        token_classification: false,
        batched_embedding: false,
        multimodal_embedding: false,
        modality_routing: false,
        mlp_selector: true,
        reset: false,
    };

    /// What it can do.
    pub(crate) const fn features() -> RawFeatures {
        FEATURES
    }

    /// Why a feature is false.
    pub(crate) fn why_not() -> String {
        WHY_NOT.to_owned()
    }

    /// Refuses.
    ///
    /// # Errors
    /// `CapabilityMissing`, always.
    pub(crate) fn open_runtime(
        _library: Option<PathBuf>,
        _candidates: Vec<PathBuf>,
    ) -> Result<Runtime> {
        Err(needs_none(FLAVOR))
    }

    /// There are none.
    pub(crate) const fn kernels() -> &'static str {
        "none"
    }

    /// Refuses.
    ///
    /// # Errors
    /// `CapabilityMissing`, always.
    pub(crate) fn load(_folder: &Path, _options: &Options) -> Result<Model> {
        Err(Error::new(
            Code::CapabilityMissing,
            "loadModel",
            "a flavor that runs models",
            "the stub flavor",
        ))
    }
}
