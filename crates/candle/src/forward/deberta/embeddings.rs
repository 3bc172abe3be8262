//! Words, and absolute positions and types where a model has them, through a norm.

use signalbox_base::{Code, Error, Result};
use signalbox_core::{Batch, Precision};
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::Epilogue;

use super::config::Config;
use crate::forward::linear::{Linear, Plain};
use crate::forward::norm::LayerNorm;

pub(crate) struct Embeddings {
    width: usize,
    words: Vec<f32>,
    positions: Option<Vec<f32>>,
    types: Vec<f32>,
    /// From the width of the tables to that of the layers.
    project: Option<Linear>,
    norm: LayerNorm,
}

impl Embeddings {
    pub(crate) fn read(source: &dyn WeightSource, config: &Config) -> Result<Self> {
        let width = config.embedding;
        let table =
            |name: &str, rows| read(source, &format!("embeddings.{name}.weight"), &[rows, width]);
        let projected = (width != config.hidden)
            .then(|| Plain::read(source, "embeddings.embed_proj", false, config.hidden, width));
        let positions = config
            .absolute
            .then(|| table("position_embeddings", config.positions));
        Ok(Self {
            width,
            words: table("word_embeddings", config.vocabulary)?,
            positions: positions.transpose()?,
            types: if config.types > 0 {
                table("token_type_embeddings", config.types)?
            } else {
                Vec::new()
            },
            project: projected
                .transpose()?
                .map(|plain| plain.pack(Precision::F32)),
            norm: LayerNorm::read(
                source,
                "embeddings.LayerNorm",
                config.hidden,
                config.epsilon,
            )?,
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        let tables =
            self.words.len() + self.types.len() + self.positions.as_ref().map_or(0, Vec::len);
        tables * size_of::<f32>() + self.project.as_ref().map_or(0, Linear::bytes)
    }

    /// Refuses types beyond the table; a model without one reads any.
    pub(crate) fn check_types(&self, batch: &Batch) -> Result<()> {
        let (Some(types), known) = (batch.types(), self.types.len() / self.width) else {
            return Ok(());
        };
        for (number, range) in batch.ranges().enumerate() {
            let odd = types[range]
                .iter()
                .find(|kind| known > 0 && usize::from(**kind) >= known);
            if let Some(odd) = odd {
                let at = format!("rows[{number}]");
                return Err(Error::new(
                    Code::InvalidInput,
                    at,
                    format!("types below {known}"),
                    odd.to_string(),
                ));
            }
        }
        Ok(())
    }

    /// The states of one row, `[tokens, hidden]`.
    pub(crate) fn run(&self, kernels: Kernels, ids: &[u32], types: Option<&[u8]>) -> Vec<f32> {
        let width = self.width;
        let at = |row: usize| row * width..(row + 1) * width;
        let mut states = vec![0.0; ids.len() * width];
        for (token, (out, id)) in states.chunks_exact_mut(width).zip(ids).enumerate() {
            out.copy_from_slice(&self.words[at(*id as usize)]);
            let kind = types.map_or(0, |types| usize::from(types[token]));
            let position = self.positions.as_ref().map(|table| &table[at(token)]);
            let kind = (!self.types.is_empty()).then(|| &self.types[at(kind)]);
            for more in position.into_iter().chain(kind) {
                out.iter_mut()
                    .zip(more)
                    .for_each(|(out, more)| *out += more);
            }
        }
        if let Some(project) = &self.project {
            let mut wide = vec![0.0; ids.len() * project.outputs()];
            project.run(kernels, &states, Epilogue::Store, &mut wide);
            states = wide;
        }
        self.norm.run(kernels, &mut states);
        states
    }
}
