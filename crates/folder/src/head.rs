//! A head with its weights: from the hidden states of one row to its raw answer.

use signalbox_core::{Head, Task, pool_row};
use signalbox_encoder::Kernels;

use crate::step::Step;

/// What a head is, and what it does to the pooled state of a row, or to the state of each token.
pub struct HeadWeights {
    /// What the head is called, how it pools, and how wide its answer is.
    pub head: Head,
    /// One after the other; the last leaves rows of `head.width`.
    pub steps: Vec<Step>,
    /// The branch that it stands on, where that is not the model's own upper layers.
    pub branch: Option<String>,
}

impl HeadWeights {
    /// The answer for one row, whose `states` are `[tokens, width]`.
    #[must_use]
    pub fn answer(&self, kernels: Kernels, states: &[f32], width: usize) -> Vec<f32> {
        let rows = match self.head.task {
            Task::Embedding | Task::Sequence => pool_row(states, width, self.head.pooling),
            Task::Token => states.to_vec(),
        };
        let steps = self.steps.iter();
        steps.fold(rows, |rows, step| step.run(kernels, rows))
    }

    /// Memory that its weights take.
    pub fn bytes(&self) -> usize {
        self.steps.iter().map(Step::bytes).sum()
    }
}
