//! The trained weights: packed into the binary, read in place.

use std::sync::LazyLock;

use super::features::{Gram, LONGEST};
use super::languages::{GROUPS, Group};
use super::shape;

static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::new(include_bytes!("../../data/languages.model")));

/// The most classes a group may have.
const MOST: usize = 64;

/// Bytes of the file not read yet.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, length: usize) -> &'static [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn number(&mut self) -> f32 {
        let bytes = self.take(size_of::<f32>());
        f32::from_le_bytes(bytes.try_into().expect("four bytes were taken"))
    }
}

/// Prose or code, and the languages of every group.
pub(super) struct Model {
    scale: f32,
    bias: f32,
    shapes: &'static [u8],
    groups: Vec<GroupModel>,
}

/// The languages of one script.
pub(super) struct GroupModel {
    pub(super) group: &'static Group,
    scale: f32,
    fingerprints: &'static [u8],
    weights: &'static [u8],
}

impl Model {
    /// The model of this binary.
    pub(super) fn get() -> &'static Self {
        &MODEL
    }

    fn new(packed: &'static [u8]) -> Self {
        let mut reader = Reader(packed);
        let (scale, bias) = (reader.number(), reader.number());
        let shapes = reader.take(1 << shape::BITS);
        let groups = GROUPS.iter().map(|group| GroupModel {
            group,
            scale: reader.number(),
            fingerprints: reader.take(1 << group.bits),
            weights: reader.take(((1 << group.bits) + LONGEST) * group.width()),
        });
        let model = Self {
            scale,
            bias,
            shapes,
            groups: groups.collect(),
        };
        assert!(
            reader.0.is_empty(),
            "the model was trained for other tables"
        );
        model
    }

    /// Adds the n-grams of a line's shape to a sum.
    pub(super) fn add_shape(&self, line: &str, sum: &mut ShapeSum) {
        shape::rows(line, |row| {
            sum.weights += i32::from(self.shapes[row].cast_signed());
            sum.count += 1;
        });
    }

    /// The probability that what was summed is prose and no code.
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of at most some thousand bytes"
    )]
    pub(super) fn prose(&self, sum: ShapeSum) -> f32 {
        let logit = sum.weights as f32 * self.scale / (sum.count.max(1) as f32).sqrt() + self.bias;
        1.0 / (1.0 + (-logit).exp())
    }

    pub(super) fn groups(&self) -> &[GroupModel] {
        &self.groups
    }
}

/// Weights of the shapes seen so far.
#[derive(Clone, Copy, Default)]
pub(super) struct ShapeSum {
    weights: i32,
    count: u32,
}

impl ShapeSum {
    pub(super) const fn add(&mut self, other: Self) {
        self.weights += other.weights;
        self.count += other.count;
    }
}

/// Weights of the n-grams seen so far, by class: gibberish, then the languages of the group.
pub(super) struct GramSum {
    weights: [i32; MOST],
    /// What was added since `weights` was, in numbers half as wide.
    recent: [i16; MOST],
    recent_count: u32,
    /// N-grams without a row of their own, by length.
    unknown: [i32; LONGEST],
    count: u32,
}

impl GramSum {
    /// So many bytes fit into 16 bits.
    const RECENT: u32 = 255;

    pub(super) const fn new() -> Self {
        Self {
            weights: [0; MOST],
            recent: [0; MOST],
            recent_count: 0,
            unknown: [0; LONGEST],
            count: 0,
        }
    }

    fn add(&mut self, row: &[u8]) {
        let sums = self.recent.chunks_exact_mut(8).zip(row.chunks_exact(8));
        for (sums, weights) in sums {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i16::from(weight.cast_signed());
            }
        }
        self.recent_count += 1;
        if self.recent_count == Self::RECENT {
            self.settle();
        }
    }

    fn settle(&mut self) {
        for (sum, recent) in self.weights.iter_mut().zip(&mut self.recent) {
            *sum += i32::from(std::mem::take(recent));
        }
        self.recent_count = 0;
    }
}

impl GroupModel {
    /// Adds an n-gram.
    #[inline]
    pub(super) fn add(&self, gram: Gram, sum: &mut GramSum) {
        sum.count += 1;
        let (rows, fingerprint) = gram.places(self.group.bits);
        for row in rows {
            if self.fingerprints[row] == fingerprint {
                return sum.add(self.row(row));
            }
        }
        sum.unknown[gram.length - 1] += 1;
    }

    fn row(&self, row: usize) -> &'static [u8] {
        let width = self.group.width();
        &self.weights[row * width..(row + 1) * width]
    }

    /// Adds what n-grams without a row share; their rows stand behind the others.
    fn finish(&self, sum: &mut GramSum) {
        sum.settle();
        for (row, times) in (self.fingerprints.len()..).zip(sum.unknown) {
            for (sum, weight) in sum.weights.iter_mut().zip(self.row(row)) {
                *sum += i32::from(weight.cast_signed()) * times;
            }
        }
    }

    /// The probability of every class, gibberish first; `favour` is added to each class's logit.
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of at most some thousand bytes"
    )]
    pub(super) fn probabilities(&self, mut sum: GramSum, favour: impl Fn(&str) -> f32) -> Vec<f32> {
        self.finish(&mut sum);
        let factor = self.scale / (sum.count.max(1) as f32).sqrt();
        let languages = self.group.languages.iter().map(|language| favour(language));
        let mut all: Vec<f32> = std::iter::once(0.0)
            .chain(languages)
            .zip(&sum.weights)
            .map(|(favour, weight)| (*weight as f32).mul_add(factor, favour))
            .collect();
        let most = all.iter().copied().fold(f32::MIN, f32::max);
        let total: f32 = all
            .iter_mut()
            .map(|logit| {
                *logit = (*logit - most).exp();
                *logit
            })
            .sum();
        for probability in &mut all {
            *probability /= total;
        }
        all
    }
}
