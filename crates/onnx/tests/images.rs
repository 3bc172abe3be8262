//! Pictures through the graphs of the dual encoders of `models/tiny`, against transformers with Pillow.

#![expect(clippy::unwrap_used, reason = "tests")]

mod rigs;

use std::fs;
use std::path::Path;

use rigs::{cosine, fixture, numbers, open, runtime};
use serde_json::Value;
use signalbox_base::Code;
use signalbox_core::{Cancel, Pass, Pixels, Precision};

/// SPEC N4.
const COSINE: f64 = 0.9999;

#[test]
fn images_become_the_embeddings_of_the_reference() {
    if !runtime() {
        return;
    }
    for folder in ["clip", "siglip"] {
        let model = open(&fixture(folder), Precision::F32).unwrap();
        let recipe = model.backend.image_recipe().unwrap();
        let goldens = fs::read(fixture(folder).join("images.json")).unwrap();
        let goldens: Value = serde_json::from_slice(&goldens).unwrap();
        let mut seen = 0;
        for golden in goldens.as_array().unwrap() {
            let name = golden["image"].as_str().unwrap();
            // Lossy files are for the decoder's tests; here the graph counts.
            if Path::new(name).extension().is_none_or(|kind| kind != "png") {
                continue;
            }
            let pixels = recipe
                .read(&fs::read(fixture("images").join(name)).unwrap())
                .unwrap();
            let matrix = model
                .backend
                .run_images(&pixels, Pass::alone(&Cancel::default()))
                .unwrap();
            let near = cosine(
                matrix.rows().next().unwrap(),
                &numbers(&golden["embedding"]),
            );
            assert!(near >= COSINE, "{folder}/{name}: {near}");
            seen += 1;
        }
        assert!(seen >= 5, "{folder}: {seen} pictures");
    }
}

#[test]
fn what_is_no_image_of_the_model_is_refused() {
    if !runtime() {
        return;
    }
    let cancel = Cancel::default();
    let pixels = Pixels {
        values: vec![0.0; 3 * 8 * 8],
        size: (8, 8),
    };
    let run = |folder: &str| {
        let model = open(&fixture(folder), Precision::F32).unwrap();
        model
            .backend
            .run_images(&pixels, Pass::alone(&cancel))
            .unwrap_err()
    };
    assert_eq!(run("clip").code(), Code::InvalidInput);
    assert_eq!(run("bert").code(), Code::CapabilityMissing);
}

#[test]
fn the_half_that_sees_works_alone() {
    if !runtime() {
        return;
    }
    let model = open(
        &fixture("clip").join("onnx/vision_model.onnx"),
        Precision::F32,
    )
    .unwrap();
    assert!(model.tokeniser.is_none() && model.backend.describe().images);
    let size = model.backend.image_recipe().unwrap().size;
    let pixels = Pixels {
        values: vec![0.5; 2 * 3 * size.0 * size.1],
        size,
    };
    let matrix = model
        .backend
        .run_images(&pixels, Pass::alone(&Cancel::default()))
        .unwrap();
    assert_eq!(matrix.rows().count(), 2);
    assert_eq!(matrix.width, model.backend.describe().heads[0].width);
}
