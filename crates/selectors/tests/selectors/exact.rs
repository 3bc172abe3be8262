//! The slow reference: every kind computed in f64 straight from the JSON, one row at a time, by its definition.

use serde_json::Value;

use crate::sample::flat;

/// The scores of one row.
pub(crate) fn score(artifact: &Value, row: &[f32]) -> Vec<f64> {
    let mut row: Vec<f64> = row.iter().map(|value| f64::from(*value)).collect();
    if let Some(standard) = artifact.get("standardise") {
        let (mean, scale) = (flat(&standard["mean"]), flat(&standard["scale"]));
        let each = row.iter_mut().zip(mean.iter().zip(&scale));
        each.for_each(|(value, (mean, scale))| *value = (*value - mean) / scale);
    }
    let parameters = &artifact["parameters"];
    match artifact["kind"].as_str().unwrap() {
        "knn" => knn(parameters, &row),
        "kmeans" => kmeans(parameters, &row),
        "svm" => svm(parameters, &row),
        _ => mlp(parameters, row),
    }
}

fn rows(value: &Value, columns: usize) -> Vec<Vec<f64>> {
    flat(value).chunks(columns).map(<[f64]>::to_vec).collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| left * right)
        .sum()
}

fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| (left - right).powi(2))
        .sum()
}

/// The mean of `scores` under `weights`.
fn mean(weights: &[f64], scores: &[Vec<f64>]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    (0..scores[0].len())
        .map(|model| {
            weights
                .iter()
                .zip(scores)
                .map(|(weight, scores)| weight * scores[model])
                .sum::<f64>()
                / total
        })
        .collect()
}

fn matching(parameters: &Value, count: usize) -> Vec<Vec<f64>> {
    let scores = flat(&parameters["scores"]);
    let models = scores.len() / count;
    scores.chunks(models).map(<[f64]>::to_vec).collect()
}

fn knn(parameters: &Value, row: &[f64]) -> Vec<f64> {
    let stored = rows(&parameters["embeddings"], row.len());
    let scores = matching(parameters, stored.len());
    let cosine = |other: &Vec<f64>| dot(row, other) / (dot(row, row) * dot(other, other)).sqrt();
    let mut found: Vec<(f64, usize)> = stored.iter().map(cosine).zip(0..).collect();
    found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    found.truncate(usize::try_from(parameters["k"].as_u64().unwrap()).unwrap());
    let temperature = parameters["temperature"].as_f64();
    let weight = |(cosine, _): &(f64, usize)| {
        temperature.map_or(1.0, |temperature| (cosine / temperature).exp())
    };
    let weights: Vec<f64> = found.iter().map(weight).collect();
    let nearest: Vec<Vec<f64>> = found
        .iter()
        .map(|(_, index)| scores[*index].clone())
        .collect();
    mean(&weights, &nearest)
}

fn kmeans(parameters: &Value, row: &[f64]) -> Vec<f64> {
    let centroids = rows(&parameters["centroids"], row.len());
    let scores = matching(parameters, centroids.len());
    let distances: Vec<f64> = centroids
        .iter()
        .map(|centroid| squared_distance(row, centroid))
        .collect();
    let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
    let Some(temperature) = parameters["temperature"].as_f64() else {
        let nearest = distances
            .iter()
            .position(|distance| *distance <= least)
            .unwrap();
        return scores[nearest].clone();
    };
    let weights: Vec<f64> = distances
        .iter()
        .map(|distance| ((least - distance) / temperature).exp())
        .collect();
    mean(&weights, &scores)
}

fn svm(parameters: &Value, row: &[f64]) -> Vec<f64> {
    let intercept = flat(&parameters["intercept"]);
    let (inputs, weight) = match parameters["gamma"].as_f64() {
        None => (row.to_vec(), &parameters["weight"]),
        Some(gamma) => {
            let vectors = rows(&parameters["supportVectors"], row.len());
            let kernel = vectors
                .iter()
                .map(|vector| (-gamma * squared_distance(row, vector)).exp());
            (kernel.collect(), &parameters["dualCoefficients"])
        }
    };
    let margins = rows(weight, inputs.len())
        .into_iter()
        .zip(&intercept)
        .map(|(weight, intercept)| dot(&weight, &inputs) + intercept);
    let Some(platt) = parameters.get("platt") else {
        return margins.collect();
    };
    let (a, b) = (flat(&platt["a"]), flat(&platt["b"]));
    margins
        .zip(a.iter().zip(&b))
        .map(|(margin, (a, b))| 1.0 / (1.0 + (a * margin + b).exp()))
        .collect()
}

fn mlp(parameters: &Value, mut row: Vec<f64>) -> Vec<f64> {
    for layer in parameters["layers"].as_array().unwrap() {
        let weight = rows(&layer["weight"], row.len());
        let bias = layer
            .get("bias")
            .map_or_else(|| vec![0.0; weight.len()], flat);
        let sums = weight
            .iter()
            .zip(&bias)
            .map(|(weight, bias)| dot(weight, &row) + bias);
        row = sums
            .map(|sum| activate(layer["activation"].as_str().unwrap(), sum))
            .collect();
    }
    match parameters["output"].as_str().unwrap() {
        "softmax" => {
            let greatest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = row.iter().map(|value| (value - greatest).exp()).sum();
            row.iter()
                .map(|value| (value - greatest).exp() / total)
                .collect()
        }
        "sigmoid" => row
            .iter()
            .map(|value| 1.0 / (1.0 + (-value).exp()))
            .collect(),
        _ => row,
    }
}

fn activate(name: &str, value: f64) -> f64 {
    match name {
        "relu" => value.max(0.0),
        "tanh" => value.tanh(),
        "gelu" => 0.5 * value * (1.0 + erf(value / std::f64::consts::SQRT_2)),
        _ => value,
    }
}

/// By its Maclaurin series, which is exact enough for what random layers give (Abramowitz and Stegun, 7.1.6).
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut step) = (x, x, 0.0);
    while term.abs() > 1e-18 {
        step += 1.0;
        term *= 2.0 * x * x / (2.0 * step + 1.0);
        sum += term;
    }
    sum * (-x * x).exp() * 2.0 / std::f64::consts::PI.sqrt()
}
