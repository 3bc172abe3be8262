//! From the raw answers for the windows of a text to one answer a head.

use std::ops::Range;

use crate::span::{Span, is_outside, spans};
use crate::{Activation, Head, Merge, Task, normalise};

/// What a head says of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A vector of unit length.
    Embedding(Vec<f32>),
    /// A probability a label, 0..1.
    Labels(Vec<f32>),
    /// What was found, ascending and apart from each other.
    Spans(Vec<Span>),
}

impl Outcome {
    /// Memory it takes, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Embedding(values) | Self::Labels(values) => values.len() * size_of::<f32>(),
                Self::Spans(spans) => spans
                    .iter()
                    .map(|span| size_of::<Span>() + span.kind.len())
                    .sum(),
            }
    }
}

/// A text as it was tokenised: what merging needs to know of it.
#[derive(Clone, Copy)]
pub(crate) struct Source<'text> {
    pub(crate) text: &'text str,
    /// Where each token of the content lies in the text.
    pub(crate) places: &'text [Range<usize>],
    /// Where each window lies in the content.
    pub(crate) windows: &'text [Range<usize>],
    /// Tokens that stand before the content in every window.
    pub(crate) before: usize,
}

/// Merges `answers`, the raw values of `head` for each window.
pub(crate) fn merge(head: &Head, source: Source<'_>, answers: &[Vec<f32>]) -> Outcome {
    match head.task {
        Task::Embedding => Outcome::Embedding(embedding(source, answers)),
        Task::Sequence => Outcome::Labels(labels(head, source, answers)),
        Task::Token => Outcome::Spans(tokens(head, source, answers)),
    }
}

/// A window of no content weighs as one token: an empty text has an answer too.
#[expect(
    clippy::cast_precision_loss,
    reason = "a window has at most 512 tokens"
)]
fn weight(window: &Range<usize>) -> f32 {
    window.len().max(1) as f32
}

fn embedding(source: Source<'_>, answers: &[Vec<f32>]) -> Vec<f32> {
    if let [only] = answers {
        let mut vector = only.clone();
        normalise(&mut vector);
        return vector;
    }
    let unit = answers.iter().map(|answer| {
        let mut vector = answer.clone();
        normalise(&mut vector);
        vector
    });
    let mut vector = mean(source, unit);
    normalise(&mut vector);
    vector
}

fn labels(head: &Head, source: Source<'_>, answers: &[Vec<f32>]) -> Vec<f32> {
    let probabilities = answers
        .iter()
        .map(|logits| activate(head.activation, logits));
    match (head.merge, head.activation) {
        (Merge::Mean, _) => mean(source, probabilities),
        (Merge::Max, Activation::Softmax) => {
            let least = |left: &Vec<f32>, right: &Vec<f32>| left[0].total_cmp(&right[0]);
            probabilities.min_by(least).unwrap_or_default()
        }
        (Merge::Max, Activation::Sigmoid) => {
            let greater = |mut left: Vec<f32>, right: Vec<f32>| {
                left.iter_mut()
                    .zip(right)
                    .for_each(|(left, right)| *left = left.max(right));
                left
            };
            probabilities.reduce(greater).unwrap_or_default()
        }
    }
}

/// A token that several windows saw gets the answer of the one that is least sure that it is nothing.
fn tokens(head: &Head, source: Source<'_>, answers: &[Vec<f32>]) -> Vec<Span> {
    let width = head.width;
    let outside = head.labels.iter().position(|label| is_outside(label));
    let nothing = |row: &[f32]| outside.map_or(0.0, |label| row[label]);
    let mut merged = vec![f32::NAN; source.places.len() * width];
    for (window, logits) in source.windows.iter().zip(answers) {
        let content = logits
            .chunks_exact(width)
            .skip(source.before)
            .take(window.len());
        for (token, logits) in window.clone().zip(content) {
            let row = activate(head.activation, logits);
            let kept = &mut merged[token * width..(token + 1) * width];
            if kept[0].is_nan() || nothing(&row) < nothing(kept) {
                kept.copy_from_slice(&row);
            }
        }
    }
    spans(source.text, source.places, &merged, &head.labels)
}

