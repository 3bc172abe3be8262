//! The layers of Qwen3 and Gemma3 as encoders: pre-norm by root mean squares, grouped queries with norms of their own, rotary positions, a
//! gated feed-forward part. Stateless: nothing of one text stays for the next.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Batch, Pass, Pooling, Precision};
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::Epilogue;

use super::attention::{Row, Shape, Sight};
use super::linear::{Linear, Plain};
use super::norm::RmsNorm;
use super::rotary::Rotary;
use super::rows::{each_row, split};
use crate::activation::Activation;
use crate::architecture::{Checkpoint, Recipe};
use crate::step::Step;
use crate::trunk::{Trunk, check_rows};

/// Tensors that every such checkpoint has and no other.
const PROBES: &[&str] = &["embed_tokens.weight"];

/// Tokens that go through a feed-forward part together: what is between its halves stays small.
const BLOCK: usize = 256;

/// What a layer attends to, and how positions turn its heads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Attention {
    pub(crate) sight: Sight,
    pub(crate) theta: f64,
}

/// The sizes of a model of either family, and what differs between the two.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    pub(crate) vocabulary: usize,
    pub(crate) hidden: usize,
    pub(crate) shape: Shape,
    pub(crate) intermediate: usize,
    pub(crate) positions: usize,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
    pub(crate) bias: bool,
    /// What scores are multiplied by.
    pub(crate) scale: f32,
    /// What words are multiplied by.
    pub(crate) word_scale: f32,
    /// Added to the weights of all norms.
    pub(crate) norm_offset: f32,
    /// Norms also after each part of a layer, before it is added (Gemma).
    pub(crate) norms_after: bool,
    /// One entry a layer.
    pub(crate) attention: Vec<Attention>,
}

/// A loaded model.
pub(crate) struct Decoder {
    config: Config,
    kernels: Kernels,
    words: Vec<f32>,
    layers: Vec<Layer>,
    last: RmsNorm,
}

struct Layer {
    attention: Attention,
    before_attention: RmsNorm,
    qkv: Linear,
    query_norm: RmsNorm,
    key_norm: RmsNorm,
    attention_out: Linear,
    after_attention: Option<RmsNorm>,
    before_mlp: RmsNorm,
    /// Gates, then what they gate.
    up: Linear,
    down: Linear,
    after_mlp: Option<RmsNorm>,
}

impl Decoder {
    /// Reads and packs all weights.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn load(config: Config, checkpoint: &Checkpoint<'_>) -> Result<Self> {
        let (source, precision) = (
            &checkpoint.weights.under(PROBES)?,
            checkpoint.options.precision,
        );
        let mut words = read(
            source,
            "embed_tokens.weight",
            &[config.vocabulary, config.hidden],
        )?;
        for value in &mut words {
            *value *= config.word_scale;
        }
        let layers = (0..config.attention.len())
            .map(|number| Layer::read(source, &config, number, precision));
        Ok(Self {
            words,
            layers: layers.collect::<Result<Vec<_>>>()?,
            last: RmsNorm::read(
                source,
                "norm",
                config.hidden,
                config.norm_offset,
                config.epsilon,
            )?,
            kernels: Kernels::detect(),
            config,
        })
    }

    fn row(&self, ids: &[u32], pass: Pass<'_>) -> Result<Vec<f32>> {
        let (hidden, width) = (self.config.hidden, self.config.shape.width);
        let words = ids
            .iter()
            .flat_map(|id| &self.words[*id as usize * hidden..][..hidden]);
        let mut states: Vec<f32> = words.copied().collect();
        let mut rotary: Option<(f64, Rotary)> = None;
        let mut other: Option<(f64, Rotary)> = None;
        for layer in &self.layers {
            let theta = layer.attention.theta;
            if rotary
                .as_ref()
                .is_none_or(|(own, _)| own.to_bits() != theta.to_bits())
            {
                std::mem::swap(&mut rotary, &mut other);
            }
            let (_, turned) = match rotary.take() {
                Some(kept) if kept.0.to_bits() == theta.to_bits() => rotary.insert(kept),
                _ => rotary.insert((theta, Rotary::new(ids.len(), width, theta))),
            };
            layer.run(self, pass, turned, &mut states)?;
        }
        self.last.run(self.kernels, &mut states);
        Ok(states)
    }
}

impl Trunk for Decoder {
    fn width(&self) -> usize {
        self.config.hidden
    }

    fn max_tokens(&self) -> usize {
        self.config.positions
    }

    fn weight_bytes(&self) -> usize {
        self.words.len() * size_of::<f32>() + self.layers.iter().map(Layer::bytes).sum::<usize>()
    }

    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()> {
        check_rows(batch, self.config.vocabulary, self.config.positions)?;
        let row = |tokens: Range<usize>, threads| {
            self.row(&batch.ids()[tokens], Pass { threads, ..pass })
        };
        each_row(batch, pass, &row, each)
    }
}

