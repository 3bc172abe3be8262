//! A multi-layer perceptron: one score a model.

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Kernels, PackedF32};

use crate::entry::Entry;
use crate::weights::Budget;

/// What stands behind a layer's product.
#[derive(Clone, Copy, PartialEq)]
enum Activation {
    Relu,
    /// By the error function.
    Gelu,
    Tanh,
    None,
}

const ACTIVATIONS: [(&str, Activation); 4] = [
    ("relu", Activation::Relu),
    ("gelu", Activation::Gelu),
    ("tanh", Activation::Tanh),
    ("none", Activation::None),
];

/// What makes scores of the last layer's numbers.
#[derive(Clone, Copy)]
enum Output {
    /// They are the scores.
    None,
    /// Shares of 1.
    Softmax,
    /// Each a probability of its own.
    Sigmoid,
}

const OUTPUTS: [(&str, Output); 3] = [
    ("none", Output::None),
    ("softmax", Output::Softmax),
    ("sigmoid", Output::Sigmoid),
];

struct Layer {
    weight: PackedF32,
    activation: Activation,
}

pub(crate) struct Mlp {
    layers: Vec<Layer>,
    output: Output,
}

impl Mlp {
    pub(crate) fn read(
        entry: &Entry<'_>,
        dimensions: usize,
        models: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let fields = entry.fields(&["layers", "output"])?;
        let output = fields
            .required("output", "none, softmax or sigmoid")?
            .word(&OUTPUTS)?;
        let entries = fields
            .required("layers", "an array of layers")?
            .elements("layers")?;
        let mut layers: Vec<Layer> = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let depth = layers
                .last()
                .map_or(dimensions, |layer| layer.weight.outputs());
            let outputs = (index + 1 == entries.len()).then_some(models);
            layers.push(Layer::read(entry, outputs, depth, budget)?);
        }
        Ok(Self { layers, output })
    }

    /// The most numbers that stand between two layers for one row.
    pub(crate) fn width(&self) -> usize {
        self.layers
            .iter()
            .map(|layer| layer.weight.outputs())
            .max()
            .unwrap_or(1)
    }

    /// Scores, `[rows, models]`, of `rows`, `[rows, dimensions]`.
    pub(crate) fn score(&self, kernels: Kernels, mut rows: Vec<f32>, count: usize) -> Vec<f32> {
        for layer in &self.layers {
            rows = layer.apply(kernels, &rows, count);
        }
        match self.output {
            Output::None => {}
            Output::Softmax => {
                let models = rows.len() / count;
                kernels.softmax(&mut rows, models);
            }
            Output::Sigmoid => rows
                .iter_mut()
                .for_each(|value| *value = 1.0 / (1.0 + (-*value).exp())),
        }
        rows
    }
}

impl Layer {
    fn read(
        entry: &Entry<'_>,
        outputs: Option<usize>,
        depth: usize,
        budget: &Budget,
    ) -> Result<Self> {
        let fields = entry.fields(&["weight", "bias", "activation"])?;
        let activation = fields
            .required("activation", "relu, gelu, tanh or none")?
            .word(&ACTIVATIONS)?;
        let entry = fields.required("weight", "numbers [outputs, inputs]")?;
        let weight = entry.matrix(outputs, depth)?;
        let bias = fields
            .optional("bias")
            .map(|bias| bias.vector(weight.rows))
            .transpose()?;
        Ok(Self {
            weight: budget.pack(&entry, &weight, bias.as_deref())?,
            activation,
        })
    }

    fn apply(&self, kernels: Kernels, rows: &[f32], count: usize) -> Vec<f32> {
        let epilogue = if self.activation == Activation::Gelu {
            Epilogue::Gelu
        } else {
            Epilogue::Store
        };
        let mut out = vec![0.0; count * self.weight.outputs()];
        kernels.gemm(rows, count, &self.weight, epilogue, &mut out);
        match self.activation {
            // Not `max`, which would turn NaN into 0.
            Activation::Relu => out
                .iter_mut()
                .filter(|value| **value < 0.0)
                .for_each(|value| *value = 0.0),
            Activation::Tanh => out.iter_mut().for_each(|value| *value = value.tanh()),
            Activation::Gelu | Activation::None => {}
        }
        out
    }
}