fn mean(source: Source<'_>, rows: impl Iterator<Item = Vec<f32>>) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    let mut total = 0.0;
    for (row, window) in rows.zip(source.windows) {
        let weight = weight(window);
        sum.resize(row.len(), 0.0);
        sum.iter_mut()
            .zip(row)
            .for_each(|(sum, value)| *sum += weight * value);
        total += weight;
    }
    for sum in &mut sum {
        *sum /= total;
    }
    sum
}

/// Logits to probabilities.
pub(crate) fn activate(activation: Activation, logits: &[f32]) -> Vec<f32> {
    match activation {
        Activation::Sigmoid => logits
            .iter()
            .map(|logit| 1.0 / (1.0 + (-logit).exp()))
            .collect(),
        Activation::Softmax => {
            let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let raised: Vec<f32> = logits.iter().map(|logit| (logit - most).exp()).collect();
            let sum: f32 = raised.iter().sum();
            raised.iter().map(|value| value / sum).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pooling;

    fn head(task: Task, merge: Merge, labels: &[&str]) -> Head {
        Head {
            experimental: false,
            name: "head".to_owned(),
            task,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            activation: Activation::Softmax,
            merge,
            pooling: Pooling::Mean,
            width: labels.len().max(2),
        }
    }

    fn source<'text>(
        text: &'text str,
        places: &'text [Range<usize>],
        windows: &'text [Range<usize>],
    ) -> Source<'text> {
        Source {
            text,
            places,
            windows,
            before: 1,
        }
    }

    fn close(left: &[f32], right: &[f32]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn vectors_have_unit_length_and_weigh_by_tokens() {
        let head = head(Task::Embedding, Merge::Mean, &[]);
        let windows = [0..3, 2..3];
        let Outcome::Embedding(one) =
            merge(&head, source("", &[], &windows[..1]), &[vec![3.0, 4.0]])
        else {
            panic!("a vector")
        };
        assert!(close(&one, &[0.6, 0.8]));
        let answers = [vec![9.0, 0.0], vec![0.0, 5.0]];
        let Outcome::Embedding(two) = merge(&head, source("", &[], &windows), &answers) else {
            panic!("a vector")
        };
        let length = 10.0_f32.sqrt();
        assert!(close(&two, &[3.0 / length, 1.0 / length]), "{two:?}");
    }

    #[test]
    fn guards_take_the_worst_window_and_others_the_mean() {
        let windows = [0..2, 1..3];
        let answers = [vec![4.0_f32.ln(), 0.0], vec![0.0, 4.0_f32.ln()]];
        let table = [(Merge::Mean, [0.5, 0.5]), (Merge::Max, [0.2, 0.8])];
        for (how, expected) in table {
            let head = head(Task::Sequence, how, &["benign", "jailbreak"]);
            let Outcome::Labels(found) = merge(&head, source("", &[], &windows), &answers) else {
                panic!("labels")
            };
            assert!(close(&found, &expected), "{how:?}: {found:?}");
        }
        let mut independent = head(Task::Sequence, Merge::Max, &["a", "b"]);
        independent.activation = Activation::Sigmoid;
        let answers = [vec![0.0, -3.0], vec![-3.0, 0.0]];
        let Outcome::Labels(found) = merge(&independent, source("", &[], &windows), &answers)
        else {
            panic!("labels")
        };
        assert!(close(&found, &[0.5, 0.5]));
    }

    #[test]
    fn what_any_window_found_is_found_once() {
        let head = head(Task::Token, Merge::Mean, &["O", "B-NAME"]);
        let places = [0..3, 4..7, 8..11];
        let windows = [0..2, 1..3];
        // A special token before and after each window.
        let answers = [
            vec![0.0, 0.0, 5.0, 0.0, 5.0, 0.0, 0.0, 0.0],
            vec![0.0, 0.0, 0.0, 5.0, 5.0, 0.0, 0.0, 0.0],
        ];
        let Outcome::Spans(found) =
            merge(&head, source("and Ada ran", &places, &windows), &answers)
        else {
            panic!("spans")
        };
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].start, found[0].end, found[0].kind.as_str()),
            (4, 7, "NAME")
        );
    }
}
