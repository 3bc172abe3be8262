//! BERT's embeddings and layers from their tensors (Devlin et al., 2018), by the names of transformers.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_simd::{Epilogue, Kernels};

use crate::batch::Tokens;
use crate::config::{Bert, Config};
use crate::layer::Layer;
use crate::linear::Plain;
use crate::loader::Loader;
use crate::norm::Norm;
use crate::source::{WeightSource, read};

/// The three tables and their norm.
pub(crate) struct Embeddings {
    words: Vec<f32>,
    positions: Vec<f32>,
    types: Vec<f32>,
    norm: Norm,
}

impl Embeddings {
    pub(crate) fn read(source: &dyn WeightSource, config: &Config, bert: &Bert) -> Result<Self> {
        let hidden = config.hidden;
        let positions = config.positions + bert.first_position;
        let mut table = read(
            source,
            "embeddings.position_embeddings.weight",
            &[positions, hidden],
        )?;
        table.drain(..bert.first_position * hidden);
        Ok(Self {
            words: read(
                source,
                "embeddings.word_embeddings.weight",
                &[config.vocabulary, hidden],
            )?,
            positions: table,
            types: read(
                source,
                "embeddings.token_type_embeddings.weight",
                &[bert.types, hidden],
            )?,
            norm: Norm::read(
                source,
                "embeddings.LayerNorm",
                true,
                hidden,
                config.norm_epsilon,
            )?,
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
        let at = |row: usize| row * hidden..(row + 1) * hidden;
        for range in tokens.ranges() {
            for (position, token) in range.enumerate() {
                let word = &self.words[at(tokens.ids()[token] as usize)];
                let place = &self.positions[at(position)];
                let kind = &self.types[at(tokens.type_at(token))];
                let parts = word.iter().zip(place).zip(kind);
                let out = &mut out[token * hidden..(token + 1) * hidden];
                out.iter_mut()
                    .zip(parts)
                    .for_each(|(out, ((word, place), kind))| *out = word + kind + place);
            }
        }
        self.norm.run(kernels, out);
    }
}

/// Reads the layers `which`, whose names begin with `prefix`.
pub(crate) fn layers(
    loader: &Loader<'_>,
    config: &Config,
    precision: Precision,
    (prefix, which): (&str, Range<usize>),
) -> Result<Vec<Layer>> {
    which
        .map(|number| {
            let at = format!("{prefix}encoder.layer.{number}");
            layer(loader, config, precision, &at)
        })
        .collect()
}

fn layer(loader: &Loader<'_>, config: &Config, precision: Precision, at: &str) -> Result<Layer> {
    let (hidden, intermediate) = (config.hidden, config.intermediate);
    let linear = |name: &str, outputs, depth| {
        Plain::read(loader, &format!("{at}.{name}"), true, outputs, depth)
    };
    let norm = |name: &str| {
        Norm::read(
            loader.source,
            &format!("{at}.{name}"),
            true,
            hidden,
            config.norm_epsilon,
        )
    };
    let (query, key) = (
        linear("attention.self.query", hidden, hidden)?,
        linear("attention.self.key", hidden, hidden)?,
    );
    let qkv = query
        .stack(key)
        .stack(linear("attention.self.value", hidden, hidden)?);
    Ok(Layer {
        before_attention: None,
        qkv: qkv.scale(hidden, attention_scale(config)).pack(precision),
        rotation: None,
        reach: None,
        attention_out: linear("attention.output.dense", hidden, hidden)?.pack(precision),
        after_attention: Some(norm("attention.output.LayerNorm")?),
        before_mlp: None,
        up: linear("intermediate.dense", intermediate, hidden)?.pack(precision),
        activation: Epilogue::Gelu,
        down: linear("output.dense", hidden, intermediate)?.pack(precision),
        after_mlp: Some(norm("output.LayerNorm")?),
    })
}

/// `1 / sqrt(head width)`, which queries are multiplied with once, at load.
#[expect(clippy::cast_precision_loss, reason = "a width is far below 2^24")]
pub(crate) fn attention_scale(config: &Config) -> f32 {
    1.0 / (config.head_width() as f32).sqrt()
}
