//! `ModernBERT`'s embeddings and layers from their tensors (Warner et al., 2024), by the names of transformers.

use std::ops::Range;
use std::sync::Arc;

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Epilogue, Kernels, Rotation};

use crate::batch::Tokens;
use crate::bert::attention_scale;
use crate::config::{Config, Modern};
use crate::layer::Layer;
use crate::linear::Plain;
use crate::loader::Loader;
use crate::norm::Norm;
use crate::source::{WeightSource, read};

/// One table, its norm, and the norm after the last layer.
pub(crate) struct Embeddings {
    words: Vec<f32>,
    norm: Norm,
    last: Norm,
}

impl Embeddings {
    pub(crate) fn read(
        source: &dyn WeightSource,
        config: &Config,
        modern: &Modern,
    ) -> Result<Self> {
        let norm = |name| {
            Norm::read(
                source,
                name,
                modern.norm_bias,
                config.hidden,
                config.norm_epsilon,
            )
        };
        Ok(Self {
            words: read(
                source,
                "embeddings.tok_embeddings.weight",
                &[config.vocabulary, config.hidden],
            )?,
            norm: norm("embeddings.norm")?,
            last: norm("final_norm")?,
        })
    }

    /// Fills `out`, `[tokens, hidden]`.
    pub(crate) fn run(
        &self,
        kernels: Kernels,
        tokens: &Tokens<'_>,
        hidden: usize,
        out: &mut [f32],
    ) {
        for (id, out) in tokens.ids().iter().zip(out.chunks_exact_mut(hidden)) {
            out.copy_from_slice(&self.words[*id as usize * hidden..][..hidden]);
        }
        self.norm.run(kernels, out);
    }

    /// The norm after the last layer.
    pub(crate) fn finish(&self, kernels: Kernels, out: &mut [f32]) {
        self.last.run(kernels, out);
    }
}

/// Reads the layers `which`, whose names begin with `prefix`.
pub(crate) fn layers(
    loader: &Loader<'_>,
    config: &Config,
    modern: &Modern,
    precision: Precision,
    (prefix, which): (&str, Range<usize>),
) -> Result<Vec<Layer>> {
    let rotation = |theta| Arc::new(Rotation::new(config.positions, config.head_width(), theta));
    let (global, local) = (rotation(modern.global_theta), rotation(modern.local_theta));
    let reader = Reader {
        loader,
        config,
        modern,
        precision,
        prefix,
    };
    let layer = |number: usize| {
        let sees_all = number.is_multiple_of(modern.global_every);
        let rotation = Arc::clone(if sees_all { &global } else { &local });
        reader.layer(number, rotation, (!sees_all).then_some(modern.reach))
    };
    which.map(layer).collect()
}

struct Reader<'load> {
    loader: &'load Loader<'load>,
    config: &'load Config,
    modern: &'load Modern,
    precision: Precision,
    prefix: &'load str,
}

impl Reader<'_> {
    fn layer(&self, number: usize, rotation: Arc<Rotation>, reach: Option<usize>) -> Result<Layer> {
        let (hidden, intermediate, modern) =
            (self.config.hidden, self.config.intermediate, self.modern);
        let linear = |name: &str, bias, outputs, depth| {
            Plain::read(
                self.loader,
                &format!("{}layers.{number}.{name}", self.prefix),
                bias,
                outputs,
                depth,
            )
        };
        let qkv = linear("attn.Wqkv", modern.attention_bias, 3 * hidden, hidden)?;
        Ok(Layer {
            before_attention: if number == 0 {
                None
            } else {
                Some(self.norm(number, "attn_norm")?)
            },
            qkv: qkv
                .scale(hidden, attention_scale(self.config))
                .pack(self.precision),
            rotation: Some(rotation),
            reach,
            attention_out: linear("attn.Wo", modern.attention_bias, hidden, hidden)?
                .pack(self.precision),
            after_attention: None,
            before_mlp: Some(self.norm(number, "mlp_norm")?),
            up: linear("mlp.Wi", modern.mlp_bias, 2 * intermediate, hidden)?
                .pack_gated(self.precision),
            activation: Epilogue::GeGlu,
            down: linear("mlp.Wo", modern.mlp_bias, hidden, intermediate)?.pack(self.precision),
            after_mlp: None,
        })
    }

    fn norm(&self, number: usize, name: &str) -> Result<Norm> {
        let name = format!("{}layers.{number}.{name}", self.prefix);
        Norm::read(
            self.loader.source,
            &name,
            self.modern.norm_bias,
            self.config.hidden,
            self.config.norm_epsilon,
        )
    }
}
