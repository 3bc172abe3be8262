//! The two ways of normalising rows.

use signalbox_base::Result;
use signalbox_encoder::{Kernels, WeightSource, read};

/// Layer normalisation (Ba et al., 2016).
pub(crate) struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl LayerNorm {
    /// # Errors
    /// `ModelInvalid` naming the tensor that is missing, of another shape, or not finite.
    pub(crate) fn read(
        source: &dyn WeightSource,
        name: &str,
        width: usize,
        epsilon: f32,
    ) -> Result<Self> {
        Ok(Self {
            weight: read(source, &format!("{name}.weight"), &[width])?,
            bias: read(source, &format!("{name}.bias"), &[width])?,
            epsilon,
        })
    }

    pub(crate) fn run(&self, kernels: Kernels, rows: &mut [f32]) {
        kernels.layer_norm(rows, &self.weight, &self.bias, self.epsilon);
    }

    pub(crate) fn run_to(&self, kernels: Kernels, rows: &[f32], out: &mut [f32]) {
        kernels.layer_norm_to(rows, &self.weight, &self.bias, self.epsilon, out);
    }
}

/// Normalisation by the root of the mean square (Zhang and Sennrich, 2019).
pub(crate) struct RmsNorm {
    weight: Vec<f32>,
    epsilon: f32,
}

impl RmsNorm {
    /// `offset` is added to every weight: Gemma keeps them as distances from 1.
    ///
    /// # Errors
    /// As `LayerNorm::read`.
    pub(crate) fn read(
        source: &dyn WeightSource,
        name: &str,
        width: usize,
        offset: f32,
        epsilon: f32,
    ) -> Result<Self> {
        let mut weight = read(source, &format!("{name}.weight"), &[width])?;
        for value in &mut weight {
            *value += offset;
        }
        Ok(Self { weight, epsilon })
    }

    /// Multiplies all results by `factor`.
    pub(crate) fn scale(mut self, factor: f32) -> Self {
        for value in &mut self.weight {
            *value *= factor;
        }
        self
    }

    pub(crate) fn run(&self, kernels: Kernels, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.weight.len()) {
            let factor = self.factor(kernels, row);
            let parts = row.iter_mut().zip(&self.weight);
            parts.for_each(|(value, weight)| *value *= factor * weight);
        }
    }

    pub(crate) fn run_to(&self, kernels: Kernels, rows: &[f32], out: &mut [f32]) {
        out.copy_from_slice(rows);
        self.run(kernels, out);
    }

    #[expect(clippy::cast_precision_loss, reason = "a width is far below 2^24")]
    fn factor(&self, kernels: Kernels, row: &[f32]) -> f32 {
        let mean = kernels.dot(row, row) / row.len() as f32;
        1.0 / (mean + self.epsilon).sqrt()
    }
}
