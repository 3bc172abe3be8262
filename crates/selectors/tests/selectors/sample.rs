//! Random artifacts of every kind from a seed, and the hash that makes them loadable.

use base64::encode;
use serde_json::{Value, json};

/// A generator of Knuth's linear congruential kind (MMIX), good enough for weights.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// -1..1, in steps that f32 holds.
    pub(crate) fn number(&mut self) -> f32 {
        let step = u16::try_from(self.below(1 << 15)).unwrap();
        f32::from(step) / 16384.0 - 1.0
    }

    pub(crate) fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }

    fn vector(&mut self, count: usize) -> Value {
        let values = self.numbers(count);
        if self.below(2) == 0 {
            json!(values)
        } else {
            encoded(&[count], &values)
        }
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Value {
        let values = self.numbers(rows * columns);
        if self.below(2) == 0 {
            json!(values.chunks(columns).collect::<Vec<_>>())
        } else {
            encoded(&[rows, columns], &values)
        }
    }
}

/// `{ shape, f32 }`.
pub(crate) fn encoded(shape: &[usize], values: &[f32]) -> Value {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    json!({ "shape": shape, "f32": encode(bytes) })
}

/// The numbers of either way of writing them.
pub(crate) fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().unwrap()],
        Value::Array(entries) => entries.iter().flat_map(flat).collect(),
        Value::Object(entries) => {
            let bytes = base64::decode(entries["f32"].as_str().unwrap()).unwrap();
            let fours = bytes.as_chunks::<4>().0;
            fours
                .iter()
                .map(|four| f64::from(f32::from_le_bytes(*four)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The text of an artifact, with its hash.
pub(crate) fn sealed(artifact: &Value) -> Vec<u8> {
    let mut artifact = artifact.clone();
    let hash = signalbox_selectors::digest(artifact.to_string().as_bytes()).unwrap();
    artifact["sha256"] = json!(hash);
    artifact.to_string().into_bytes()
}

/// One artifact of each variant of each kind, of sizes that do not fit the panels of the kernels.
pub(crate) fn artifacts(seed: u64) -> Vec<Value> {
    let mut random = Random(seed);
    let (dimensions, models) = (1 + random.below(70), 1 + random.below(37));
    let rows = 2 + random.below(90);
    let k = 1 + random.below(rows);
    let shape = [dimensions, models, rows];
    let mut parameters = vec![
        ("knn", knn(&mut random, shape, k, None)),
        ("knn", knn(&mut random, shape, k, Some(0.3))),
    ];
    parameters.extend(
        [None, Some(0.8)].map(|temperature| ("kmeans", kmeans(&mut random, shape, temperature))),
    );
    parameters.extend([false, true].map(|platt| ("svm", linear(&mut random, shape, platt))));
    parameters.extend([false, true].map(|platt| ("svm", rbf(&mut random, shape, platt))));
    parameters.extend(
        ["none", "softmax", "sigmoid"].map(|output| ("mlp", mlp(&mut random, shape, output))),
    );
    let wrap = |(kind, parameters): (&str, Value)| {
        let names: Vec<String> = (0..models).map(|model| format!("model {model}")).collect();
        let mut artifact = json!({ "format": 1, "kind": kind, "models": names, "dimensions": dimensions, "parameters": parameters });
        if random.below(2) == 0 {
            let scale: Vec<f32> = random
                .numbers(dimensions)
                .iter()
                .map(|value| 1.5 + value)
                .collect();
            artifact["standardise"] = json!({ "mean": random.vector(dimensions), "scale": scale });
        }
        artifact
    };
    parameters.into_iter().map(wrap).collect()
}

fn knn(
    random: &mut Random,
    [dimensions, models, rows]: [usize; 3],
    k: usize,
    temperature: Option<f32>,
) -> Value {
    let mut found = json!({
        "k": k, "weighting": if temperature.is_some() { "similarity" } else { "uniform" },
        "embeddings": random.matrix(rows, dimensions), "scores": random.matrix(rows, models),
    });
    if let Some(temperature) = temperature {
        found["temperature"] = json!(temperature);
    }
    found
}

fn kmeans(
    random: &mut Random,
    [dimensions, models, rows]: [usize; 3],
    temperature: Option<f32>,
) -> Value {
    let mut found = json!({
        "assignment": if temperature.is_some() { "soft" } else { "hard" },
        "centroids": random.matrix(rows, dimensions), "scores": random.matrix(rows, models),
    });
    if let Some(temperature) = temperature {
        found["temperature"] = json!(temperature);
    }
    found
}

fn linear(random: &mut Random, [dimensions, models, _]: [usize; 3], platt: bool) -> Value {
    let mut found = json!({ "kernel": "linear", "weight": random.matrix(models, dimensions), "intercept": random.vector(models) });
    add_platt(random, &mut found, models, platt);
    found
}

fn rbf(random: &mut Random, [dimensions, models, rows]: [usize; 3], platt: bool) -> Value {
    let mut found = json!({
        "kernel": "rbf", "gamma": 0.125, "supportVectors": random.matrix(rows, dimensions),
        "dualCoefficients": random.matrix(models, rows), "intercept": random.vector(models),
    });
    add_platt(random, &mut found, models, platt);
    found
}

fn add_platt(random: &mut Random, parameters: &mut Value, models: usize, platt: bool) {
    if platt {
        parameters["platt"] = json!({ "a": random.vector(models), "b": random.vector(models) });
    }
}

fn mlp(random: &mut Random, [dimensions, models, rows]: [usize; 3], output: &str) -> Value {
    let widths = [dimensions, rows, 33, 5, models];
    let activations = ["relu", "gelu", "tanh", "none"];
    let layer = |(index, activation): (usize, &str)| {
        let [inputs, outputs] = [widths[index], widths[index + 1]];
        let mut layer =
            json!({ "weight": random.matrix(outputs, inputs), "activation": activation });
        if index != 1 {
            layer["bias"] = random.vector(outputs);
        }
        layer
    };
    let layers: Vec<Value> = activations.into_iter().enumerate().map(layer).collect();
    json!({ "layers": layers, "output": output })
}