impl Layer {
    fn read(
        source: &dyn WeightSource,
        config: &Config,
        number: usize,
        precision: Precision,
    ) -> Result<Self> {
        let (hidden, intermediate, shape) = (config.hidden, config.intermediate, config.shape);
        let at = format!("layers.{number}");
        let norm = |name: &str, width| {
            RmsNorm::read(
                source,
                &format!("{at}.{name}"),
                width,
                config.norm_offset,
                config.epsilon,
            )
        };
        let linear = |name: &str, bias, outputs, depth| {
            Plain::read(source, &format!("{at}.{name}"), bias, outputs, depth)
        };
        let attention = |name: &str, heads| {
            linear(
                &format!("self_attn.{name}"),
                config.bias,
                heads * shape.width,
                hidden,
            )
        };
        let after = |name: &str| config.norms_after.then(|| norm(name, hidden)).transpose();
        let qkv = attention("q_proj", shape.heads)?.stack(attention("k_proj", shape.groups)?);
        let second = if config.norms_after {
            "pre_feedforward_layernorm"
        } else {
            "post_attention_layernorm"
        };
        let gate = linear("mlp.gate_proj", false, intermediate, hidden)?;
        Ok(Self {
            attention: config.attention[number],
            before_attention: norm("input_layernorm", hidden)?,
            qkv: qkv
                .stack(attention("v_proj", shape.groups)?)
                .pack(precision),
            query_norm: norm("self_attn.q_norm", shape.width)?.scale(config.scale),
            key_norm: norm("self_attn.k_norm", shape.width)?,
            attention_out: linear("self_attn.o_proj", config.bias, hidden, shape.context())?
                .pack(precision),
            after_attention: after("post_attention_layernorm")?,
            before_mlp: norm(second, hidden)?,
            up: gate
                .stack(linear("mlp.up_proj", false, intermediate, hidden)?)
                .pack(precision),
            down: linear("mlp.down_proj", false, hidden, intermediate)?.pack(precision),
            after_mlp: after("post_feedforward_layernorm")?,
        })
    }

    fn bytes(&self) -> usize {
        let linear = [&self.qkv, &self.attention_out, &self.up, &self.down];
        linear.map(Linear::bytes).iter().sum()
    }

    /// Replaces `states`, `[tokens, hidden]`, by what this layer makes of them.
    fn run(
        &self,
        model: &Decoder,
        pass: Pass<'_>,
        rotary: &Rotary,
        states: &mut [f32],
    ) -> Result<()> {
        let (hidden, shape) = (model.config.hidden, model.config.shape);
        let mut qkv = vec![0.0; states.len() / hidden * shape.stride()];
        split(pass.threads, shape.stride(), &mut qkv, &|tokens, out| {
            pass.cancel.check()?;
            let input = &states[tokens.start * hidden..tokens.end * hidden];
            self.project(model, rotary, tokens.start, input, out);
            Ok(())
        })?;
        let row = Row {
            kernels: model.kernels,
            shape,
            sight: self.attention.sight,
            qkv: &qkv,
        };
        split(pass.threads, hidden, states, &|tokens, states| {
            pass.cancel.check()?;
            let mut context = vec![0.0; tokens.len() * shape.context()];
            row.attend(&tokens, None, &mut context);
            self.add_attention(model, &context, states);
            for states in states.chunks_mut(BLOCK * hidden) {
                pass.cancel.check()?;
                self.add_mlp(model, states);
            }
            Ok(())
        })
    }

    fn project(
        &self,
        model: &Decoder,
        rotary: &Rotary,
        first: usize,
        input: &[f32],
        out: &mut [f32],
    ) {
        let (kernels, shape) = (model.kernels, model.config.shape);
        let mut normed = vec![0.0; input.len()];
        self.before_attention.run_to(kernels, input, &mut normed);
        self.qkv.run(kernels, &normed, Epilogue::Store, out);
        for (at, row) in out.chunks_exact_mut(shape.stride()).enumerate() {
            let (queries, keys) = row.split_at_mut(shape.context());
            let keys = &mut keys[..shape.groups * shape.width];
            self.query_norm.run(kernels, queries);
            self.key_norm.run(kernels, keys);
            rotary.turn(first + at, queries);
            rotary.turn(first + at, keys);
        }
    }

    fn add_attention(&self, model: &Decoder, context: &[f32], states: &mut [f32]) {
        add(
            model.kernels,
            &self.attention_out,
            self.after_attention.as_ref(),
            context,
            states,
        );
    }

    fn add_mlp(&self, model: &Decoder, states: &mut [f32]) {
        let (kernels, intermediate) = (model.kernels, model.config.intermediate);
        let mut normed = vec![0.0; states.len()];
        self.before_mlp.run_to(kernels, states, &mut normed);
        let tokens = states.len() / model.config.hidden;
        let mut both = vec![0.0; tokens * 2 * intermediate];
        self.up.run(kernels, &normed, Epilogue::Store, &mut both);
        let mut inner = Vec::with_capacity(tokens * intermediate);
        for row in both.chunks_exact_mut(2 * intermediate) {
            let (gates, inputs) = row.split_at_mut(intermediate);
            model.config.activation.run(kernels, gates);
            inner.extend(gates.iter().zip(inputs).map(|(gate, value)| *gate * *value));
        }
        add(kernels, &self.down, self.after_mlp.as_ref(), &inner, states);
    }
}

/// Adds the product to `states`, through `norm` where there is one.
fn add(
    kernels: Kernels,
    linear: &Linear,
    norm: Option<&RmsNorm>,
    input: &[f32],
    states: &mut [f32],
) {
    let Some(norm) = norm else {
        linear.run(kernels, input, Epilogue::Add, states);
        return;
    };
    let mut product = vec![0.0; states.len()];
    linear.run(kernels, input, Epilogue::Store, &mut product);
    norm.run(kernels, &mut product);
    states
        .iter_mut()
        .zip(&product)
        .for_each(|(state, more)| *state += more);
}

/// The last token through one dense layer without bias, as transformers' generic heads of decoders have it.
///
/// # Errors
/// `ModelInvalid` naming the tensor that is missing or of another shape.
pub(crate) fn score(checkpoint: &Checkpoint<'_>, labels: usize) -> Result<Recipe> {
    let around = checkpoint.weights.under(PROBES)?.around();
    let hidden = checkpoint.config.count("hidden_size")?;
    Ok(Recipe {
        pooling: Pooling::Last,
        steps: vec![Step::dense(&around, "score", labels, hidden)?],
    })
}
