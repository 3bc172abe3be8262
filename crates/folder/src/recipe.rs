//! What stands between hidden states and the answer of a head.

use signalbox_core::Pooling;

use crate::step::Step;

/// How a row becomes one vector, and what is done to it. Of a token head only the steps count.
pub struct Recipe {
    /// From tokens to one vector.
    pub pooling: Pooling,
    /// One after the other.
    pub steps: Vec<Step>,
}

impl Recipe {
    /// The mean of the hidden states, as it is: what most encoders are trained with.
    #[must_use]
    pub const fn mean() -> Self {
        Self {
            pooling: Pooling::Mean,
            steps: Vec::new(),
        }
    }
}
