//! What is wrong with an artifact or an embedding is named by its place.

use serde_json::{Value, json};
use signalbox_base::Code;
use signalbox_selectors::Selector;

use crate::sample::{encoded, sealed};

fn good(kind: &str) -> Value {
    let parameters = match kind {
        "knn" => {
            json!({ "k": 2, "weighting": "similarity", "temperature": 0.1, "embeddings": [[1, 0], [0, 1], [1, 1]], "scores": [[1, 0], [0, 1], [0, 0]] })
        }
        "kmeans" => {
            json!({ "assignment": "soft", "temperature": 1, "centroids": [[1, 0], [0, 1]], "scores": [[1, 0], [0, 1]] })
        }
        "linear" => {
            json!({ "kernel": "linear", "weight": [[1, 0], [0, 1]], "intercept": [0, 0], "platt": { "a": [-1, -1], "b": [0, 0] } })
        }
        "rbf" => {
            json!({ "kernel": "rbf", "gamma": 1, "supportVectors": [[1, 0]], "dualCoefficients": [[1], [-1]], "intercept": [0, 0] })
        }
        _ => {
            json!({ "output": "softmax", "layers": [{ "weight": [[1, 0], [0, 1], [1, 1]], "bias": [0, 0, 0], "activation": "relu" }, { "weight": [[1, 0, 0], [0, 1, 0]], "activation": "none" }] })
        }
    };
    let kind = if ["linear", "rbf"].contains(&kind) {
        "svm"
    } else {
        kind
    };
    json!({
        "format": 1, "kind": kind, "models": ["a", "b"], "dimensions": 2, "encoder": "e",
        "standardise": { "mean": [0, 0], "scale": [1, 1] }, "metadata": { "any": [null, true, "thing", 1] }, "parameters": parameters,
    })
}

/// Sets, or with null removes, what the pointer leads to.
fn changed(kind: &str, pointer: &str, value: Value) -> Value {
    let mut artifact = good(kind);
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match artifact.pointer_mut(parent).unwrap() {
        Value::Object(table) if value.is_null() => {
            table.remove(key);
        }
        Value::Object(table) => {
            table.insert(key.to_owned(), value);
        }
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} leads nowhere"),
    }
    artifact
}

fn fault(text: &[u8]) -> (Code, String, String) {
    let error = Selector::load(text)
        .err()
        .unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(text)));
    (
        error.code(),
        error.at().to_owned(),
        error.received().to_owned(),
    )
}

