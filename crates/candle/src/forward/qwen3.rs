//! Qwen3 as an embedding model (Zhang et al., 2025): causal, pooled by its last token.

use signalbox_base::Result;
use signalbox_encoder::WeightSource;

use super::activation::Activation;
use super::attention::Sight;
use super::decoder::{Attention, Config, Decoder};
use super::layers::{Kind, grouped_heads, kinds, theta};
use super::sizes::Sizes;
use crate::keys::Keys;

/// Reads `config.json` and all weights.
///
/// # Errors
/// `ModelInvalid` naming the key or tensor that is missing, wrong, or asks for what is not computed here.
pub(crate) fn qwen3(keys: &Keys<'_>, source: &dyn WeightSource) -> Result<Decoder> {
    Decoder::load(config(keys)?, source)
}

fn config(keys: &Keys<'_>) -> Result<Config> {
    let hidden = keys.width("hidden_size", None)?;
    let shape = grouped_heads(keys, 128)?;
    let layers = keys.layers(None)?;
    let sliding = keys.flag_or("use_sliding_window", false)? && keys.get("sliding_window").is_some();
    let from = if sliding { keys.index_or("max_window_layers", 28)? } else { layers };
    let kinds = kinds(keys, layers, |number| number >= from)?;
    let rope = theta(keys.child("rope_parameters")?.as_ref(), keys, "rope_theta", 10_000.0)?;
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
        epsilon: keys.epsilon("rms_norm_eps", 1e-6)?,
        activation: Activation::read(keys, "hidden_act", Activation::Silu)?,
        bias: keys.flag_or("attention_bias", false)?,
        scale,
        word_scale: 1.0,
        norm_offset: 0.0,
        norms_after: false,
        attention: kinds.into_iter().map(attention).collect::<Result<_>>()?,
    })
}
