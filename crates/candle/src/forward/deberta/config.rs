//! `config.json` of a DeBERTa-v2 folder, checked.

use signalbox_base::Result;

use crate::activation::{Activation, WORDS};
use crate::fault::model_invalid;
use crate::forward::attention::Shape;
use crate::forward::sizes::Sizes;
use crate::keys::Keys;

/// Buckets or distances beyond this would fill the memory with projected positions.
const MOST_SPAN: usize = 1 << 13;
const MOST_KERNEL: usize = 63;

/// The sizes of an encoder.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) vocabulary: usize,
    /// Width of the embedding tables, before `embed_proj`.
    pub(crate) embedding: usize,
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) shape: Shape,
    pub(crate) intermediate: usize,
    pub(crate) positions: usize,
    /// 0 where there is no such table.
    pub(crate) types: usize,
    /// Whether absolute positions are added to the words.
    pub(crate) absolute: bool,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
    /// What scores are divided by.
    pub(crate) scale: f32,
    pub(crate) relative: Option<Relative>,
    pub(crate) conv: Option<(usize, Activation)>,
}

/// Attention to relative positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four switches of one `config.json`"
)]
pub(crate) struct Relative {
    /// Contents attend to positions.
    pub(crate) content_to_position: bool,
    /// Positions attend to contents.
    pub(crate) position_to_content: bool,
    /// Positions go through the projections of contents.
    pub(crate) shared: bool,
    /// Whether the table of positions is normalised.
    pub(crate) normed: bool,
    /// 0 where every distance has a place of its own.
    pub(crate) buckets: usize,
    /// The greatest distance that is told apart.
    pub(crate) most: usize,
}

impl Relative {
    /// Half the rows of the table.
    pub(crate) const fn span(self) -> usize {
        if self.buckets > 0 {
            self.buckets
        } else {
            self.most
        }
    }
}

impl Config {
    /// # Errors
    /// `ModelInvalid` naming the key that is missing, of the wrong type, or asks for what is not computed here.
    pub(crate) fn read(keys: &Keys<'_>) -> Result<Self> {
        let (hidden, heads) = keys.heads(None, None)?;
        let shape = Shape {
            heads,
            groups: heads,
            width: hidden / heads,
        };
        let positions = keys.positions(Some(512))?;
        let (content_to_position, position_to_content) = attention_types(keys)?;
        let parts = 1 + usize::from(content_to_position) + usize::from(position_to_content);
        let relative = Relative {
            content_to_position,
            position_to_content,
            shared: keys.flag_or("share_att_key", false)?,
            normed: parts_of(keys.text("norm_rel_ebd")?.unwrap_or("none"))
                .any(|part| part == "layer_norm"),
            buckets: span(keys, "position_buckets")?.unwrap_or(0),
            most: span(keys, "max_relative_positions")?.unwrap_or(positions),
        };
        if keys.width("attention_head_size", Some(shape.width))? != shape.width {
            let expected = "hidden_size divided by num_attention_heads";
            return Err(keys.fault("attention_head_size", expected));
        }
        #[expect(clippy::cast_precision_loss, reason = "a head is far below 2^24 wide")]
        let scale = ((shape.width * parts) as f32).sqrt();
        let bucketed = relative.buckets == 0
            || (relative.buckets >= 2 && relative.most > relative.buckets / 2 + 1);
        if !bucketed || relative.span() > MOST_SPAN {
            let expected =
                format!("2 to {MOST_SPAN} buckets, half of them fewer than the greatest distance");
            return Err(keys.fault("position_buckets", expected));
        }
        Ok(Self {
            vocabulary: keys.words(None)?,
            embedding: keys.width("embedding_size", Some(hidden))?,
            hidden,
            layers: keys.layers(None)?,
            shape,
            intermediate: keys.width("intermediate_size", None)?,
            positions,
            types: keys.index_or("type_vocab_size", 0)?,
            absolute: keys.flag_or("position_biased_input", true)?,
            epsilon: keys.epsilon_or("layer_norm_eps", 1e-7)?,
            activation: keys.word_or("hidden_act", WORDS, Some(Activation::Gelu))?,
            scale,
            relative: keys
                .flag_or("relative_attention", false)?
                .then_some(relative),
            conv: conv(keys)?,
        })
    }
}

/// `pos_att_type`: `"p2c|c2p"`, or a list.
fn attention_types(keys: &Keys<'_>) -> Result<(bool, bool)> {
    const KEY: &str = "pos_att_type";
    let found = if keys.get(KEY).is_some_and(serde_json::Value::is_array) {
        keys.texts(KEY)?.unwrap_or_default()
    } else {
        let text = keys.text(KEY)?.unwrap_or_default().to_lowercase();
        parts_of(&text).map(str::to_owned).collect()
    };
    if let Some(other) = found
        .iter()
        .find(|part| !["c2p", "p2c"].contains(&part.as_str()))
    {
        let received = crate::keys::shortened(other);
        return Err(model_invalid(keys.place(KEY), "c2p or p2c", received));
    }
    let has = |part: &str| found.iter().any(|found| found == part);
    Ok((has("c2p"), has("p2c")))
}

fn parts_of(text: &str) -> impl Iterator<Item = &str> {
    text.split('|')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A number of positions; transformers writes -1 where there is none.
fn span(keys: &Keys<'_>, key: &str) -> Result<Option<usize>> {
    let absent = keys
        .get(key)
        .is_none_or(|value| value.as_i64().is_some_and(|value| value < 1));
    if absent {
        return Ok(None);
    }
    keys.width(key, None).map(Some)
}

fn conv(keys: &Keys<'_>) -> Result<Option<(usize, Activation)>> {
    let size = keys.index_or("conv_kernel_size", 0)?;
    if size == 0 {
        return Ok(None);
    }
    if size > MOST_KERNEL || size.is_multiple_of(2) {
        return Err(model_invalid(
            keys.place("conv_kernel_size"),
            format!("an odd number up to {MOST_KERNEL}"),
            size.to_string(),
        ));
    }
    let groups = keys.index_or("conv_groups", 1)?;
    if groups != 1 {
        return Err(model_invalid(
            keys.place("conv_groups"),
            "1",
            groups.to_string(),
        ));
    }
    Ok(Some((
        size,
        keys.word_or("conv_act", WORDS, Some(Activation::Tanh))?,
    )))
}