/// Kind, place, what is put there (null: it is removed), the place that the error names, and what it says was there.
const TABLE: &str = r#"
mlp | /format | null | format | nothing
mlp | /format | 2 | format | 2
mlp | /format | "1" | format | a string
mlp | /kind | "tree" | kind | tree
mlp | /kind | "0123456789012345678901234567890123456789x" | kind | 0123456789012345678901234567890123456789…
mlp | /models | [] | models | an empty array
mlp | /models | [1, 2] | models | numbers
mlp | /models/1 | "a" | models[1] | a twice
mlp | /models/1 | "" | models[1] | an empty string
mlp | /models/1 | 7 | models[1] | a number
mlp | /dimensions | 0 | dimensions | 0
mlp | /dimensions | 1.5 | dimensions | 1.5
mlp | /dimensions | -2 | dimensions | -2
mlp | /dimensions | 4294967296 | dimensions | 4294967296
mlp | /dimensions | 4294967295 | standardise.mean | 2
mlp | /encoder | 5 | encoder | a number
mlp | /metadata | [1] | metadata | an array
mlp | /weights | 1 | weights | an unknown key
mlp | /standardise/scale | [1, 0] | standardise.scale | 0 as number 1
mlp | /standardise/scale | [-1, 1] | standardise.scale | -1 as number 0
mlp | /parameters | null | parameters | nothing
mlp | /parameters | [[]] | parameters | an array
mlp | /parameters/output | "argmax" | parameters.output | argmax
mlp | /parameters/layers | [] | parameters.layers | an empty array
mlp | /parameters/layers/0 | 3 | parameters.layers[0] | a number
mlp | /parameters/layers/0/activation | "swish" | parameters.layers[0].activation | swish
mlp | /parameters/layers/0/weight/1 | [1] | parameters.layers[0].weight[1] | 1
mlp | /parameters/layers/0/weight/1 | "x" | parameters.layers[0].weight[1] | a string
mlp | /parameters/layers/0/weight/1/0 | "NaN" | parameters.layers[0].weight[1][0] | a string
mlp | /parameters/layers/0/weight/1/1 | [1] | parameters.layers[0].weight[1][1] | an array
mlp | /parameters/layers/0/weight/1/0 | 1e39 | parameters.layers[0].weight[1][0] | 1000000000000000000000000000000000000000
mlp | /parameters/layers/0/bias | [0, 0] | parameters.layers[0].bias | 2
mlp | /parameters/layers/1/weight | [[1, 0, 0]] | parameters.layers[1].weight | 1
mlp | /parameters/layers/1/weight | [[1, 0], [0, 1]] | parameters.layers[1].weight[0] | 2
knn | /parameters/k | 4 | parameters.k | 4
knn | /parameters/k | 0 | parameters.k | 0
knn | /parameters/weighting | "distance" | parameters.weighting | distance
knn | /parameters/weighting | "uniform" | parameters.temperature | a number
knn | /parameters/temperature | null | parameters.temperature | nothing
knn | /parameters/temperature | 0 | parameters.temperature | 0
knn | /parameters/embeddings/2 | [0, 0] | parameters.embeddings | one in row 2
knn | /parameters/scores | [[1, 0], [0, 1]] | parameters.scores | 2
kmeans | /parameters/assignment | "hard" | parameters.temperature | a number
kmeans | /parameters/temperature | -1 | parameters.temperature | -1
kmeans | /parameters/centroids | {} | parameters.centroids.shape | nothing
kmeans | /parameters/scores/0 | [1, 0, 0] | parameters.scores[0] | 3
linear | /parameters/kernel | "poly" | parameters.kernel | poly
linear | /parameters/gamma | 1 | parameters.gamma | a number
linear | /parameters/platt/b | [0] | parameters.platt.b | 1
linear | /parameters/platt/c | [0] | parameters.platt.c | an unknown key
rbf | /parameters/weight | [[1, 0], [0, 1]] | parameters.weight | an array
rbf | /parameters/gamma | 0 | parameters.gamma | 0
rbf | /parameters/dualCoefficients | [[1, 1], [1, 1]] | parameters.dualCoefficients[0] | 2
rbf | /parameters/intercept | [1] | parameters.intercept | 1
"#;

#[test]
fn every_fault_names_its_place() {
    for line in TABLE.trim().lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [kind, pointer, value, at, received] = cells[..] else {
            panic!("{line}");
        };
        let text = sealed(&changed(
            kind,
            pointer,
            serde_json::from_str(value).unwrap(),
        ));
        assert_eq!(
            fault(&text),
            (Code::ModelInvalid, at.to_owned(), received.to_owned()),
            "{line}"
        );
    }
}

#[test]
fn what_the_table_changes_loads_unchanged() {
    for kind in ["mlp", "knn", "kmeans", "linear", "rbf"] {
        let selector = Selector::load(&sealed(&good(kind))).unwrap();
        assert_eq!(selector.score(&[1.0, 0.5]).unwrap().len(), 2, "{kind}");
    }
}

#[test]
fn encoded_numbers_are_checked_before_they_are_read() {
    let huge = 4_000_000_000_u64;
    let table = [
        (
            json!({ "shape": [huge, huge], "f32": "AAAAAA==" }),
            "parameters.centroids.f32",
        ),
        (
            json!({ "shape": [huge, 2], "f32": "AAAAAA==" }),
            "parameters.centroids.f32",
        ),
        (
            json!({ "shape": [1, 2], "f32": "AAAAAA==" }),
            "parameters.centroids.f32",
        ),
        (
            json!({ "shape": [1, 2], "f32": "AAAAAAAA!AA=" }),
            "parameters.centroids.f32",
        ),
        (
            json!({ "shape": [1, 2], "f32": [0, 0] }),
            "parameters.centroids.f32",
        ),
        (json!({ "shape": [1, 2] }), "parameters.centroids.f32"),
        (
            json!({ "shape": [1, 2], "f32": "", "f64": "" }),
            "parameters.centroids.f64",
        ),
        (
            json!({ "shape": [1, 2, 3], "f32": "" }),
            "parameters.centroids.shape",
        ),
        (
            json!({ "shape": [0, 2], "f32": "" }),
            "parameters.centroids.shape[0]",
        ),
        (
            json!({ "shape": [2, 1.5], "f32": "" }),
            "parameters.centroids.shape[1]",
        ),
        (
            json!({ "shape": "2", "f32": "" }),
            "parameters.centroids.shape",
        ),
        (encoded(&[4], &[0.0; 4]), "parameters.centroids"),
        (encoded(&[4, 1], &[0.0; 4]), "parameters.centroids"),
        (encoded(&[1, 2], &[0.0; 4]), "parameters.centroids.f32"),
        (
            encoded(&[2, 2], &[0.0, f32::NAN, 0.0, 0.0]),
            "parameters.centroids",
        ),
        (
            encoded(&[2, 2], &[0.0, 0.0, 0.0, f32::NEG_INFINITY]),
            "parameters.centroids",
        ),
    ];
    for (value, at) in table {
        let text = sealed(&changed("kmeans", "/parameters/centroids", value.clone()));
        let (code, found, _) = fault(&text);
        assert_eq!((code, found.as_str()), (Code::ModelInvalid, at), "{value}");
    }
}

