//! The functions between dense layers, by the words of transformers' `ACT2FN`.

use signalbox_encoder::Kernels;

/// An elementwise function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// By the error function: what nearly every encoder has, and what the fused encoder computes.
    Gelu,
    /// GELU's approximation by tanh.
    GeluTanh,
    /// GELU's approximation by a sigmoid: `x * sigmoid(1.702 x)`.
    GeluQuick,
    /// The greater of x and 0.
    Relu,
    /// x times its sigmoid.
    Silu,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// x itself.
    Identity,
}

/// What transformers calls them in `hidden_act` and its like.
pub const WORDS: &[(&str, Activation)] = &[
    ("gelu", Activation::Gelu),
    ("gelu_python", Activation::Gelu),
    ("gelu_new", Activation::GeluTanh),
    ("gelu_fast", Activation::GeluTanh),
    ("gelu_pytorch_tanh", Activation::GeluTanh),
    ("quick_gelu", Activation::GeluQuick),
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
    ("tanh", Activation::Tanh),
    ("sigmoid", Activation::Sigmoid),
    ("linear", Activation::Identity),
];

/// `2 * sqrt(2 / pi)`, of GELU by tanh (Hendrycks and Gimpel, 2016): `1 + tanh(x)` is twice the sigmoid of `2 x`.
const TANH_SLOPE: f32 = 1.595_769;
const TANH_CUBE: f32 = 0.044_715;
const QUICK_SLOPE: f32 = 1.702;

/// ln 2 in two parts, the first with trailing zero bits so that its product with a small whole number is exact (Cody and Waite, 1980).
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Added and taken away again it rounds to a whole number: its last bit counts ones.
const ROUND: f32 = 12_582_912.0;

impl Activation {
    /// Replaces each value.
    pub fn run(self, kernels: Kernels, values: &mut [f32]) {
        match self {
            Self::Gelu => kernels.gelu(values),
            Self::GeluTanh => each(values, |x| {
                x * sigmoid(TANH_SLOPE * (x + x * (TANH_CUBE * x * x)))
            }),
            Self::GeluQuick => each(values, |x| x * sigmoid(QUICK_SLOPE * x)),
            Self::Silu => each(values, |x| x * sigmoid(x)),
            Self::Relu => each(values, |x| x.max(0.0)),
            Self::Tanh => each(values, f32::tanh),
            Self::Sigmoid => each(values, sigmoid),
            Self::Identity => {}
        }
    }
}

fn each(values: &mut [f32], function: impl Fn(f32) -> f32) {
    for value in values {
        *value = function(*value);
    }
}

/// `1 / (1 + e^-x)`, relative error under 3e-7, without a branch so that loops over it become vector code.
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp((-x).clamp(-87.0, 87.0)))
}

/// e to the power of a value within ±87: the nearest power of 2 times a polynomial of what is left, Taylor's to the seventh power.
fn exp(value: f32) -> f32 {
    let shifted = value * std::f32::consts::LOG2_E + ROUND;
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

    #[test]
    fn every_activation_is_the_one_of_its_name() {
        // From the definitions: x Φ(x); 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))); max(x, 0); x / (1 + e⁻ˣ); and so on.
        let table = [
            ("gelu", [-0.158_655, 0.0, 1.954_5]),
            ("gelu_new", [-0.158_808, 0.0, 1.954_598]),
            ("relu", [0.0, 0.0, 2.0]),
            ("silu", [-0.268_941, 0.0, 1.761_594]),
            ("tanh", [-0.761_594, 0.0, 0.964_028]),
            ("sigmoid", [0.268_941, 0.5, 0.880_797]),
            ("linear", [-1.0, 0.0, 2.0]),
        ];
        for (word, expected) in table {
            let found = WORDS.iter().find(|(name, _)| *name == word);
            let mut values = [-1.0, 0.0, 2.0];
            let (_, activation) = found.expect("a known word");
            activation.run(Kernels::detect(), &mut values);
            let near = values
                .iter()
                .zip(expected)
                .all(|(found, expected): (&f32, f32)| (found - expected).abs() < 1e-5);
            assert!(near, "{word}: {values:?}");
        }
    }

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
            Activation::Sigmoid => sigmoid(x),
            Activation::Identity | Activation::Gelu => x,
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
            Activation::Sigmoid,
        ];
        for activation in table {
            for step in -30_000_i16..=30_000 {
                let x = f32::from(step) / 300.0;
                let mut value = [x];
                activation.run(Kernels::scalar(), &mut value);
                let expected = by_definition(activation, f64::from(x));
                let most = 1e-6 * expected.abs().max(1.0);
                let found = f64::from(value[0]);
                assert!(
                    (found - expected).abs() < most,
                    "{activation:?} {x}: {found} {expected}"
                );
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
