//! Pictures of many kinds through the dual encoders of `models/tiny`, against transformers with Pillow.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "golden/rigs.rs"]
#[expect(dead_code, reason = "texts are of no use here")]
mod rigs;

use std::fs;

use rigs::{cosine, difference, fixture, open};
use safetensors::SafeTensors;
use serde_json::Value;
use signalbox_base::Code;
use signalbox_candle::Model;
use signalbox_core::{Cancel, Pass, Pixels, Precision, normalise};

const FOLDERS: [&str; 2] = ["clip", "siglip"];

/// SPEC N4.
const COSINE: f64 = 0.9999;
/// Where decoders of lossy files differ by a few steps.
const COSINE_LOSSY: f64 = 0.999;
/// Steps of 255 that such decoders differ by, at most and on the mean.
const STEPS_LOSSY: (f32, f32) = (8.0, 1.0);

struct Case {
    name: String,
    file: Vec<u8>,
    /// As transformers prepared it.
    pixels: Pixels,
    embedding: Vec<f32>,
}

fn cases(folder: &str, model: &Model) -> Vec<Case> {
    let recipe = model.backend.image_recipe().unwrap();
    let bytes = fs::read(fixture(folder).join("pixels.safetensors")).unwrap();
    let pixels = SafeTensors::deserialize(&bytes).unwrap();
    let goldens = fs::read(fixture(folder).join("images.json")).unwrap();
    let goldens: Value = serde_json::from_slice(&goldens).unwrap();
    let case = |golden: &Value| {
        let name = golden["image"].as_str().unwrap().to_owned();
        let bytes = pixels.tensor(&name).unwrap();
        let of_channel = recipe.size.0 * recipe.size.1;
        let values = bytes.data().iter().enumerate().map(|(at, byte)| {
            let channel = at / of_channel;
            (f32::from(*byte) / 255.0 - recipe.mean[channel]) / recipe.deviation[channel]
        });
        Case {
            file: fs::read(fixture("images").join(&name)).unwrap(),
            pixels: Pixels {
                values: values.collect(),
                size: recipe.size,
            },
            embedding: serde_json::from_value(golden["embedding"].clone()).unwrap(),
            name,
        }
    };
    goldens.as_array().unwrap().iter().map(case).collect()
}

fn each(check: impl Fn(&str, &Model, &[Case])) {
    for folder in FOLDERS {
        let model = open(&fixture(folder), Precision::F32).unwrap();
        check(folder, &model, &cases(folder, &model));
    }
}

fn lossy(name: &str) -> bool {
    ["photo.jpg", "grey.jpg", "turned.jpg", "photo.webp"].contains(&name)
}

fn embed(model: &Model, pixels: &Pixels) -> Vec<Vec<f32>> {
    let cancel = Cancel::default();
    let matrix = model
        .backend
        .run_images(pixels, Pass::alone(&cancel))
        .unwrap();
    let unit = |row: &[f32]| {
        let mut row = row.to_vec();
        normalise(&mut row);
        row
    };
    matrix.rows().map(unit).collect()
}

#[test]
fn pixels_are_those_of_the_reference() {
    each(|folder, model, cases| {
        let recipe = model.backend.image_recipe().unwrap();
        for case in cases {
            let found = recipe.read(&case.file).unwrap();
            let of_channel = recipe.size.0 * recipe.size.1;
            let both = found.values.iter().zip(&case.pixels.values).enumerate();
            let steps: Vec<f32> = both
                .map(|(at, (found, expected))| {
                    (found - expected).abs() * 255.0 * recipe.deviation[at / of_channel]
                })
                .collect();
            let worst = steps.iter().copied().fold(0.0, f32::max);
            #[expect(clippy::cast_precision_loss, reason = "small pictures")]
            let mean = steps.iter().sum::<f32>() / steps.len() as f32;
            let most = if lossy(&case.name) {
                STEPS_LOSSY
            } else {
                (0.01, 0.01)
            };
            assert!(
                worst <= most.0 && mean <= most.1,
                "{folder}/{}: {worst} and {mean} steps",
                case.name
            );
        }
    });
}

#[test]
fn images_become_the_embeddings_of_the_reference() {
    each(|folder, model, cases| {
        let recipe = model.backend.image_recipe().unwrap();
        for case in cases {
            let of_pixels = cosine(&embed(model, &case.pixels)[0], &case.embedding);
            assert!(of_pixels >= COSINE, "{folder}/{}: {of_pixels}", case.name);
            let of_file = cosine(
                &embed(model, &recipe.read(&case.file).unwrap())[0],
                &case.embedding,
            );
            let least = if lossy(&case.name) {
                COSINE_LOSSY
            } else {
                COSINE
            };
            assert!(of_file >= least, "{folder}/{}: {of_file}", case.name);
        }
    });
}

#[test]
fn an_image_is_the_same_alone_and_among_others() {
    each(|folder, model, cases| {
        let recipe = model.backend.image_recipe().unwrap();
        let files: Vec<&[u8]> = cases.iter().map(|case| case.file.as_slice()).collect();
        let together = {
            let pixels: Vec<Pixels> = files
                .iter()
                .map(|file| recipe.read(file).unwrap())
                .collect();
            let values = pixels
                .iter()
                .flat_map(|pixels| pixels.values.clone())
                .collect();
            embed(
                model,
                &Pixels {
                    values,
                    size: recipe.size,
                },
            )
        };
        for (file, together) in files.iter().zip(&together) {
            let alone = embed(model, &recipe.read(file).unwrap());
            assert!(difference(&alone[0], together) <= f32::EPSILON, "{folder}");
        }
    });
}

#[test]
fn int8_is_near_the_reference() {
    for folder in FOLDERS {
        let model = open(&fixture(folder), Precision::Int8).unwrap();
        for case in cases(folder, &model) {
            let near = cosine(&embed(&model, &case.pixels)[0], &case.embedding);
            assert!(near >= 0.99, "{folder}/{}: {near}", case.name);
        }
    }
}

#[test]
fn faulty_images_are_refused() {
    each(|_, model, cases| {
        let recipe = model.backend.image_recipe().unwrap();
        let whole = &cases[0].file;
        let error = recipe.read(&whole[..whole.len() / 2]).unwrap_err();
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "image"));
        let cancel = Cancel::default();
        let odd = Pixels {
            values: vec![0.0; 3 * 8 * 8],
            size: (8, 8),
        };
        let error = model
            .backend
            .run_images(&odd, Pass::alone(&cancel))
            .unwrap_err();
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "pixels"));
        cancel.cancel();
        let error = model
            .backend
            .run_images(&cases[0].pixels, Pass::alone(&cancel))
            .unwrap_err();
        assert_eq!(error.code(), Code::Cancelled);
    });
}

#[test]
fn every_cut_of_every_file_is_an_image_or_a_typed_error() {
    let model = open(&fixture("clip"), Precision::F32).unwrap();
    let recipe = model.backend.image_recipe().unwrap();
    for case in cases("clip", &model) {
        for length in (0..case.file.len()).step_by(61) {
            if let Err(error) = recipe.read(&case.file[..length]) {
                assert_eq!(error.code(), Code::InvalidInput);
            }
            let mut damaged = case.file.clone();
            damaged[length] ^= 0x55;
            if let Err(error) = recipe.read(&damaged) {
                assert_eq!(error.code(), Code::InvalidInput);
            }
        }
    }
}