#[test]
fn the_hash_is_checked_before_the_content() {
    let mut artifact = good("mlp");
    assert_eq!(
        fault(artifact.to_string().as_bytes()),
        (
            Code::ModelInvalid,
            "sha256".to_owned(),
            "nothing".to_owned()
        )
    );
    artifact["sha256"] = json!("0000");
    assert_eq!(fault(artifact.to_string().as_bytes()).2, "0000");
    artifact["sha256"] = json!(5);
    assert_eq!(fault(artifact.to_string().as_bytes()).2, "a number");
    let sealed: Value = serde_json::from_slice(&sealed(&good("mlp"))).unwrap();
    let mut other = sealed.clone();
    other["parameters"]["layers"][0]["weight"][0][0] = json!(1.000_000_1);
    assert_eq!(fault(other.to_string().as_bytes()).1, "sha256");
    assert!(Selector::load(serde_json::to_string_pretty(&sealed).unwrap().as_bytes()).is_ok());
}

/// A matrix of one row takes the memory of 32; many of them are refused before they are packed.
#[test]
fn weights_that_would_unfold_are_refused() {
    let wide = 1 << 21;
    let mut artifact = good("linear");
    artifact["models"] = json!(["a"]);
    artifact["dimensions"] = json!(wide + 1);
    artifact.as_object_mut().unwrap().remove("standardise");
    artifact["parameters"] = json!({ "kernel": "linear", "weight": encoded(&[1, wide + 1], &vec![0.0; wide + 1]), "intercept": [0] });
    let (code, at, _) = fault(&sealed(&artifact));
    assert_eq!(
        (code, at.as_str()),
        (Code::ModelInvalid, "parameters.weight")
    );
}

#[test]
fn embeddings_that_have_no_scores_are_refused() {
    let largest = f32::MAX;
    let table: [(&str, &[f32], &str); 9] = [
        ("mlp", &[], "embeddings"),
        ("mlp", &[1.0], "embeddings"),
        ("mlp", &[1.0, 2.0, 3.0], "embeddings"),
        ("mlp", &[1.0, 2.0, f32::NAN, 4.0], "embeddings[1]"),
        ("knn", &[1.0, 2.0, f32::INFINITY, 4.0], "embeddings[1]"),
        ("knn", &[1.0, 2.0, 3.0, 4.0, 0.0, -0.0], "embeddings[2]"),
        ("kmeans", &[largest, largest], "embeddings[0]"),
        ("linear", &[largest, f32::NEG_INFINITY], "embeddings[0]"),
        ("mlp", &[largest, largest], "embeddings[0]"),
    ];
    for (kind, embeddings, at) in table {
        let selector = Selector::load(&sealed(&good(kind))).unwrap();
        let error = selector.score(embeddings).expect_err(kind);
        assert_eq!(
            (error.code(), error.at()),
            (Code::InvalidInput, at),
            "{kind} {embeddings:?}"
        );
    }
}

#[test]
fn uniform_neighbours_of_nothing_are_refused_too() {
    let mut artifact = changed("knn", "/parameters/temperature", Value::Null);
    artifact["parameters"]["weighting"] = json!("uniform");
    let selector = Selector::load(&sealed(&artifact)).unwrap();
    assert!(selector.score(&[1e-30, 1e-30]).is_ok());
    assert_eq!(
        selector.score(&[0.0, 0.0]).unwrap_err().at(),
        "embeddings[0]"
    );
}
