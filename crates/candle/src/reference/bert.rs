//! The BERT encoder (Devlin et al. 2019, section 3), one row at a time, so that nothing is padded and no row sees another.

use candle_core::{Device, Tensor};
use signalbox_base::Result;
use signalbox_core::{Batch, Cancel, Pass};
use signalbox_encoder::{Config, Family, WeightSource};

use super::layers::{LayerNorm, Linear, activated, internal, softmax, tensor};
use crate::activation::Activation;
use crate::trunk::{Trunk, check_rows};

/// A loaded BERT encoder.
pub(crate) struct Bert {
    config: Config,
    words: Tensor,
    positions: Tensor,
    types: Tensor,
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
    pub(crate) fn load(
        config: Config,
        activation: Activation,
        source: &dyn WeightSource,
    ) -> Result<Self> {
        config.check()?;
        let hidden = config.hidden;
        let (types, first) = match &config.family {
            Family::Bert(bert) => (bert.types, bert.first_position),
            Family::Modern(_) => (1, 0),
        };
        let table = |name: &str, rows| {
            tensor(
                source,
                &format!("embeddings.{name}.weight"),
                &[rows, hidden],
            )
        };
        let positions = table("position_embeddings", config.positions + first)?;
        let bert = Self {
            words: table("word_embeddings", config.vocabulary)?,
            positions: positions
                .narrow(0, first, config.positions)
                .map_err(internal)?,
            types: table("token_type_embeddings", types)?,
            norm: LayerNorm::load(
                source,
                "embeddings.LayerNorm",
                hidden,
                f64::from(config.norm_epsilon),
            )?,
            layers: (0..config.layers)
                .map(|number| Layer::load(source, number, &config, activation))
                .collect::<Result<_>>()?,
            config,
        };
        Ok(bert)
    }

    fn row(&self, ids: &[u32], types: Option<&[u8]>, cancel: &Cancel) -> Result<Vec<f32>> {
        let mut states = self.embed(ids, types).map_err(internal)?;
        for layer in &self.layers {
            cancel.check()?;
            states = layer.forward(&states).map_err(internal)?;
        }
        states
            .flatten_all()
            .and_then(|flat| flat.to_vec1())
            .map_err(internal)
    }

    fn embed(&self, ids: &[u32], types: Option<&[u8]>) -> candle_core::Result<Tensor> {
        let words = self.words.embedding(&Tensor::new(ids, &Device::Cpu)?)?;
        let placed = (words + self.positions.narrow(0, 0, ids.len())?)?;
        let types: Vec<u32> = match types {
            Some(types) if self.types.dim(0)? > 1 => types.iter().copied().map(u32::from).collect(),
            _ => vec![0; ids.len()],
        };
        let types = self.types.embedding(&Tensor::new(types, &Device::Cpu)?)?;
        self.norm.forward(&(placed + types)?)
    }
}

impl Trunk for Bert {
    fn width(&self) -> usize {
        self.config.hidden
    }

    fn max_tokens(&self) -> usize {
        self.config.positions
    }

    fn weight_bytes(&self) -> usize {
        let layers = self.layers.iter().map(Layer::numbers).sum::<usize>();
        let tables = [&self.words, &self.positions, &self.types];
        let tables: usize = tables.iter().map(|table| table.elem_count()).sum();
        (tables + layers + 2 * self.config.hidden) * size_of::<f32>()
    }

    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()> {
        check_rows(batch, self.config.vocabulary, self.config.positions)?;
        for (number, range) in batch.ranges().enumerate() {
            let types = batch.types().map(|types| &types[range.clone()]);
            let states = self.row(&batch.ids()[range], types, pass.cancel)?;
            each(number, &states)?;
        }
        Ok(())
    }
}

impl Layer {
    fn load(
        source: &dyn WeightSource,
        number: usize,
        config: &Config,
        activation: Activation,
    ) -> Result<Self> {
        let (hidden, intermediate) = (config.hidden, config.intermediate);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let linear =
            |part: &str, inputs, outputs| Linear::load(source, &name(part), inputs, outputs);
        let norm = |part: &str| {
            LayerNorm::load(source, &name(part), hidden, f64::from(config.norm_epsilon))
        };
        Ok(Self {
            query: linear("attention.self.query", hidden, hidden)?,
            key: linear("attention.self.key", hidden, hidden)?,
            value: linear("attention.self.value", hidden, hidden)?,
            attended: linear("attention.output.dense", hidden, hidden)?,
            attended_norm: norm("attention.output.LayerNorm")?,
            inner: linear("intermediate.dense", hidden, intermediate)?,
            outer: linear("output.dense", intermediate, hidden)?,
            outer_norm: norm("output.LayerNorm")?,
            heads: config.heads,
            activation,
        })
    }

    fn numbers(&self) -> usize {
        let linears = [
            &self.query,
            &self.key,
            &self.value,
            &self.attended,
            &self.inner,
            &self.outer,
        ];
        let norms = [&self.attended_norm, &self.outer_norm];
        linears.iter().map(|linear| linear.numbers()).sum::<usize>()
            + norms.iter().map(|norm| norm.numbers()).sum::<usize>()
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
