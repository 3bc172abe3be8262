//! What stands between the halves of a feed-forward layer, by the names transformers gives it.

use signalbox_base::Result;
use signalbox_encoder::Kernels;

use crate::keys::Keys;

/// An activation, number by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// By the error function.
    Gelu,
    /// GELU's approximation by tanh (Hendrycks and Gimpel, 2016).
    GeluTanh,
    /// GELU's approximation by a sigmoid: `x * sigmoid(1.702 x)`.
    GeluQuick,
    Silu,
    Relu,
    Tanh,
    None,
}

/// The words of `hidden_act` and its like.
const WORDS: [(&str, Activation); 12] = [
    ("gelu", Activation::Gelu),
    ("gelu_python", Activation::Gelu),
    ("gelu_new", Activation::GeluTanh),
    ("gelu_fast", Activation::GeluTanh),
    ("gelu_pytorch_tanh", Activation::GeluTanh),
    ("quick_gelu", Activation::GeluQuick),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
    ("relu", Activation::Relu),
    ("tanh", Activation::Tanh),
    ("linear", Activation::None),
    ("none", Activation::None),
];

/// `2 * sqrt(2 / pi)`.
const TANH_SLOPE: f32 = 1.595_769_1;
const TANH_CUBE: f32 = 0.044_715;
const QUICK_SLOPE: f32 = 1.702;

/// `log2(e)`.
const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// ln 2 in two parts, the first with trailing zero bits so that its product with a small whole number is exact (Cody and Waite, 1980).
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Added and taken away again it rounds to a whole number: its last bit counts ones.
const ROUND: f32 = 12_582_912.0;

impl Activation {
    /// The word at `key`.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key when it is no word of the table.
    pub(crate) fn read(keys: &Keys<'_>, key: &str, default: Self) -> Result<Self> {
        keys.word_or(key, &WORDS, Some(default))
    }

    /// Puts every value through it.
    pub(crate) fn run(self, kernels: Kernels, values: &mut [f32]) {
        match self {
            Self::Gelu => kernels.gelu(values),
            Self::GeluTanh => each(values, |x| {
                x * sigmoid(TANH_SLOPE * (x + x * (TANH_CUBE * x * x)))
            }),
            Self::GeluQuick => each(values, |x| x * sigmoid(QUICK_SLOPE * x)),
            Self::Silu => each(values, |x| x * sigmoid(x)),
            Self::Relu => each(values, |x| x.max(0.0)),
            Self::Tanh => values.iter_mut().for_each(|x| *x = x.tanh()),
            Self::None => {}
        }
    }
}

fn each(values: &mut [f32], step: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|value| *value = step(*value));
}

/// `1 / (1 + e^-x)`, relative error under 3e-7, without a branch so that loops over it become vector code.
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp((-x).clamp(-87.0, 87.0)))
}

/// e to the power of a value within ±87: the nearest power of 2 times a polynomial of what is left, Taylor's to the seventh power.
fn exp(value: f32) -> f32 {
    let shifted = value * LOG2_E + ROUND;
    let power = shifted - ROUND;
    let rest = value - power * LN_2_HIGH - power * LN_2_LOW;
    let tail = 1.0 / 720.0 + rest * (1.0 / 5040.0);
    let tail = 1.0 / 24.0 + rest * (1.0 / 120.0 + rest * tail);
    let tail = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * tail)));
    let bits = shifted.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    f32::from_bits(tail.to_bits().wrapping_add(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_definition(activation: Activation, x: f64) -> f64 {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        match activation {
            Activation::GeluTanh => {
                let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3));
                0.5 * x * (1.0 + inner.tanh())
            }
            Activation::GeluQuick => x * sigmoid(1.702 * x),
            Activation::Silu => x * sigmoid(x),
            Activation::Relu => x.max(0.0),
            Activation::Tanh => x.tanh(),
            Activation::None | Activation::Gelu => x,
        }
    }

    #[test]
    fn each_is_what_its_definition_says() {
        let table = [
            Activation::GeluTanh,
            Activation::GeluQuick,
            Activation::Silu,
            Activation::Relu,
            Activation::Tanh,
            Activation::None,
        ];
        for activation in table {
            for step in -30_000_i16..=30_000 {
                let x = f32::from(step) / 300.0;
                let mut value = [x];
                activation.run(Kernels::scalar(), &mut value);
                let expected = by_definition(activation, f64::from(x));
                let most = 1e-6 * expected.abs().max(1.0);
                let found = f64::from(value[0]);
                assert!((found - expected).abs() < most, "{activation:?} {x}: {found} {expected}");
            }
        }
    }

    #[test]
    fn far_values_saturate_and_nan_stays() {
        for (x, expected) in [(f32::MAX, f32::MAX), (-1e4, 0.0), (1e4, 1e4)] {
            let mut value = [x];
            Activation::Silu.run(Kernels::scalar(), &mut value);
            let most = 1e-6 * expected.max(1.0);
            assert!((value[0] - expected).abs() < most, "{x} {}", value[0]);
        }
        let mut value = [f32::NAN];
        Activation::Silu.run(Kernels::scalar(), &mut value);
        assert!(value[0].is_nan());
    }
}
