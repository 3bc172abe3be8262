//! Gemma3's text model as an encoder (`EmbeddingGemma`, Vera et al., 2025): every token sees every other, in most layers only near ones.

use signalbox_base::Result;

use super::attention::Sight;
use super::decoder::{Attention, Config, Decoder, score};
use super::layers::{Kind, either, grouped_heads, kinds, theta};
use super::sizes::Sizes;
use crate::activation::{Activation, WORDS};
use crate::architecture::{Architecture, mean_of_states};
use crate::fault::model_invalid;
use crate::keys::Keys;

/// `gemma3_text`.
pub(crate) const GEMMA3_TEXT: Architecture = Architecture {
    model_type: "gemma3_text",
    trunk: |checkpoint| {
        Ok(Box::new(Decoder::load(
            config(&checkpoint.config)?,
            checkpoint,
        )?))
    },
    classifier: Some(score),
    tagger: Some(score),
    embedding: mean_of_states,
    images: None,
};

/// Reads the sizes.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing, wrong, or asks for what is not computed here.
fn config(keys: &Keys<'_>) -> Result<Config> {
    let hidden = keys.width("hidden_size", None)?;
    let shape = grouped_heads(keys, 256)?;
    let layers = keys.layers(None)?;
    if keys.get("attn_logit_softcapping").is_some() {
        return Err(keys.fault("attn_logit_softcapping", "null: scores are not capped here"));
    }
    let pattern = keys.count_or(
        either(keys, "_sliding_window_pattern", "sliding_window_pattern"),
        6,
    )?;
    let kinds = kinds(keys, layers, |number| !(number + 1).is_multiple_of(pattern))?;
    Ok(Config {
        vocabulary: keys.words(None)?,
        hidden,
        shape,
        intermediate: keys.width("intermediate_size", None)?,
        positions: keys.positions(Some(131_072))?,
        epsilon: keys.epsilon_or("rms_norm_eps", 1e-6)?,
        activation: keys.word_or("hidden_activation", WORDS, Some(Activation::GeluTanh))?,
        bias: keys.flag_or("attention_bias", false)?,
        scale: scale(keys)?,
        word_scale: root(hidden),
        norm_offset: 1.0,
        norms_after: true,
        attention: attention(keys, &kinds)?,
    })
}

/// Scores are divided by the root of `query_pre_attn_scalar`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "f32 is what scores are computed in"
)]
fn scale(keys: &Keys<'_>) -> Result<f32> {
    const KEY: &str = "query_pre_attn_scalar";
    let value = keys.number_or(KEY, 256.0)?;
    if value > 0.0 && value.is_finite() {
        return Ok((1.0 / value.sqrt()) as f32);
    }
    Err(model_invalid(
        keys.place(KEY),
        "a number above 0",
        value.to_string(),
    ))
}

#[expect(clippy::cast_precision_loss, reason = "a width is far below 2^24")]
fn root(width: usize) -> f32 {
    (width as f32).sqrt()
}

/// In a bidirectional model a window of `sliding_window` tokens has half of them to either side; in a causal one all are before the token.
fn attention(keys: &Keys<'_>, kinds: &[Kind]) -> Result<Vec<Attention>> {
    let both = keys.flag_or("use_bidirectional_attention", false)?;
    let window = keys.width("sliding_window", Some(4096))?;
    let rope = keys.child("rope_parameters")?;
    let part = |name: &str| {
        rope.as_ref()
            .map(|rope| rope.child(name))
            .transpose()
            .map(Option::flatten)
    };
    let global = theta(
        part("full_attention")?.as_ref(),
        keys,
        "rope_theta",
        1_000_000.0,
    )?;
    let local = theta(
        part("sliding_attention")?.as_ref(),
        keys,
        "rope_local_base_freq",
        10_000.0,
    )?;
    let one = |kind: &Kind| match (kind, both) {
        (Kind::Full, true) => (Sight::ALL, global),
        (Kind::Full, false) => (Sight::CAUSAL, global),
        (Kind::Sliding, true) => (
            Sight {
                before: window / 2,
                after: window / 2,
            },
            local,
        ),
        (Kind::Sliding, false) => (
            Sight {
                before: window - 1,
                after: 0,
            },
            local,
        ),
    };
    Ok(kinds
        .iter()
        .map(one)
        .map(|(sight, theta)| Attention { sight, theta })
        .collect())
}
