//! Weights that are cut short, of other shapes and types, not finite, or not there.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{Fault, Random, edit_json, fixture};

const FILES: [(&str, &str); 6] = [
    ("bert_classifier", "model.safetensors"),
    ("modernbert_classifier", "model.safetensors"),
    ("xlm_roberta_classifier", "model-00001-of-00002.safetensors"),
    ("modernbert_tokens", "model-00003-of-00003.safetensors"),
    ("roberta_tokens", "model.safetensors"),
    ("bert_sentence", "2_Dense/model.safetensors"),
];

pub(crate) fn faults() -> Vec<Fault> {
    let mut random = Random(0x5eed_0001);
    let mut all = Vec::new();
    for (fixture, file) in FILES {
        all.extend(cut(fixture, file, &mut random));
        all.extend(tensors(fixture, file, &mut random));
        all.extend(headers(fixture, file));
    }
    all.extend(indices());
    all
}

/// A file that ends too early, or goes on too long, or is not there.
fn cut(fixture: &'static str, file: &'static str, random: &mut Random) -> Vec<Fault> {
    let length = fs::read(crate::fixture(fixture).join(file)).unwrap().len();
    let mut places = vec![0, 1, 7, 8, 9, length - 1];
    places.extend((0..8).map(|_| random.below(length)));
    let cuts = places.into_iter().map(|place| {
        Fault::new(format!("cut at {place}"), fixture, file, move |folder| {
            let bytes = fs::read(folder.join(file)).unwrap();
            fs::write(folder.join(file), &bytes[..place]).unwrap();
        })
    });
    let mut all: Vec<_> = cuts.collect();
    all.push(Fault::new("more bytes", fixture, file, move |folder| {
        let mut bytes = fs::read(folder.join(file)).unwrap();
        bytes.extend([0; 64]);
        fs::write(folder.join(file), bytes).unwrap();
    }));
    all.push(Fault::new("no weights", fixture, file, move |folder| {
        fs::remove_file(folder.join(file)).unwrap();
    }));
    all.push(Fault::new(
        "a folder for weights",
        fixture,
        file,
        move |folder| {
            fs::remove_file(folder.join(file)).unwrap();
            fs::create_dir(folder.join(file)).unwrap();
        },
    ));
    all
}

/// Parts of a safetensors file.
fn split(bytes: &[u8]) -> (Value, Vec<u8>) {
    let size = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
    let header = serde_json::from_slice(&bytes[8..8 + size]).unwrap();
    (header, bytes[8 + size..].to_vec())
}

fn join(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend(data);
    bytes
}

fn rewrite(path: &Path, edit: impl Fn(&mut Value, &mut Vec<u8>)) {
    let (mut header, mut data) = split(&fs::read(path).unwrap());
    edit(&mut header, &mut data);
    fs::write(path, join(&header.to_string(), &data)).unwrap();
}

/// One tensor that is not as it should be; `at` its file, or the index that promises it.
fn tensors(fixture: &'static str, file: &'static str, random: &mut Random) -> Vec<Fault> {
    type Edit = fn(&mut Value, &mut Vec<u8>, &str);
    const EDITS: [(&str, Edit); 12] = [
        ("another shape", |header, _, name| {
            header[name]["shape"] = json!([3, 5]);
        }),
        ("no shape", |header, _, name| {
            header[name]["shape"] = json!([]);
        }),
        ("a huge shape", |header, _, name| {
            header[name]["shape"] = json!([1_u64 << 40, 1_u64 << 40]);
        }),
        ("a shape below zero", |header, _, name| {
            header[name]["shape"] = json!([-1, 4]);
        }),
        ("an endless tensor", |header, _, name| {
            header[name]["data_offsets"] = json!([0, u64::MAX]);
        }),
        ("offsets the wrong way", |header, _, name| {
            header[name]["data_offsets"] = json!([64, 0]);
        }),
        ("whole numbers", |header, _, name| {
            header[name]["dtype"] = json!("I32");
        }),
        ("doubles", |header, _, name| {
            header[name]["dtype"] = json!("F64");
        }),
        ("an unknown type", |header, _, name| {
            header[name]["dtype"] = json!("F7");
        }),
        ("no such tensor", |header, _, name| {
            let tensor = header[name].take();
            header.as_object_mut().unwrap().remove(name);
            header["another"] = tensor;
        }),
        ("NaN", |header, data, name| poison(header, data, name, 0xff)),
        ("infinity", |header, data, name| {
            poison(header, data, name, 0x7f);
        }),
    ];
    let (header, _) = split(&fs::read(crate::fixture(fixture).join(file)).unwrap());
    // What is left out counts as zeros for a bias, and is not looked at for a vocabulary's decoder.
    let names: Vec<String> = header
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with(".weight"))
        .cloned()
        .collect();
    let places = format!("{file}|model.safetensors.index.json");
    let faults = EDITS.iter().map(|(what, edit)| {
        let name = names[random.below(names.len())].clone();
        Fault::new(
            format!("{what} at {name}"),
            fixture,
            &places,
            move |folder| {
                rewrite(&folder.join(file), |header, data| edit(header, data, &name));
            },
        )
    });
    faults.collect()
}

