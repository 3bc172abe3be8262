//! `config.json` of a BERT folder, checked.

use serde_json::Value;
use signalbox_base::Result;

use crate::fault::model_invalid;

const FILE: &str = "config.json";

/// What stands between the two halves of a feed-forward layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// By the error function: what nearly every BERT has, and what the fused encoder computes.
    Gelu,
    /// GELU's approximation by tanh.
    GeluTanh,
    Relu,
    Silu,
}

/// The words of `hidden_act`, as transformers spells them.
const ACTIVATIONS: [(&str, Activation); 6] = [
    ("gelu", Activation::Gelu),
    ("gelu_new", Activation::GeluTanh),
    ("gelu_pytorch_tanh", Activation::GeluTanh),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
];

/// The sizes of a BERT encoder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) vocabulary: usize,
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
    pub(crate) positions: usize,
    pub(crate) types: usize,
    pub(crate) epsilon: f64,
    pub(crate) activation: Activation,
}

impl Config {
    /// Reads the text of `config.json`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing, of the wrong type, or asks for what this crate does not compute.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let root: Value = serde_json::from_str(text)
            .map_err(|error| model_invalid(FILE, "JSON", error.to_string()))?;
        word(&root, "model_type", &["bert"], None)?;
        let words = ACTIVATIONS.map(|(name, _)| name);
        let act = word(&root, "hidden_act", &words, Some("gelu"))?;
        let activation = ACTIVATIONS
            .iter()
            .find_map(|(name, activation)| (*name == act).then_some(*activation))
            .unwrap_or(Activation::Gelu); // `word` let only these names pass
        word(
            &root,
            "position_embedding_type",
            &["absolute"],
            Some("absolute"),
        )?;
        let config = Self {
            activation,
            vocabulary: count(&root, "vocab_size")?,
            hidden: count(&root, "hidden_size")?,
            layers: count(&root, "num_hidden_layers")?,
            heads: count(&root, "num_attention_heads")?,
            intermediate: count(&root, "intermediate_size")?,
            positions: count(&root, "max_position_embeddings")?,
            types: count(&root, "type_vocab_size")?,
            epsilon: root
                .get("layer_norm_eps")
                .map_or(Some(1e-12), Value::as_f64)
                .ok_or_else(|| {
                    model_invalid(
                        format!("{FILE}:layer_norm_eps"),
                        "a number",
                        "something else",
                    )
                })?,
        };
        if !config.hidden.is_multiple_of(config.heads) {
            let received = format!("{} for {} heads", config.hidden, config.heads);
            return Err(model_invalid(
                format!("{FILE}:hidden_size"),
                "a multiple of num_attention_heads",
                received,
            ));
        }
        Ok(config)
    }
}

fn count(root: &Value, key: &str) -> Result<usize> {
    let value = root.get(key).ok_or_else(|| {
        model_invalid(
            format!("{FILE}:{key}"),
            "a positive whole number",
            "nothing",
        )
    })?;
    let number = value
        .as_u64()
        .and_then(|number| usize::try_from(number).ok())
        .filter(|number| *number > 0);
    number.ok_or_else(|| {
        model_invalid(
            format!("{FILE}:{key}"),
            "a positive whole number",
            kind(value),
        )
    })
}

/// The word at `key`, which must be one of those this crate knows.
fn word<'v>(
    root: &'v Value,
    key: &str,
    known: &[&str],
    default: Option<&'v str>,
) -> Result<&'v str> {
    let found = match root.get(key) {
        None => default
            .ok_or_else(|| model_invalid(format!("{FILE}:{key}"), known.join(" or "), "nothing"))?,
        Some(value) => value.as_str().ok_or_else(|| {
            model_invalid(format!("{FILE}:{key}"), known.join(" or "), kind(value))
        })?,
    };
    if known.contains(&found) {
        return Ok(found);
    }
    Err(model_invalid(
        format!("{FILE}:{key}"),
        known.join(" or "),
        found,
    ))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "another number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use signalbox_base::Code;

    fn good() -> Value {
        json!({
            "model_type": "bert", "hidden_act": "gelu", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 64, "type_vocab_size": 2,
            "layer_norm_eps": 1e-12,
        })
    }

    #[test]
    fn a_whole_configuration_is_read() {
        let config = Config::parse(&good().to_string()).expect("a good configuration");
        assert_eq!(
            (
                config.vocabulary,
                config.hidden,
                config.layers,
                config.heads
            ),
            (100, 32, 2, 2)
        );
    }

    #[test]
    fn a_faulty_key_is_named() {
        let table = [
            ("model_type", json!("gpt2"), "gpt2"),
            ("model_type", Value::Null, "null"),
            ("hidden_act", json!("mish"), "mish"),
            (
                "position_embedding_type",
                json!("relative_key"),
                "relative_key",
            ),
            ("vocab_size", json!(-1), "another number"),
            ("hidden_size", json!(33), "33 for 2 heads"),
            ("num_attention_heads", json!(0), "another number"),
            ("num_hidden_layers", json!("two"), "a string"),
            ("layer_norm_eps", json!([]), "something else"),
        ];
        for (key, value, received) in table {
            let mut root = good();
            root[key] = value;
            let error = Config::parse(&root.to_string()).expect_err(key);
            assert_eq!(
                (error.code(), error.at(), error.received()),
                (
                    Code::ModelInvalid,
                    format!("config.json:{key}").as_str(),
                    received
                )
            );
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "[]", "null", "\u{0}"] {
            assert_eq!(
                Config::parse(text).expect_err(text).code(),
                Code::ModelInvalid
            );
        }
    }
}
