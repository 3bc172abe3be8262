//! What a model is like, as its `config.json` says it, and whether that can be run here.

use signalbox_base::Result;

use signalbox_base::model_invalid;

use crate::branch::Branches;

/// Beyond this an attention row or a table of rotations would take hundreds of megabytes.
const MOST_POSITIONS: usize = 32_768;
/// Sums of int8 products could overflow beyond it.
const MOST_WIDTH: usize = 65_536;

/// The sizes every family has, and the family.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `vocab_size`.
    pub vocabulary: usize,
    /// `hidden_size`.
    pub hidden: usize,
    /// `num_hidden_layers`.
    pub layers: usize,
    /// `num_attention_heads`.
    pub heads: usize,
    /// `intermediate_size`.
    pub intermediate: usize,
    /// The most tokens a row may have.
    pub positions: usize,
    /// `layer_norm_eps` or `norm_eps`.
    pub norm_epsilon: f32,
    /// What else differs.
    pub family: Family,
    /// Upper layers that stand beside the model's own, on the same lower ones.
    pub branches: Vec<Branch>,
}

/// Layers that a part of the heads stands on, in place of the model's own from the fork on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its tensors are called as the model's own, after `branches.<name>.`.
    pub name: String,
    /// The first layer that is the branch's: at least 1, below the number of layers.
    pub from: usize,
}

/// The shapes this crate runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Family {
    /// BERT and its like: `MiniLM`, BGE, E5, `RoBERTa`, XLM-R.
    Bert(Bert),
    /// `ModernBERT` and its like.
    Modern(Modern),
}

/// Post-norm, absolute positions, biases everywhere, GELU.
#[derive(Clone, Debug, PartialEq)]
pub struct Bert {
    /// `type_vocab_size`.
    pub types: usize,
    /// Rows of the position table before that of the first token: 0 for BERT, `pad_token_id + 1` for `RoBERTa` and XLM-R.
    pub first_position: usize,
}

/// Pre-norm, rotary positions, local attention in most layers, gated GELU.
#[derive(Clone, Debug, PartialEq)]
pub struct Modern {
    /// `rope_theta` of layers that see everything.
    pub global_theta: f64,
    /// `rope_theta` of layers that see their neighbourhood.
    pub local_theta: f64,
    /// Every such layer, from the first on, sees everything.
    pub global_every: usize,
    /// Tokens seen to either side in the other layers: half of `local_attention`.
    pub reach: usize,
    /// `attention_bias`.
    pub attention_bias: bool,
    /// `mlp_bias`.
    pub mlp_bias: bool,
    /// `norm_bias`.
    pub norm_bias: bool,
}

impl Config {
    /// Numbers in one head.
    pub(crate) const fn head_width(&self) -> usize {
        self.hidden / self.heads
    }

    /// Refuses sizes that no encoder here can have.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocab_size", self.vocabulary, usize::MAX),
            ("hidden_size", self.hidden, MOST_WIDTH),
            ("num_hidden_layers", self.layers, usize::MAX),
            ("num_attention_heads", self.heads, MOST_WIDTH),
            ("intermediate_size", self.intermediate, MOST_WIDTH),
            ("max_position_embeddings", self.positions, MOST_POSITIONS),
        ];
        for (key, value, most) in sizes {
            if value == 0 || value > most {
                return Err(fault(key, format!("1 to {most}"), value.to_string()));
            }
        }
        if !self.hidden.is_multiple_of(self.heads) {
            return Err(fault(
                "hidden_size",
                "a multiple of the heads",
                format!("{} for {} heads", self.hidden, self.heads),
            ));
        }
        if !(self.norm_epsilon >= 0.0 && self.norm_epsilon.is_finite()) {
            return Err(fault(
                "layer_norm_eps",
                "a number of at least 0",
                self.norm_epsilon.to_string(),
            ));
        }
        self.check_branches()?;
        self.check_family()
    }

    fn check_branches(&self) -> Result<()> {
        let most = Branches::MOST - 1;
        if self.branches.len() > most {
            let received = self.branches.len().to_string();
            return Err(model_invalid(
                "branches",
                format!("at most {most}"),
                received,
            ));
        }
        for (place, branch) in self.branches.iter().enumerate() {
            if branch.from == 0 || branch.from >= self.layers {
                let expected = format!("1 to {}", self.layers - 1);
                let received = branch.from.to_string();
                return Err(model_invalid(
                    format!("branches[{place}].from"),
                    expected,
                    received,
                ));
            }
        }
        Ok(())
    }

    fn check_family(&self) -> Result<()> {
        match &self.family {
            Family::Bert(bert) if bert.types == 0 => {
                Err(fault("type_vocab_size", "at least 1", "0"))
            }
            Family::Bert(bert) if bert.first_position > MOST_POSITIONS => Err(fault(
                "pad_token_id",
                format!("at most {MOST_POSITIONS}"),
                bert.first_position.to_string(),
            )),
            Family::Modern(modern) => self.check_modern(modern),
            Family::Bert(_) => Ok(()),
        }
    }

    fn check_modern(&self, modern: &Modern) -> Result<()> {
        if !self.head_width().is_multiple_of(2) {
            return Err(fault(
                "hidden_size",
                "heads of even width",
                self.head_width().to_string(),
            ));
        }
        if modern.global_every == 0 {
            return Err(fault("global_attn_every_n_layers", "at least 1", "0"));
        }
        for (key, theta) in [
            ("global_rope_theta", modern.global_theta),
            ("local_rope_theta", modern.local_theta),
        ] {
            if !(theta > 0.0 && theta.is_finite()) {
                return Err(fault(key, "a number above 0", theta.to_string()));
            }
        }
        Ok(())
    }
}

fn fault(
    key: &str,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> signalbox_base::Error {
    model_invalid(format!("config.json:{key}"), expected, received)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Config {
        let family = Family::Modern(Modern {
            global_theta: 160_000.0,
            local_theta: 10_000.0,
            global_every: 3,
            reach: 64,
            attention_bias: false,
            mlp_bias: false,
            norm_bias: false,
        });
        Config {
            vocabulary: 9,
            hidden: 8,
            layers: 1,
            heads: 2,
            intermediate: 4,
            positions: 16,
            norm_epsilon: 1e-5,
            family,
            branches: Vec::new(),
        }
    }

    #[test]
    fn each_fault_names_its_key() {
        type Case = (&'static str, fn(&mut Config));
        let table: [Case; 8] = [
            ("vocab_size", |config| config.vocabulary = 0),
            ("hidden_size", |config| config.hidden = 9),
            ("hidden_size", |config| config.hidden = usize::MAX),
            ("hidden_size", |config| {
                (config.hidden, config.heads) = (6, 2);
            }),
            ("num_attention_heads", |config| config.heads = 0),
            ("max_position_embeddings", |config| {
                config.positions = 1 << 40;
            }),
            ("layer_norm_eps", |config| config.norm_epsilon = f32::NAN),
            ("type_vocab_size", |config| {
                config.family = Family::Bert(Bert {
                    types: 0,
                    first_position: 0,
                });
            }),
        ];
        assert!(good().check().is_ok());
        for (key, spoil) in table {
            let mut config = good();
            spoil(&mut config);
            assert_eq!(
                config.check().expect_err(key).at(),
                format!("config.json:{key}")
            );
        }
    }
}
