//! One layer: attention to contents and positions, then the feed-forward part, a norm after each.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Pass, Precision};
use signalbox_encoder::{Kernels, WeightSource};
use signalbox_simd::Epilogue;

use super::config::{Config, Relative};
use super::position::{Disentangled, Places, Projected};
use crate::activation::Activation;
use crate::forward::attention::{Bias, Row, Shape, Sight};
use crate::forward::linear::{Linear, Plain};
use crate::forward::norm::LayerNorm;
use crate::forward::rows::split;

pub(crate) struct Layer {
    shape: Shape,
    /// Queries, divided by the scale already, keys, values.
    qkv: Linear,
    position_keys: Option<Projected>,
    position_queries: Option<Projected>,
    attention_out: Linear,
    after_attention: LayerNorm,
    up: Linear,
    activation: Activation,
    down: Linear,
    after_mlp: LayerNorm,
}

/// What all layers are read by.
pub(crate) struct ReadLayers<'load> {
    pub(crate) source: &'load dyn WeightSource,
    pub(crate) config: &'load Config,
    /// See `position::table`.
    pub(crate) table: Option<&'load [f32]>,
    pub(crate) kernels: Kernels,
    pub(crate) precision: Precision,
}

impl ReadLayers<'_> {
    pub(crate) fn layer(&self, number: usize) -> Result<Layer> {
        let Self {
            source,
            config,
            precision,
            ..
        } = *self;
        let (hidden, at) = (config.hidden, format!("encoder.layer.{number}"));
        let linear = |name: &str, outputs, depth| {
            Plain::read(source, &format!("{at}.{name}"), true, outputs, depth)
        };
        let norm = |name: &str| {
            LayerNorm::read(
                source,
                &format!("{at}.{name}.LayerNorm"),
                hidden,
                config.epsilon,
            )
        };
        let attention = |name: &str| linear(&format!("attention.self.{name}"), hidden, hidden);
        let query = attention("query_proj")?.scale(1.0 / config.scale);
        let key = attention("key_proj")?;
        let relative = config.relative.as_ref();
        let project = |relative: &Relative, shared: &Plain, own: &str, scale: f32| {
            if relative.shared {
                return Ok(self.project(shared));
            }
            Ok(self.project(&attention(own)?.scale(scale)))
        };
        let keys = relative.filter(|relative| relative.content_to_position);
        let queries = relative.filter(|relative| relative.position_to_content);
        let keys = keys.map(|relative| project(relative, &key, "pos_key_proj", 1.0));
        let queries =
            queries.map(|relative| project(relative, &query, "pos_query_proj", 1.0 / config.scale));
        Ok(Layer {
            shape: config.shape,
            position_keys: keys.transpose()?,
            position_queries: queries.transpose()?,
            qkv: query
                .stack(key)
                .stack(attention("value_proj")?)
                .pack(precision),
            attention_out: linear("attention.output.dense", hidden, hidden)?.pack(precision),
            after_attention: norm("attention.output")?,
            up: linear("intermediate.dense", config.intermediate, hidden)?.pack(precision),
            activation: config.activation,
            down: linear("output.dense", hidden, config.intermediate)?.pack(precision),
            after_mlp: norm("output")?,
        })
    }

    fn project(&self, plain: &Plain) -> Projected {
        let linear = plain.pack(Precision::F32);
        Projected::new(
            self.kernels,
            &linear,
            self.table.unwrap_or_default(),
            self.config.shape,
        )
    }
}

impl Layer {
    pub(crate) fn bytes(&self) -> usize {
        let linear = [&self.qkv, &self.attention_out, &self.up, &self.down];
        let positions = [&self.position_keys, &self.position_queries];
        let positions: usize = positions
            .iter()
            .filter_map(|part| part.as_ref())
            .map(Projected::bytes)
            .sum();
        linear.map(Linear::bytes).iter().sum::<usize>() + positions
    }

    /// Replaces `states`, `[tokens, hidden]`, by what this layer makes of them.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn run(
        &self,
        kernels: Kernels,
        pass: Pass<'_>,
        places: Option<&Places>,
        states: &mut [f32],
    ) -> Result<()> {
        let (hidden, stride) = (self.shape.context(), self.shape.stride());
        let mut qkv = vec![0.0; states.len() / hidden * stride];
        split(pass.threads, stride, &mut qkv, &|tokens, out| {
            pass.cancel.check()?;
            let input = &states[tokens.start * hidden..tokens.end * hidden];
            self.qkv.run(kernels, input, Epilogue::Store, out);
            Ok(())
        })?;
        let row = Row {
            kernels,
            shape: self.shape,
            sight: Sight::ALL,
            qkv: &qkv,
        };
        split(pass.threads, hidden, states, &|tokens, states| {
            pass.cancel.check()?;
            let context = self.attend(&row, places, &tokens);
            pass.cancel.check()?;
            self.transform(kernels, &context, states);
            Ok(())
        })
    }

    fn attend(&self, row: &Row<'_>, places: Option<&Places>, queries: &Range<usize>) -> Vec<f32> {
        let mut out = vec![0.0; queries.len() * self.shape.context()];
        let mut bias = places.map(|places| Disentangled {
            kernels: row.kernels,
            places,
            keys: self.position_keys.as_ref(),
            queries: self.position_queries.as_ref(),
            head: 0,
            by_key: Vec::new(),
            by_query: Vec::new(),
        });
        let bias = bias.as_mut().map(|bias| -> &mut dyn Bias { bias });
        row.attend(queries, bias, &mut out);
        out
    }

    fn transform(&self, kernels: Kernels, context: &[f32], states: &mut [f32]) {
        self.attention_out
            .run(kernels, context, Epilogue::Add, states);
        self.after_attention.run(kernels, states);
        let mut inner = vec![0.0; states.len() / self.shape.context() * self.up.outputs()];
        let fused = self.activation == Activation::Gelu;
        let epilogue = if fused {
            Epilogue::Gelu
        } else {
            Epilogue::Store
        };
        self.up.run(kernels, states, epilogue, &mut inner);
        if !fused {
            self.activation.run(kernels, &mut inner);
        }
        self.down.run(kernels, &inner, Epilogue::Add, states);
        self.after_mlp.run(kernels, states);
    }
}
