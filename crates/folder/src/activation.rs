//! The functions between dense layers, by the words of transformers' `ACT2FN`.

use signalbox_encoder::Kernels;

/// An elementwise function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// By the error function: what nearly every encoder has, and what the fused encoder computes.
    Gelu,
    /// GELU's approximation by tanh.
    GeluTanh,
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
    ("relu", Activation::Relu),
    ("silu", Activation::Silu),
    ("swish", Activation::Silu),
    ("tanh", Activation::Tanh),
    ("sigmoid", Activation::Sigmoid),
    ("linear", Activation::Identity),
];

/// √(2/π), of GELU by tanh (Hendrycks and Gimpel, 2016).
const GELU_TANH: f32 = 0.797_884_6;

impl Activation {
    /// Replaces each value.
    pub fn run(self, kernels: Kernels, values: &mut [f32]) {
        match self {
            Self::Gelu => kernels.gelu(values),
            Self::GeluTanh => each(values, |x| {
                0.5 * x * (1.0 + (GELU_TANH * (x + 0.044_715 * x * x * x)).tanh())
            }),
            Self::Relu => each(values, |x| x.max(0.0)),
            Self::Silu => each(values, |x| x / (1.0 + (-x).exp())),
            Self::Tanh => each(values, f32::tanh),
            Self::Sigmoid => each(values, |x| 1.0 / (1.0 + (-x).exp())),
            Self::Identity => {}
        }
    }
}

fn each(values: &mut [f32], function: impl Fn(f32) -> f32) {
    for value in values {
        *value = function(*value);
    }
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
}
