//! Nearest neighbours by cosine: the scores that stored embeddings had, averaged over those most like the query.

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Kernels, PackedF32};

use crate::entry::Entry;
use crate::tensor::Matrix;
use crate::weights::Budget;

/// How much each neighbour counts.
#[derive(Clone, Copy)]
enum Weighting {
    Uniform,
    /// By the softmax of similarity over temperature.
    Similarity,
}

const WEIGHTINGS: [(&str, Weighting); 2] = [
    ("uniform", Weighting::Uniform),
    ("similarity", Weighting::Similarity),
];

pub(crate) struct Knn {
    /// Of unit length.
    embeddings: PackedF32,
    scores: Matrix,
    k: usize,
    /// None: uniform.
    temperature: Option<f64>,
}

impl Knn {
    pub(crate) fn read(
        entry: &Entry<'_>,
        dimensions: usize,
        models: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let fields = entry.fields(&["k", "weighting", "temperature", "embeddings", "scores"])?;
        let weighting = fields
            .required("weighting", "uniform or similarity")?
            .word(&WEIGHTINGS)?;
        let temperature = match weighting {
            Weighting::Uniform => {
                fields.absent("temperature", "where the weighting is uniform")?;
                None
            }
            Weighting::Similarity => Some(f64::from(
                fields
                    .required("temperature", "a number above 0")?
                    .positive()?,
            )),
        };
        let entry = fields.required("embeddings", "numbers [rows, dimensions]")?;
        let mut embeddings = entry.matrix(None, dimensions)?;
        for (row, vector) in embeddings.values.chunks_exact_mut(dimensions).enumerate() {
            if !normalise(vector) {
                return Err(entry.fault("vectors that are not zero", format!("one in row {row}")));
            }
        }
        let k_entry = fields.required("k", "a whole number from 1")?;
        let k = k_entry.count()?;
        if k > embeddings.rows {
            return Err(k_entry.fault(
                format!("at most the {} rows of embeddings", embeddings.rows),
                k.to_string(),
            ));
        }
        let scores = fields.required("scores", "numbers [rows, models]")?;
        Ok(Self {
            scores: budget.keep(&scores, scores.matrix(Some(embeddings.rows), models)?)?,
            embeddings: budget.pack(&entry, &embeddings, None)?,
            k,
            temperature,
        })
    }

    /// Numbers that one row needs.
    pub(crate) const fn width(&self) -> usize {
        self.embeddings.outputs()
    }

    /// Scores, `[rows, models]`; NaN for a row of zeros, which is like nothing.
    pub(crate) fn score(&self, kernels: Kernels, mut rows: Vec<f32>, count: usize) -> Vec<f32> {
        rows.chunks_exact_mut(self.embeddings.depth())
            .for_each(|row| {
                normalise(row);
            });
        let stored = self.embeddings.outputs();
        let mut similarities = vec![0.0; count * stored];
        kernels.gemm(
            &rows,
            count,
            &self.embeddings,
            Epilogue::Store,
            &mut similarities,
        );
        let mut order: Vec<usize> = Vec::with_capacity(stored);
        let mut out = Vec::with_capacity(count * self.scores.columns);
        for similarities in similarities.chunks_exact(stored) {
            // Length 0 or beyond f32: every product with such a row is NaN, which no order of neighbours would show.
            if similarities[0].is_nan() {
                out.extend(std::iter::repeat_n(f32::NAN, self.scores.columns));
                continue;
            }
            order.clear();
            order.extend(0..stored);
            out.extend(self.average(similarities, &mut order));
        }
        out
    }

    /// `order` holds every stored row; of two that are equally like, the first counts as nearer.
    fn average(&self, similarities: &[f32], order: &mut [usize]) -> Vec<f32> {
        let nearer = |left: &usize, right: &usize| {
            similarities[*right]
                .total_cmp(&similarities[*left])
                .then(left.cmp(right))
        };
        if self.k < order.len() {
            order.select_nth_unstable_by(self.k - 1, nearer);
        }
        let nearest = &mut order[..self.k];
        nearest.sort_unstable_by(nearer);
        let greatest = f64::from(similarities[nearest[0]]);
        let weight = |row: usize| match self.temperature {
            None => 1.0,
            Some(temperature) => ((f64::from(similarities[row]) - greatest) / temperature).exp(),
        };
        let (mut sums, mut total) = (vec![0.0_f64; self.scores.columns], 0.0);
        for row in nearest.iter().copied() {
            let weight = weight(row);
            total += weight;
            sums.iter_mut()
                .zip(self.scores.row(row))
                .for_each(|(sum, score)| *sum += weight * f64::from(*score));
        }
        #[expect(clippy::cast_possible_truncation, reason = "a mean of f32")]
        sums.into_iter().map(|sum| (sum / total) as f32).collect()
    }
}

/// To unit length; false, and NaN in every place, for a vector of zeros.
fn normalise(vector: &mut [f32]) -> bool {
    let length = vector
        .iter()
        .map(|value| f64::from(*value).powi(2))
        .sum::<f64>()
        .sqrt();
    #[expect(clippy::cast_possible_truncation, reason = "within -1..=1")]
    for value in vector {
        *value = (f64::from(*value) / length) as f32;
    }
    length > 0.0
}
