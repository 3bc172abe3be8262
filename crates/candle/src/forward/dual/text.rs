//! The half of a dual encoder that reads texts.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_core::{Batch, Pass, Precision};
use signalbox_encoder::{Kernels, WeightSource, read};

use crate::forward::norm::LayerNorm;
use crate::forward::rows::each_row;
use crate::forward::tower::{Config, Tower};
use crate::trunk::{Trunk, check_rows};

/// The name of its tensors.
const AT: &str = "text_model";

/// Which token a text is pooled by; the states end with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The first of this id; the first token of all where there is none, as transformers has it.
    First(u32),
    /// The first of the greatest id, as CLIP was published.
    Greatest,
    /// The last of a row filled up with this id: `SigLIP` was trained on rows of one length.
    Filled(u32),
}

/// Sizes beyond those of its layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) vocabulary: usize,
    pub(crate) positions: usize,
    pub(crate) ending: Ending,
}

/// A loaded half.
pub(crate) struct Text {
    sizes: Sizes,
    hidden: usize,
    kernels: Kernels,
    words: Vec<f32>,
    places: Vec<f32>,
    tower: Tower,
    last: LayerNorm,
}

impl Text {
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn read(
        source: &dyn WeightSource,
        config: Config,
        sizes: Sizes,
        precision: Precision,
    ) -> Result<Self> {
        let hidden = config.hidden;
        let table = |name: &str, rows| {
            read(
                source,
                &format!("{AT}.embeddings.{name}.weight"),
                &[rows, hidden],
            )
        };
        Ok(Self {
            sizes,
            hidden,
            kernels: Kernels::detect(),
            words: table("token_embedding", sizes.vocabulary)?,
            places: table("position_embedding", sizes.positions)?,
            tower: Tower::read(source, AT, config, precision)?,
            last: LayerNorm::read(
                source,
                &format!("{AT}.final_layer_norm"),
                hidden,
                config.epsilon,
            )?,
        })
    }

    fn row(&self, ids: &[u32], pass: Pass<'_>) -> Result<Vec<f32>> {
        let (ids, end) = self.ended(ids);
        let word = |id: &u32| &self.words[*id as usize * self.hidden..][..self.hidden];
        let mut states: Vec<f32> = ids.iter().flat_map(word).copied().collect();
        states
            .iter_mut()
            .zip(&self.places)
            .for_each(|(state, place)| *state += place);
        self.tower.run(self.kernels, pass, &mut states)?;
        self.last.run(self.kernels, &mut states);
        states.truncate(end * self.hidden);
        Ok(states)
    }

    /// The ids to run, and how many of their states count.
    fn ended(&self, ids: &[u32]) -> (Vec<u32>, usize) {
        let mut ids = ids.to_vec();
        let first = |wanted: u32| ids.iter().position(|id| *id == wanted).unwrap_or(0) + 1;
        let end = match self.sizes.ending {
            Ending::First(end) => first(end),
            Ending::Greatest => first(ids.iter().copied().max().unwrap_or_default()),
            Ending::Filled(with) => {
                ids.resize(self.sizes.positions, with);
                self.sizes.positions
            }
        };
        (ids, end)
    }
}

impl Trunk for Text {
    fn width(&self) -> usize {
        self.hidden
    }

    fn max_tokens(&self) -> usize {
        self.sizes.positions
    }

    fn weight_bytes(&self) -> usize {
        self.tower.bytes() + (self.words.len() + self.places.len()) * size_of::<f32>()
    }

    fn run(
        &self,
        batch: &Batch,
        pass: Pass<'_>,
        each: &mut dyn FnMut(usize, &[f32]) -> Result<()>,
    ) -> Result<()> {
        check_rows(batch, self.sizes.vocabulary, self.sizes.positions)?;
        let row = |tokens: Range<usize>, threads| {
            self.row(&batch.ids()[tokens], Pass { threads, ..pass })
        };
        each_row(batch, pass, &row, each)
    }
}
