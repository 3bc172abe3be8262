//! Squared Euclidean distances to stored points, as one matrix product.

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Kernels, PackedF32};

use crate::entry::Entry;
use crate::tensor::Matrix;
use crate::weights::Budget;

/// Points, moved so that their mean is the origin: `|x|² + |p|² - 2xp` loses digits far from it.
pub(crate) struct Points {
    centre: Vec<f32>,
    /// With `-|p|² / 2` as bias.
    packed: PackedF32,
}

impl Points {
    pub(crate) fn pack(budget: &Budget, entry: &Entry<'_>, mut points: Matrix) -> Result<Self> {
        let centre = centre(&points);
        let mut halves = Vec::with_capacity(points.rows);
        for point in points.values.chunks_exact_mut(points.columns) {
            move_by(point, &centre);
            halves.push(-square(point) / 2.0);
        }
        let packed = budget.pack(entry, &points, Some(&halves))?;
        Ok(Self { centre, packed })
    }

    pub(crate) const fn count(&self) -> usize {
        self.packed.outputs()
    }

    /// Squared distances, `[rows, count]`, of `rows`, `[rows, dimensions]`, which are moved in place. Never below 0; NaN or infinite
    /// where f32 cannot hold one.
    pub(crate) fn squared(&self, kernels: Kernels, rows: &mut [f32]) -> Vec<f32> {
        let count = rows.len() / self.centre.len();
        rows.chunks_exact_mut(self.centre.len())
            .for_each(|row| move_by(row, &self.centre));
        let mut out = vec![0.0; count * self.count()];
        kernels.gemm(rows, count, &self.packed, Epilogue::Store, &mut out);
        let vectors = rows.chunks_exact(self.centre.len());
        for (vector, distances) in vectors.zip(out.chunks_exact_mut(self.count())) {
            let own = square(vector);
            for value in distances {
                let squared = own - 2.0 * *value;
                // Not `max`, which would turn NaN into 0.
                *value = if squared < 0.0 { 0.0 } else { squared };
            }
        }
        out
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the mean only has to be near"
)]
fn centre(points: &Matrix) -> Vec<f32> {
    let mut sums = vec![0.0_f64; points.columns];
    for point in points.values.chunks_exact(points.columns) {
        sums.iter_mut()
            .zip(point)
            .for_each(|(sum, value)| *sum += f64::from(*value));
    }
    sums.into_iter()
        .map(|sum| (sum / points.rows as f64) as f32)
        .collect()
}

fn move_by(row: &mut [f32], centre: &[f32]) {
    row.iter_mut()
        .zip(centre)
        .for_each(|(value, centre)| *value -= centre);
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what f32 cannot hold becomes infinite, and is refused later"
)]
fn square(row: &[f32]) -> f32 {
    row.iter()
        .map(|value| f64::from(*value).powi(2))
        .sum::<f64>() as f32
}
