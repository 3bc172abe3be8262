//! A pre-norm transformer with learned positions: either half of CLIP and `SigLIP` (Radford et al., 2021; Zhai et al., 2023).

use signalbox_base::Result;
use signalbox_core::{Pass, Precision};
use signalbox_encoder::{Kernels, WeightSource};
use signalbox_simd::Epilogue;

use super::attention::{Row, Shape, Sight};
use super::linear::{Linear, Plain};
use super::norm::LayerNorm;
use super::rows::split;
use super::sizes::Sizes;
use crate::activation::{Activation, WORDS};
use crate::keys::Keys;

/// The sizes of a tower.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) hidden: usize,
    pub(crate) layers: usize,
    pub(crate) shape: Shape,
    pub(crate) intermediate: usize,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
    pub(crate) sight: Sight,
}

/// What transformers leaves out of `config.json` where it is usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usual {
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
    pub(crate) epsilon: f64,
    pub(crate) activation: Activation,
}

impl Config {
    /// # Errors
    /// `ModelInvalid` naming the key that is wrong.
    pub(crate) fn read(keys: &Keys<'_>, usual: Usual, sight: Sight) -> Result<Self> {
        let (hidden, heads) = keys.heads(Some(usual.hidden), Some(usual.heads))?;
        Ok(Self {
            hidden,
            layers: keys.layers(Some(12))?,
            shape: Shape {
                heads,
                groups: heads,
                width: hidden / heads,
            },
            intermediate: keys.width("intermediate_size", Some(usual.intermediate))?,
            epsilon: keys.epsilon_or("layer_norm_eps", usual.epsilon)?,
            activation: keys.word_or("hidden_act", WORDS, Some(usual.activation))?,
            sight,
        })
    }
}

/// The layers, without embeddings and without what comes after the last.
pub(crate) struct Tower {
    config: Config,
    layers: Vec<Layer>,
}

struct Layer {
    before_attention: LayerNorm,
    qkv: Linear,
    attention_out: Linear,
    before_mlp: LayerNorm,
    mlp: Mlp,
}

/// The feed-forward part, which `SigLIP` has outside of layers too.
pub(crate) struct Mlp {
    up: Linear,
    activation: Activation,
    down: Linear,
}

impl Tower {
    /// Reads `at.encoder.layers.…`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn read(
        source: &dyn WeightSource,
        at: &str,
        config: Config,
        precision: Precision,
    ) -> Result<Self> {
        let layer = |number: usize| {
            Layer::read(
                source,
                &format!("{at}.encoder.layers.{number}"),
                &config,
                precision,
            )
        };
        Ok(Self {
            layers: (0..config.layers).map(layer).collect::<Result<_>>()?,
            config,
        })
    }

    /// Memory that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let layer =
            |layer: &Layer| layer.qkv.bytes() + layer.attention_out.bytes() + layer.mlp.bytes();
        self.layers.iter().map(layer).sum()
    }

    /// Replaces `states`, `[tokens, hidden]`, by what all layers make of them.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn run(&self, kernels: Kernels, pass: Pass<'_>, states: &mut [f32]) -> Result<()> {
        self.layers
            .iter()
            .try_for_each(|layer| layer.run(kernels, pass, &self.config, states))
    }
}

impl Layer {
    fn read(
        source: &dyn WeightSource,
        at: &str,
        config: &Config,
        precision: Precision,
    ) -> Result<Self> {
        let hidden = config.hidden;
        let attention = |name: &str| {
            Plain::read(
                source,
                &format!("{at}.self_attn.{name}"),
                true,
                hidden,
                hidden,
            )
        };
        let norm =
            |name: &str| LayerNorm::read(source, &format!("{at}.{name}"), hidden, config.epsilon);
        #[expect(clippy::cast_precision_loss, reason = "a head is far below 2^24 wide")]
        let scale = 1.0 / (config.shape.width as f32).sqrt();
        let qkv = attention("q_proj")?
            .scale(scale)
            .stack(attention("k_proj")?);
        Ok(Self {
            before_attention: norm("layer_norm1")?,
            qkv: qkv.stack(attention("v_proj")?).pack(precision),
            attention_out: attention("out_proj")?.pack(precision),
            before_mlp: norm("layer_norm2")?,
            mlp: Mlp::read(source, &format!("{at}.mlp"), config, precision)?,
        })
    }

    fn run(
        &self,
        kernels: Kernels,
        pass: Pass<'_>,
        config: &Config,
        states: &mut [f32],
    ) -> Result<()> {
        let (hidden, shape) = (config.hidden, config.shape);
        let mut qkv = vec![0.0; states.len() * 3];
        split(pass.threads, shape.stride(), &mut qkv, &|tokens, out| {
            pass.cancel.check()?;
            let input = &states[tokens.start * hidden..tokens.end * hidden];
            let mut normed = vec![0.0; input.len()];
            self.before_attention.run_to(kernels, input, &mut normed);
            self.qkv.run(kernels, &normed, Epilogue::Store, out);
            Ok(())
        })?;
        let row = Row {
            kernels,
            shape,
            sight: config.sight,
            qkv: &qkv,
        };
        split(pass.threads, hidden, states, &|tokens, states| {
            pass.cancel.check()?;
            let mut context = vec![0.0; states.len()];
            row.attend(&tokens, None, &mut context);
            self.attention_out
                .run(kernels, &context, Epilogue::Add, states);
            self.before_mlp.run_to(kernels, states, &mut context);
            self.mlp.add(kernels, &context, states);
            Ok(())
        })
    }
}

impl Mlp {
    /// Reads `at.fc1` and `at.fc2`.
    ///
    /// # Errors
    /// As `Tower::read`.
    pub(crate) fn read(
        source: &dyn WeightSource,
        at: &str,
        config: &Config,
        precision: Precision,
    ) -> Result<Self> {
        let linear = |name: &str, outputs, depth| {
            Plain::read(source, &format!("{at}.{name}"), true, outputs, depth)
        };
        Ok(Self {
            up: linear("fc1", config.intermediate, config.hidden)?.pack(precision),
            activation: config.activation,
            down: linear("fc2", config.hidden, config.intermediate)?.pack(precision),
        })
    }

    /// Memory that it takes.
    pub(crate) const fn bytes(&self) -> usize {
        self.up.bytes() + self.down.bytes()
    }

    /// Adds what becomes of `input` to `out`, both `[rows, hidden]`.
    pub(crate) fn add(&self, kernels: Kernels, input: &[f32], out: &mut [f32]) {
        let rows = out.len() / self.down.outputs();
        let mut inner = vec![0.0; rows * self.up.outputs()];
        self.up.run(kernels, input, Epilogue::Store, &mut inner);
        self.activation.run(kernels, &mut inner);
        self.down.run(kernels, &inner, Epilogue::Add, out);
    }
}
