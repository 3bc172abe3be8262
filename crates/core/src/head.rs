//! What a model answers: embeddings, labels of whole texts, labels of tokens, each called a head.

use crate::Pooling;

/// What kind of answer a head gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// One vector a row, not yet of unit length: `[dimensions]`.
    Embedding,
    /// One logit a label: `[labels]`.
    Sequence,
    /// One logit a label for every token, special ones included: `[tokens, labels]`.
    Token,
}

/// How logits become probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Labels exclude each other.
    #[default]
    Softmax,
    /// Labels are independent of each other (`problem_type: multi_label_classification`).
    Sigmoid,
}

/// How the answers for the windows of one long text become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merge {
    /// The mean, each window weighing as many tokens as it has: what a text is about.
    #[default]
    Mean,
    /// The window that alarms most, that is, gives the first label the least: what guards want.
    Max,
}

/// One head of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// By what callers ask for it: `embedding`, `domain`, …; never empty.
    pub name: String,
    /// What it answers.
    pub task: Task,
    /// Names of the labels in the order of the logits; none for an embedding.
    pub labels: Vec<String>,
    /// From logits to probabilities.
    pub activation: Activation,
    /// From windows to the text.
    pub merge: Merge,
    /// How tokens become one vector; of no meaning to token heads.
    pub pooling: Pooling,
    /// Numbers of an embedding, or labels.
    pub width: usize,
    /// Whether its makers say that it is not good enough to rely on.
    pub experimental: bool,
}

/// Some heads of one model, by their place in its list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Heads(u64);

impl Heads {
    /// The most heads a model may have.
    pub const MOST: usize = 64;

    /// No head.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// With the head at `place` too.
    ///
    /// # Panics
    /// When `place` is not below `MOST`: a loader lets no such model pass.
    #[must_use]
    pub const fn with(self, place: usize) -> Self {
        assert!(place < Self::MOST, "a model has at most 64 heads");
        Self(self.0 | 1 << place)
    }

    /// Whether the head at `place` is one of them.
    #[must_use]
    pub const fn has(self, place: usize) -> bool {
        place < Self::MOST && self.0 >> place & 1 == 1
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that `other` lacks.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Their places, ascending.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::MOST).filter(move |place| self.has(*place))
    }

    /// As bits, the lowest being the first head.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl FromIterator<usize> for Heads {
    fn from_iter<Places: IntoIterator<Item = usize>>(places: Places) -> Self {
        places.into_iter().fold(Self::none(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_a_set() {
        let some: Heads = [0, 3, 63].into_iter().collect();
        assert!(some.places().eq([0, 3, 63]));
        assert!(some.has(3) && !some.has(1) && !some.has(64));
        assert_eq!(
            some.without(Heads::none().with(3)),
            [0, 63].into_iter().collect()
        );
        assert_eq!(some.union(Heads::none().with(1)).places().count(), 4);
        assert!(Heads::none().is_empty() && !some.is_empty());
    }
}
