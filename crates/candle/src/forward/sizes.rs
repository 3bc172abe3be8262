//! Sizes of a model, bounded before anything is reserved by them.

use signalbox_base::Result;

use crate::fault::model_invalid;
use crate::keys::Keys;

/// No published model is wider; sums of products of such sizes stay far from overflowing.
const MOST_WIDTH: usize = 1 << 16;
/// No published vocabulary is greater.
const MOST_WORDS: usize = 1 << 24;
/// Beyond it the hidden states of one row alone would take gigabytes.
const MOST_POSITIONS: usize = 1 << 17;
const MOST_LAYERS: usize = 1 << 10;

/// Bounded sizes out of one JSON object.
pub(crate) trait Sizes {
    /// Numbers in some vector.
    fn width(&self, key: &str, default: Option<usize>) -> Result<usize>;
    /// `vocab_size`.
    fn words(&self, default: Option<usize>) -> Result<usize>;
    /// `max_position_embeddings`.
    fn positions(&self, default: Option<usize>) -> Result<usize>;
    /// `num_hidden_layers`.
    fn layers(&self, default: Option<usize>) -> Result<usize>;
    /// `hidden_size` and `num_attention_heads`, the one a multiple of the other.
    fn heads(&self, hidden: Option<usize>, heads: Option<usize>) -> Result<(usize, usize)>;
}

impl Sizes for Keys<'_> {
    fn width(&self, key: &str, default: Option<usize>) -> Result<usize> {
        bounded(self, key, default, MOST_WIDTH)
    }

    fn words(&self, default: Option<usize>) -> Result<usize> {
        bounded(self, "vocab_size", default, MOST_WORDS)
    }

    fn positions(&self, default: Option<usize>) -> Result<usize> {
        bounded(self, "max_position_embeddings", default, MOST_POSITIONS)
    }

    fn layers(&self, default: Option<usize>) -> Result<usize> {
        bounded(self, "num_hidden_layers", default, MOST_LAYERS)
    }

    fn heads(&self, hidden: Option<usize>, heads: Option<usize>) -> Result<(usize, usize)> {
        let hidden = self.width("hidden_size", hidden)?;
        let heads = self.width("num_attention_heads", heads)?;
        if hidden.is_multiple_of(heads) {
            return Ok((hidden, heads));
        }
        let received = format!("{hidden} for {heads} heads");
        let expected = "a multiple of num_attention_heads";
        Err(model_invalid(self.place("hidden_size"), expected, received))
    }
}

fn bounded(keys: &Keys<'_>, key: &str, default: Option<usize>, most: usize) -> Result<usize> {
    let value = default.map_or_else(|| keys.count(key), |default| keys.count_or(key, default))?;
    if value <= most {
        return Ok(value);
    }
    Err(model_invalid(
        keys.place(key),
        format!("1 to {most}"),
        value.to_string(),
    ))
}

/// Refuses a product beyond what a row of a matrix may have.
pub(crate) fn product(keys: &Keys<'_>, key: &str, one: usize, other: usize) -> Result<usize> {
    let product = one.saturating_mul(other);
    if product <= MOST_WIDTH {
        return Ok(product);
    }
    Err(model_invalid(
        keys.place(key),
        format!("heads of together at most {MOST_WIDTH}"),
        product.to_string(),
    ))
}
