//! Bringing inputs to the mean and spread that a selector was trained on.

use signalbox_base::Result;

use crate::entry::Entry;

/// `(x - mean) / scale`, a number of each a dimension, as scikit-learn's `StandardScaler` keeps them.
pub(crate) struct Standard {
    mean: Vec<f32>,
    scale: Vec<f32>,
}

impl Standard {
    pub(crate) fn read(entry: &Entry<'_>, dimensions: usize) -> Result<Self> {
        let fields = entry.fields(&["mean", "scale"])?;
        let mean = fields
            .required("mean", "the mean of each dimension")?
            .vector(dimensions)?;
        let entry = fields.required("scale", "the standard deviation of each dimension")?;
        let scale = entry.vector(dimensions)?;
        match scale
            .iter()
            .position(|value| !value.is_normal() || *value < 0.0)
        {
            Some(index) => Err(entry.fault(
                "numbers above 0",
                format!("{} as number {index}", scale[index]),
            )),
            None => Ok(Self { mean, scale }),
        }
    }

    /// In place; `rows` is `[count, dimensions]`.
    pub(crate) fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.mean.len()) {
            for ((value, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
                *value = (*value - mean) / scale;
            }
        }
    }
}
