//! A layer norm with its two vectors.

use signalbox_base::Result;
use signalbox_simd::Kernels;

use crate::source::{WeightSource, read, read_if};

/// Weight and bias, `[hidden]` each.
pub(crate) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

impl Norm {
    pub(crate) fn read(
        source: &dyn WeightSource,
        name: &str,
        bias: bool,
        hidden: usize,
        epsilon: f32,
    ) -> Result<Self> {
        let weight = read(source, &format!("{name}.weight"), &[hidden])?;
        let bias = read_if(bias, source, &format!("{name}.bias"), &[hidden])?
            .unwrap_or_else(|| vec![0.0; hidden]);
        Ok(Self {
            weight,
            bias,
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
