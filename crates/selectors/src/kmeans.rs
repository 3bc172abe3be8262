//! Clusters: the scores of the nearest centroid, or of all of them by how near they are.

use signalbox_base::Result;
use signalbox_simd::Kernels;

use crate::distance::Points;
use crate::entry::Entry;
use crate::tensor::Matrix;
use crate::weights::Budget;

/// Which clusters a query belongs to.
#[derive(Clone, Copy)]
enum Assignment {
    /// The nearest alone.
    Hard,
    /// All, by the softmax of minus the squared distance over temperature.
    Soft,
}

const ASSIGNMENTS: [(&str, Assignment); 2] =
    [("hard", Assignment::Hard), ("soft", Assignment::Soft)];

pub(crate) struct Kmeans {
    centroids: Points,
    scores: Matrix,
    /// None: hard.
    temperature: Option<f64>,
}

impl Kmeans {
    pub(crate) fn read(
        entry: &Entry<'_>,
        dimensions: usize,
        models: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let fields = entry.fields(&["assignment", "temperature", "centroids", "scores"])?;
        let assignment = fields
            .required("assignment", "hard or soft")?
            .word(&ASSIGNMENTS)?;
        let temperature = match assignment {
            Assignment::Hard => {
                fields.absent("temperature", "where the assignment is hard")?;
                None
            }
            Assignment::Soft => Some(f64::from(
                fields
                    .required("temperature", "a number above 0")?
                    .positive()?,
            )),
        };
        let entry = fields.required("centroids", "numbers [clusters, dimensions]")?;
        let centroids = entry.matrix(None, dimensions)?;
        let scores = fields.required("scores", "numbers [clusters, models]")?;
        Ok(Self {
            scores: budget.keep(&scores, scores.matrix(Some(centroids.rows), models)?)?,
            centroids: Points::pack(budget, &entry, centroids)?,
            temperature,
        })
    }

    /// Numbers that one row needs.
    pub(crate) const fn width(&self) -> usize {
        self.centroids.count()
    }

    /// Scores, `[rows, models]`; NaN for a row that is further from every centroid than f32 can say.
    pub(crate) fn score(&self, kernels: Kernels, mut rows: Vec<f32>) -> Vec<f32> {
        let squared = self.centroids.squared(kernels, &mut rows);
        let each = squared.chunks_exact(self.centroids.count());
        each.flat_map(|distances| self.mix(distances)).collect()
    }

    /// Of two clusters equally near, the first counts.
    fn mix(&self, distances: &[f32]) -> Vec<f32> {
        let nearest = (0..distances.len())
            .min_by(|left, right| distances[*left].total_cmp(&distances[*right]));
        let Some(nearest) = nearest.filter(|nearest| distances[*nearest].is_finite()) else {
            return vec![f32::NAN; self.scores.columns];
        };
        let Some(temperature) = self.temperature else {
            return self.scores.row(nearest).to_vec();
        };
        let (mut sums, mut total) = (vec![0.0_f64; self.scores.columns], 0.0);
        for (cluster, distance) in distances.iter().enumerate() {
            let weight =
                ((f64::from(distances[nearest]) - f64::from(*distance)) / temperature).exp();
            total += weight;
            sums.iter_mut()
                .zip(self.scores.row(cluster))
                .for_each(|(sum, score)| *sum += weight * f64::from(*score));
        }
        #[expect(clippy::cast_possible_truncation, reason = "a mean of f32")]
        sums.into_iter().map(|sum| (sum / total) as f32).collect()
    }
}
