//! The convolution over tokens that DeBERTa-v2 has beside its first layer (v3 has none).

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::Epilogue;

use super::config::Config;
use crate::activation::Activation;
use crate::forward::linear::{Linear, Plain};
use crate::forward::norm::LayerNorm;

pub(crate) struct Conv {
    size: usize,
    hidden: usize,
    activation: Activation,
    /// From the `size` neighbours of a token, one after the other, to the token.
    weight: Linear,
    norm: LayerNorm,
}

impl Conv {
    pub(crate) fn read(source: &dyn WeightSource, config: &Config) -> Result<Option<Self>> {
        let Some((size, activation)) = config.conv else {
            return Ok(None);
        };
        let hidden = config.hidden;
        let by_channel = read(source, "encoder.conv.conv.weight", &[hidden, hidden, size])?;
        let mut weight = vec![0.0; by_channel.len()];
        for (out, row) in weight
            .chunks_exact_mut(size * hidden)
            .zip(by_channel.chunks_exact(size * hidden))
        {
            for (place, out) in out.chunks_exact_mut(hidden).enumerate() {
                let from = row[place..].iter().step_by(size);
                out.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            }
        }
        let plain = Plain {
            weight,
            bias: Some(read(source, "encoder.conv.conv.bias", &[hidden])?),
            outputs: hidden,
            depth: size * hidden,
        };
        Ok(Some(Self {
            size,
            hidden,
            activation,
            weight: plain.pack(Precision::F32),
            norm: LayerNorm::read(source, "encoder.conv.LayerNorm", hidden, config.epsilon)?,
        }))
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.weight.bytes()
    }

    /// Adds what the neighbours in `embedded` give to `states`, and norms the sum; both are `[tokens, hidden]`.
    pub(crate) fn run(&self, kernels: Kernels, embedded: &[f32], states: &mut [f32]) {
        let (hidden, reach) = (self.hidden, self.size / 2 * self.hidden);
        let mut padded = vec![0.0; embedded.len() + 2 * reach];
        padded[reach..reach + embedded.len()].copy_from_slice(embedded);
        let windows: Vec<f32> = (0..embedded.len())
            .step_by(hidden)
            .flat_map(|first| &padded[first..first + self.size * hidden])
            .copied()
            .collect();
        let mut out = vec![0.0; states.len()];
        self.weight
            .run(kernels, &windows, Epilogue::Store, &mut out);
        self.activation.run(kernels, &mut out);
        states
            .iter_mut()
            .zip(&out)
            .for_each(|(state, more)| *state += more);
        self.norm.run(kernels, states);
    }
}
