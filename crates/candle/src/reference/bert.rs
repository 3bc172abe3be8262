//! The BERT encoder (Devlin et al. 2019, section 3), one row at a time, so that nothing is padded and no row sees another.

use candle_core::{Device, Tensor};
use signalbox_base::{Code, Error, Result};
use signalbox_core::{Backend, Batch, Cancel, Matrix, Output};

use super::layers::{LayerNorm, Linear, softmax};
use super::weights::{Weights, internal};
use crate::config::{Activation, Config};

/// A tensor that every BERT checkpoint has.
pub(crate) const PROBE: &str = "embeddings.word_embeddings.weight";

/// A loaded BERT encoder.
pub(crate) struct Bert {
    config: Config,
    words: Tensor,
    positions: Tensor,
    kind: Tensor,
    norm: LayerNorm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: LayerNorm,
    inner: Linear,
    outer: Linear,
    outer_norm: LayerNorm,
    heads: usize,
    activation: Activation,
}

impl Bert {
    /// Takes the tensors that `config` asks for.
    ///
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing or has another shape.
    pub(crate) fn load(config: Config, weights: &Weights<'_>) -> Result<Self> {
        let Config {
            hidden, epsilon, ..
        } = config;
        let kinds = weights.tensor(
            "embeddings.token_type_embeddings.weight",
            &[config.types, hidden],
        )?;
        Ok(Self {
            config,
            words: weights.tensor(PROBE, &[config.vocabulary, hidden])?,
            positions: weights.tensor(
                "embeddings.position_embeddings.weight",
                &[config.positions, hidden],
            )?,
            kind: kinds.narrow(0, 0, 1).map_err(internal)?,
            norm: LayerNorm::load(weights, "embeddings.LayerNorm", hidden, epsilon)?,
            layers: (0..config.layers)
                .map(|number| Layer::load(weights, number, &config))
                .collect::<Result<_>>()?,
        })
    }

    fn row(&self, ids: &[u32], cancel: &Cancel) -> Result<Vec<f32>> {
        let mut states = self.embed(ids).map_err(internal)?;
        for layer in &self.layers {
            cancel.check()?;
            states = layer.forward(&states).map_err(internal)?;
        }
        states
            .flatten_all()
            .and_then(|flat| flat.to_vec1())
            .map_err(internal)
    }

    fn embed(&self, ids: &[u32]) -> candle_core::Result<Tensor> {
        let words = self.words.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        let placed = (words + self.positions.narrow(0, 0, ids.len())?)?;
        self.norm.forward(&placed.broadcast_add(&self.kind)?)
    }

    fn check(&self, number: usize, ids: &[u32]) -> Result<()> {
        let at = || format!("rows[{number}]");
        if ids.len() > self.config.positions {
            let expected = format!("at most {} tokens", self.config.positions);
            return Err(Error::new(
                Code::InvalidInput,
                at(),
                expected,
                format!("{} tokens", ids.len()),
            ));
        }
        match ids
            .iter()
            .find(|id| **id as usize >= self.config.vocabulary)
        {
            Some(id) => Err(Error::new(
                Code::InvalidInput,
                at(),
                format!("ids below {}", self.config.vocabulary),
                id.to_string(),
            )),
            None => Ok(()),
        }
    }
}

impl Backend for Bert {
    fn run(&self, input: &Batch, cancel: &Cancel) -> Result<Output> {
        let mut values = Vec::with_capacity(input.ids().len() * self.config.hidden);
        for (number, ids) in input.rows().enumerate() {
            self.check(number, ids)?;
            values.extend(self.row(ids, cancel)?);
        }
        Ok(Output::Hidden(Matrix {
            values,
            width: self.config.hidden,
        }))
    }

    fn architecture(&self) -> &'static str {
        "bert"
    }

    fn max_tokens(&self) -> usize {
        self.config.positions
    }

    fn dimensions(&self) -> usize {
        self.config.hidden
    }
}

/// Elementwise, as transformers' `ACT2FN` defines these names.
pub(super) fn activated(input: &Tensor, activation: Activation) -> candle_core::Result<Tensor> {
    match activation {
        Activation::Gelu => input.gelu_erf(),
        Activation::GeluTanh => input.gelu(),
        Activation::Relu => input.relu(),
        Activation::Silu => input.silu(),
    }
}

impl Layer {
    fn load(weights: &Weights<'_>, number: usize, config: &Config) -> Result<Self> {
        let Config {
            hidden,
            intermediate,
            epsilon,
            heads,
            activation,
            ..
        } = *config;
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let square = |part: &str| Linear::load(weights, &name(part), hidden, hidden);
        Ok(Self {
            query: square("attention.self.query")?,
            key: square("attention.self.key")?,
            value: square("attention.self.value")?,
            attended: square("attention.output.dense")?,
            attended_norm: LayerNorm::load(
                weights,
                &name("attention.output.LayerNorm"),
                hidden,
                epsilon,
            )?,
            inner: Linear::load(weights, &name("intermediate.dense"), hidden, intermediate)?,
            outer: Linear::load(weights, &name("output.dense"), intermediate, hidden)?,
            outer_norm: LayerNorm::load(weights, &name("output.LayerNorm"), hidden, epsilon)?,
            heads,
            activation,
        })
    }

    /// `[tokens, hidden]` in and out.
    fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let attended = self.attended.forward(&self.attend(input)?)?;
        let middle = self.attended_norm.forward(&(attended + input)?)?;
        let inner = activated(&self.inner.forward(&middle)?, self.activation)?;
        let outer = self.outer.forward(&inner)?;
        self.outer_norm.forward(&(outer + middle)?)
    }

    fn attend(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        let (tokens, hidden) = input.dims2()?;
        let size = hidden / self.heads;
        let split = |tensor: Tensor| {
            tensor
                .reshape((tokens, self.heads, size))?
                .transpose(0, 1)?
                .contiguous()
        };
        let query = split(self.query.forward(input)?)?;
        let key = split(self.key.forward(input)?)?;
        let value = split(self.value.forward(input)?)?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "the size of a head is far below 2^52"
        )]
        let scale = (size as f64).sqrt().recip();
        let weights = softmax(&(query.matmul(&key.t()?)? * scale)?)?;
        weights
            .matmul(&value)?
            .transpose(0, 1)?
            .reshape((tokens, hidden))
    }
}
