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

#[cfg(feature = "candle")]
pub(crate) use candle::{ARCHITECTURES, FEATURES, FLAVOR, WHY_NOT, kernels, load};
#[cfg(not(feature = "candle"))]
pub(crate) use stub::{ARCHITECTURES, FEATURES, FLAVOR, WHY_NOT, kernels, load};

#[cfg(feature = "candle")]
mod candle {
    use std::path::Path;

    use signalbox_base::Result;
    use signalbox_candle::LoadOptions;
    use signalbox_core::{Model, Prompts};

    use super::{Options, RawFeatures};

    pub(crate) use signalbox_candle::{ARCHITECTURES, kernels};

    pub(crate) const FLAVOR: &str = "candle";
    pub(crate) const WHY_NOT: &str = "the candle flavor of this version does not have it yet";
    pub(crate) const FEATURES: RawFeatures = RawFeatures {
        unified_batch: true,
        lora_batch: true,
        token_classification: true,
        batched_embedding: true,
        multimodal_embedding: true,
        modality_routing: true,
        mlp_selector: true,
        reset: true,
    };

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
        let prompts = Prompts {
            by_name: loaded.prompts.by_name.into_iter().collect(),
            usual: loaded.prompts.default_name,
        };
        Ok(Model::new(loaded.backend, loaded.tokeniser).with_prompts(prompts))
    }
}

#[cfg(not(feature = "candle"))]
mod stub {
    use std::path::Path;

    use signalbox_base::{Code, Error, Result};
    use signalbox_core::Model;

    use super::{Options, RawFeatures};

    pub(crate) const FLAVOR: &str = "stub";
    pub(crate) const WHY_NOT: &str = "the stub flavor runs no models; install the candle flavor";
    pub(crate) const ARCHITECTURES: &[&str] = &[];
    pub(crate) const FEATURES: RawFeatures = RawFeatures {
        unified_batch: false,
        lora_batch: false,
        token_classification: false,
        batched_embedding: false,
        multimodal_embedding: false,
        modality_routing: false,
        mlp_selector: true,
        reset: false,
    };

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
