//! Qwen3 as an embedding model (Zhang et al., 2025): causal, pooled by its last token.

use signalbox_base::Result;
use signalbox_core::Pooling;

use super::attention::Sight;
use super::decoder::{Attention, Config, Decoder, score};
use super::layers::{Kind, grouped_heads, kinds, theta};
use super::sizes::Sizes;
use crate::activation::{Activation, WORDS};
use crate::architecture::{Architecture, Recipe};
use crate::keys::Keys;

/// `qwen3`.
pub(crate) const QWEN3: Architecture = Architecture {
    model_type: "qwen3",
    trunk: |checkpoint| {
        Ok(Box::new(Decoder::load(
            config(&checkpoint.config)?,
            checkpoint,
        )?))
    },
    classifier: Some(score),
    tagger: Some(score),
    embedding: |_, _| {
        Ok(Recipe {
            pooling: Pooling::Last,
            steps: Vec::new(),
        })
    },
    images: None,
};

/// Reads the sizes.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing, wrong, or asks for what is not computed here.
fn config(keys: &Keys<'_>) -> Result<Config> {
    let hidden = keys.width("hidden_size", None)?;
    let shape = grouped_heads(keys, 128)?;
    let layers = keys.layers(None)?;
    let sliding =
        keys.flag_or("use_sliding_window", false)? && keys.get("sliding_window").is_some();
    let from = if sliding {
        keys.index_or("max_window_layers", 28)?
    } else {
        layers
    };
    let kinds = kinds(keys, layers, |number| number >= from)?;
    let rope = theta(
        keys.child("rope_parameters")?.as_ref(),
        keys,
        "rope_theta",
        10_000.0,
    )?;
    let attention = |kind: Kind| -> Result<Attention> {
        let sight = match kind {
            Kind::Full => Sight::CAUSAL,
            Kind::Sliding => Sight {
                before: keys.width("sliding_window", None)? - 1,
                after: 0,
            },
        };
        Ok(Attention { sight, theta: rope })
    };
    #[expect(clippy::cast_precision_loss, reason = "a head is far below 2^24 wide")]
    let scale = 1.0 / (shape.width as f32).sqrt();
    Ok(Config {
        vocabulary: keys.words(None)?,
        hidden,
        shape,
        intermediate: keys.width("intermediate_size", None)?,
        positions: keys.positions(Some(32_768))?,
        epsilon: keys.epsilon_or("rms_norm_eps", 1e-6)?,
        activation: keys.word_or("hidden_act", WORDS, Some(Activation::Silu))?,
        bias: keys.flag_or("attention_bias", false)?,
        scale,
        word_scale: 1.0,
        norm_offset: 0.0,
        norms_after: false,
        attention: kinds.into_iter().map(attention).collect::<Result<_>>()?,
    })
}
