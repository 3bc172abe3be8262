//! The record that TypeScript decides from: what this binary can do, and why not where it cannot.

use std::collections::HashMap;

use napi_derive::napi;
use signalbox_core::cpu_features;

use crate::backend;

/// The number of this surface; `src/native/load.ts` refuses a binary with another one. Raised with every change of `index.d.ts`.
const ABI: u32 = 4;

/// What a flavor may be able to do.
#[napi(object, object_from_js = false)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the record of SPEC N2, field by field"
)]
pub struct RawFeatures {
    /// Several heads over one encoder pass.
    pub unified_batch: bool,
    /// Rows of one batch with unlike low-rank (`LoRA`) adapters.
    pub lora_batch: bool,
    /// Labels of tokens, as spans.
    pub token_classification: bool,
    /// Embeddings of many texts in one call.
    pub batched_embedding: bool,
    /// Embeddings of images.
    pub multimodal_embedding: bool,
    /// What kind of model an input needs: text, image, both.
    pub modality_routing: bool,
    /// Scoring of a trained multi-layer perceptron.
    pub mlp_selector: bool,
    /// Freeing all models on request.
    pub reset: bool,
}

/// The capability record.
#[napi(object, object_from_js = false)]
pub struct RawCapabilities {
    /// `candle`, `onnx` or `stub`.
    pub flavor: String,
    /// The version of the crates.
    pub version: String,
    /// The number of this surface.
    pub abi: u32,
    /// Instruction sets of this CPU.
    pub cpu: Vec<&'static str>,
    /// What computes the models: `scalar`, `avx2`, `avx512-vnni`, `neon` or `onnxruntime`; `none` where nothing does.
    pub kernels: String,
    /// What it can do.
    pub features: RawFeatures,
    /// Architectures it loads, by `model_type`.
    pub architectures: Vec<&'static str>,
    /// Models that come with it.
    #[napi(ts_type = "string[]")]
    pub models: Vec<String>,
    /// For each feature that is false, why.
    pub unavailable: HashMap<&'static str, String>,
}

/// What this binary can do.
#[napi(catch_unwind)]
pub fn capabilities() -> RawCapabilities {
    let features = backend::features();
    RawCapabilities {
        flavor: backend::FLAVOR.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        abi: ABI,
        cpu: cpu_features(),
        kernels: backend::kernels().to_owned(),
        features,
        architectures: backend::ARCHITECTURES.to_vec(),
        models: Vec::new(),
        unavailable: unavailable(features),
    }
}

fn unavailable(features: RawFeatures) -> HashMap<&'static str, String> {
    let rows = [
        ("unifiedBatch", features.unified_batch),
        ("loraBatch", features.lora_batch),
        ("tokenClassification", features.token_classification),
        ("batchedEmbedding", features.batched_embedding),
        ("multimodalEmbedding", features.multimodal_embedding),
        ("modalityRouting", features.modality_routing),
        ("mlpSelector", features.mlp_selector),
        ("reset", features.reset),
    ];
    rows.into_iter()
        .filter(|(_, here)| !here)
        .map(|(name, _)| (name, backend::why_not()))
        .collect()
}
