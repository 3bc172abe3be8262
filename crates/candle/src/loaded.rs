//! A model as it was loaded: the trunk, the heads on it, and the tower for images, if it has one.

use signalbox_base::{Code, Error, Result, model_invalid};
use signalbox_core::{
    Answer, Answers, Backend, Batch, Description, Head, Heads, ImageRecipe, Matrix, Pass, Pixels,
};
use signalbox_encoder::{Branches, Kernels};

use crate::head::HeadWeights;
use crate::trunk::Trunk;

/// The half of a dual encoder that reads images.
pub(crate) trait Images: Send + Sync {
    /// How images become pixels.
    fn recipe(&self) -> &ImageRecipe;

    /// Memory that the weights take.
    fn weight_bytes(&self) -> usize;

    /// `[images, dimensions]`, as wide as the answer of the embedding head, not yet of unit length.
    ///
    /// # Errors
    /// As `signalbox_core::Backend::run_images`.
    fn run(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix>;
}

/// What `Loaded` is made of.
pub(crate) struct Parts {
    /// `model_type`.
    pub(crate) architecture: String,
    /// The most tokens a row may have: what the trunk reads, or less where the folder says so.
    pub(crate) max_tokens: usize,
    pub(crate) trunk: Box<dyn Trunk>,
    /// At least one.
    pub(crate) heads: Vec<HeadWeights>,
    pub(crate) images: Option<Box<dyn Images>>,
    /// By name, in the order of their places.
    pub(crate) adapters: Vec<String>,
}

/// One model, ready to run.
pub(crate) struct Loaded {
    description: Description,
    /// The adapter that each head goes with, if any.
    owners: Vec<Option<u16>>,
    /// The branch that each head stands on, by its place.
    branches: Vec<usize>,
    kernels: Kernels,
    trunk: Box<dyn Trunk>,
    heads: Vec<HeadWeights>,
    images: Option<Box<dyn Images>>,
}

impl Loaded {
    /// # Errors
    /// `ModelInvalid` naming the head on a branch that does not exist.
    pub(crate) fn new(parts: Parts) -> Result<Self> {
        let branches = branches(&parts)?;
        let of_heads: usize = parts.heads.iter().map(HeadWeights::bytes).sum();
        let of_images = parts
            .images
            .as_ref()
            .map_or(0, |images| images.weight_bytes());
        let description = Description {
            architecture: parts.architecture,
            heads: parts.heads.iter().map(|head| head.head.clone()).collect(),
            max_tokens: parts.max_tokens.min(parts.trunk.max_tokens()),
            adapters: parts.adapters,
            images: parts.images.is_some(),
            batch_invariant: true,
            weight_bytes: parts.trunk.weight_bytes() + of_heads + of_images,
        };
        Ok(Self {
            owners: owners(&description),
            branches,
            description,
            kernels: Kernels::detect(),
            trunk: parts.trunk,
            heads: parts.heads,
            images: parts.images,
        })
    }

    /// The branches that these heads stand on.
    fn wanted(&self, heads: Heads) -> Branches {
        let branches = heads.places().filter_map(|place| self.branches.get(place));
        branches.copied().collect()
    }

    /// Refuses adapters that do not exist, and heads that were trained on another adapter than the row's.
    fn check(&self, batch: &Batch) -> Result<()> {
        for (row, (adapter, heads)) in batch.adapters().iter().zip(batch.heads()).enumerate() {
            let most = self.description.adapters.len();
            let fault = |expected: String, received: String| {
                Err(Error::new(
                    Code::InvalidInput,
                    format!("rows[{row}]"),
                    expected,
                    received,
                ))
            };
            if let Some(adapter) = adapter.filter(|adapter| usize::from(*adapter) >= most) {
                return fault(
                    format!("one of {most} adapters"),
                    format!("adapter {adapter}"),
                );
            }
            for place in heads.places() {
                let owner = self.owners.get(place).copied().flatten();
                if let Some(owner) = owner.filter(|owner| *adapter != Some(*owner)) {
                    let name = &self.description.adapters[usize::from(owner)];
                    let expected = format!("adapter {name} for the head of this name");
                    return fault(
                        expected,
                        adapter.map_or("none".to_owned(), |_| "another".to_owned()),
                    );
                }
            }
        }
        Ok(())
    }
}

/// The branch that each head stands on.
fn branches(parts: &Parts) -> Result<Vec<usize>> {
    let known = parts.trunk.branches();
    let place = |head: &HeadWeights| {
        let Some(name) = &head.branch else {
            return Ok(0);
        };
        let place = known.iter().position(|branch| branch.name == *name);
        place.map(|place| place + 1).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|branch| branch.name.as_str()).collect();
            let at = format!("heads.{}.branch", head.head.name);
            model_invalid(at, format!("one of {names:?}"), name.as_str())
        })
    };
    parts.heads.iter().map(place).collect()
}

/// The adapter that each head goes with: the one of its name.
fn owners(description: &Description) -> Vec<Option<u16>> {
    let owner = |head: &Head| {
        let place = description
            .adapters
            .iter()
            .position(|name| *name == head.name);
        place.and_then(|place| u16::try_from(place).ok())
    };
    description.heads.iter().map(owner).collect()
}

impl Backend for Loaded {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers> {
        self.check(batch)?;
        let mut answers: Answers = vec![Vec::new(); batch.len()];
        let width = self.trunk.width();
        let wanted: Vec<Branches> = batch
            .heads()
            .iter()
            .map(|heads| self.wanted(*heads))
            .collect();
        self.trunk
            .run_branches(batch, &wanted, pass, &mut |row, branch, states| {
                let heads = batch.heads()[row].places();
                for place in heads.filter(|place| self.branches.get(*place) == Some(&branch)) {
                    answers[row].push(Answer {
                        head: place,
                        values: self.heads[place].answer(self.kernels, states, width),
                    });
                }
                Ok(())
            })?;
        for answers in &mut answers {
            answers.sort_unstable_by_key(|answer| answer.head);
        }
        Ok(answers)
    }

    fn run_images(&self, pixels: &Pixels, pass: Pass<'_>) -> Result<Matrix> {
        let images = self.images.as_ref().ok_or_else(|| {
            let received = self.description.architecture.clone();
            Error::new(
                Code::CapabilityMissing,
                "image",
                "a model that takes images",
                received,
            )
        })?;
        images.run(pixels, pass)
    }

    fn image_recipe(&self) -> Option<&ImageRecipe> {
        self.images.as_ref().map(|images| images.recipe())
    }
}