/// Makes the last number of a tensor no number: all bits of its exponent set.
fn poison(header: &mut Value, data: &mut [u8], name: &str, top: u8) {
    let end = header[name]["data_offsets"][1].as_u64().unwrap();
    let end = usize::try_from(end).unwrap();
    let wide = header[name]["dtype"] != "F16";
    data[end - 1] = if wide || top == 0xff { top } else { 0x7c };
    data[end - 2] = if top == 0xff {
        0xff
    } else if wide {
        0x80
    } else {
        0
    };
    if header[name]["dtype"] == "F32" {
        data[end - 4..end - 2].fill(0);
    }
}

/// Headers that are none.
fn headers(fixture: &'static str, file: &'static str) -> Vec<Fault> {
    let table: [(&str, Vec<u8>); 9] = [
        ("an endless header", u64::MAX.to_le_bytes().repeat(4)),
        (
            "a header longer than the file",
            [&100_000_000_u64.to_le_bytes()[..], b"{}"].concat(),
        ),
        ("an empty header", join("", &[])),
        ("a header without tensors", join("{}", &[])),
        ("a list for a header", join("[]", &[])),
        ("a header of other bytes", join("\u{0}\u{1}", &[1; 8])),
        ("a deep header", join(&"{\"a\":".repeat(100_000), &[])),
        ("a deep list", join(&"[".repeat(100_000), &[])),
        (
            "one tensor twice",
            join(
                r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
                &[0; 8],
            ),
        ),
    ];
    let faults = table.into_iter().map(|(name, bytes)| {
        let places = format!("{file}|model.safetensors.index.json");
        Fault::new(name, fixture, &places, move |folder| {
            fs::write(folder.join(file), &bytes).unwrap();
        })
    });
    faults.collect()
}

/// Indices that lead elsewhere, nowhere, or to themselves.
fn indices() -> Vec<Fault> {
    const FILE: &str = "model.safetensors.index.json";
    let fixture_name = "xlm_roberta_classifier";
    let text = fs::read(fixture(fixture_name).join(FILE)).unwrap();
    let index: Value = serde_json::from_slice(&text).unwrap();
    let map = index["weight_map"].as_object().unwrap();
    let tensor = map
        .keys()
        .find(|name| name.ends_with(".weight"))
        .unwrap()
        .clone();
    let targets = [
        json!("model.safetensors.index.json"),
        json!("../xlm_roberta/model.safetensors"),
        json!("/etc/hostname"),
        json!("C:\\model.safetensors"),
        json!("./model-00001-of-00002.safetensors"),
        json!(""),
        json!("."),
        json!("config.json"),
        json!("missing.safetensors"),
        json!("model\u{0}.safetensors"),
        json!(7),
        json!(null),
        json!(["model-00001-of-00002.safetensors"]),
    ];
    let mut all: Vec<_> = targets
        .into_iter()
        .map(|target| {
            let tensor = tensor.clone();
            let places = "model|config.json|missing.safetensors";
            Fault::new(
                format!("a tensor in {target}"),
                "xlm_roberta_classifier",
                places,
                move |folder| {
                    edit_json(&folder.join(FILE), |index| {
                        index["weight_map"][&tensor] = target.clone();
                    });
                },
            )
        })
        .collect();
    let wholes = [
        json!([]),
        json!({}),
        json!({ "weight_map": {} }),
        json!({ "weight_map": [] }),
    ];
    all.extend(wholes.into_iter().map(|whole| {
        Fault::new(
            format!("the index {whole}"),
            "xlm_roberta_classifier",
            FILE,
            move |folder| {
                fs::write(folder.join(FILE), whole.to_string()).unwrap();
            },
        )
    }));
    all.push(Fault::new(
        "ten thousand shards",
        "xlm_roberta_classifier",
        FILE,
        |folder| {
            let map: serde_json::Map<_, _> = (0..10_000)
                .map(|number| {
                    (
                        format!("t{number}"),
                        json!(format!("s{number}.safetensors")),
                    )
                })
                .collect();
            fs::write(folder.join(FILE), json!({ "weight_map": map }).to_string()).unwrap();
        },
    ));
    all.push(Fault::new(
        "shards the wrong way round",
        "xlm_roberta_classifier",
        "model-0000",
        |folder| {
            edit_json(&folder.join(FILE), |index| {
                for file in index["weight_map"].as_object_mut().unwrap().values_mut() {
                    let other = file.as_str().unwrap().contains("00001-of");
                    *file = json!(format!(
                        "model-0000{}-of-00002.safetensors",
                        1 + u8::from(other)
                    ));
                }
            });
        },
    ));
    all
}
