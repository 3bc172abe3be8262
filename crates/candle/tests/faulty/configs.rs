//! `config.json` with keys that are missing, of another type, or beyond all measure.

use std::fs;

use serde_json::{Value, json};

use crate::{Fault, Random, edit_json};

const FILE: &str = "config.json";

/// Keys that are counted, and how the file of each fixture names them.
const COUNTS: [(&str, &[&str]); 4] = [
    (
        "bert_classifier",
        &[
            "vocab_size",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "max_position_embeddings",
            "type_vocab_size",
        ],
    ),
    (
        "modernbert_tokens",
        &[
            "vocab_size",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "max_position_embeddings",
            "global_attn_every_n_layers",
        ],
    ),
    ("distilbert", &["dim", "n_layers", "n_heads", "hidden_dim"]),
    (
        "roberta_tokens",
        &["hidden_size", "max_position_embeddings"],
    ),
];

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = counts();
    all.extend(words());
    all.extend(labels());
    all.extend(files());
    all.extend(cut(&mut Random(0x5eed_0002)));
    all
}

fn counts() -> Vec<Fault> {
    let values = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("32"),
        json!([32]),
        json!({}),
        json!(true),
        json!(1_u64 << 33),
        json!(u64::MAX),
        json!(1e300),
    ];
    let mut all = Vec::new();
    for (fixture, keys) in COUNTS {
        for key in keys {
            for value in &values {
                // Every layer, or every second: how many it takes to see all may be any number.
                if *key == "global_attn_every_n_layers"
                    && value.as_u64().is_some_and(|value| value > 1)
                {
                    continue;
                }
                let value = value.clone();
                let at = "config.json|model";
                all.push(Fault::new(
                    format!("{key} {value}"),
                    fixture,
                    at,
                    move |folder| {
                        edit_json(&folder.join(FILE), |config| config[key] = value.clone());
                    },
                ));
            }
        }
    }
    all
}

fn set(fixture: &'static str, key: &'static str, value: Value) -> Fault {
    Fault::new(format!("{key} {value:.80}"), fixture, FILE, move |folder| {
        edit_json(&folder.join(FILE), |config| config[key] = value.clone());
    })
}

fn words() -> Vec<Fault> {
    let kinds = |kinds: &[&str]| json!(kinds);
    let (full, local) = ("full_attention", "sliding_attention");
    vec![
        set("bert_classifier", "model_type", json!("gpt2")),
        set("bert_classifier", "model_type", json!(null)),
        set("bert_classifier", "model_type", json!(["bert"])),
        set("bert_classifier", "hidden_act", json!("mish")),
        set(
            "bert_classifier",
            "position_embedding_type",
            json!("relative_key"),
        ),
        set("bert_classifier", "layer_norm_eps", json!("1e-5")),
        set("bert_classifier", "layer_norm_eps", json!(-1)),
        set("bert_classifier", "architectures", json!("BertModel")),
        set("bert_classifier", "architectures", json!([7])),
        set("bert_classifier", "problem_type", json!("guessing")),
        set("roberta_tokens", "pad_token_id", json!(-1)),
        set("roberta_tokens", "pad_token_id", json!(u64::MAX)),
        set("roberta_tokens", "pad_token_id", json!(400)),
        set("modernbert_tokens", "hidden_activation", json!("relu")),
        set("modernbert_tokens", "classifier_pooling", json!("max")),
        set("modernbert_tokens", "classifier_activation", json!("mish")),
        set("modernbert_tokens", "norm_eps", json!("x")),
        set("modernbert_tokens", "local_attention", json!(-2)),
        set("modernbert_tokens", "global_rope_theta", json!(0)),
        set("modernbert_tokens", "local_rope_theta", json!("big")),
        set("modernbert_tokens", "attention_bias", json!("no")),
        set("modernbert_tokens", "mlp_bias", json!(0)),
        set("mmbert", "rope_parameters", json!([])),
        set("mmbert", "rope_parameters", json!({ "full_attention": 7 })),
        set(
            "mmbert",
            "rope_parameters",
            json!({ "full_attention": { "rope_type": "yarn" } }),
        ),
        set(
            "mmbert",
            "rope_parameters",
            json!({ "full_attention": { "rope_theta": -1 } }),
        ),
        set("mmbert", "layer_types", kinds(&[full, local])),
        set("mmbert", "layer_types", kinds(&[local, full, local, full])),
        set("mmbert", "layer_types", kinds(&[full, full, local, full])),
        set(
            "mmbert",
            "layer_types",
            kinds(&[full, "chunked", "chunked", full]),
        ),
        set("mmbert", "layer_types", json!([1, 2, 3, 4])),
    ]
}

fn labels() -> Vec<Fault> {
    let many: serde_json::Map<String, Value> =
        (0..500).map(|id| (id.to_string(), json!("L"))).collect();
    let maps = [
        json!({}),
        json!([]),
        json!("law"),
        json!({ "0": "law" , "2": "health" }),
        json!({ "a": "law" }),
        json!({ "-1": "law" }),
        json!({ "0": null }),
        json!({ "0": ["law"] }),
        json!({ "0": "one label for four rows" }),
        json!(many),
    ];
    let faults = maps.into_iter().map(|map| {
        Fault::new(
            format!("labels {map:.60}"),
            "bert_classifier",
            "config.json|model",
            move |folder| {
                edit_json(&folder.join(FILE), |config| {
                    config["id2label"] = map.clone();
                });
            },
        )
    });
    faults.collect()
}

fn files() -> Vec<Fault> {
    let contents: [(&str, Vec<u8>); 9] = [
        ("nothing", vec![]),
        ("other bytes", vec![0xff, 0xfe, 0]),
        ("null", b"null".to_vec()),
        ("a list", b"[]".to_vec()),
        ("an empty object", b"{}".to_vec()),
        ("a string", b"\"bert\"".to_vec()),
        ("depth", b"[".repeat(200_000)),
        ("deep objects", b"{\"a\":".repeat(200_000)),
        ("five million spaces", vec![b' '; 5_000_000]),
    ];
    let mut all: Vec<_> = contents
        .into_iter()
        .map(|(name, bytes)| {
            Fault::new(
                format!("a config of {name}"),
                "bert_classifier",
                FILE,
                move |folder| {
                    fs::write(folder.join(FILE), &bytes).unwrap();
                },
            )
        })
        .collect();
    all.push(Fault::new("no config", "bert_classifier", FILE, |folder| {
        fs::remove_file(folder.join(FILE)).unwrap();
    }));
    all.push(Fault::new(
        "an empty folder",
        "bert_classifier",
        FILE,
        |folder| {
            fs::remove_dir_all(folder).unwrap();
            fs::create_dir(folder).unwrap();
        },
    ));
    all.push(Fault::new("no folder", "bert_classifier", FILE, |folder| {
        fs::remove_dir_all(folder).unwrap();
        fs::write(folder.with_extension("file"), "").unwrap();
    }));
    #[cfg(unix)]
    for file in [FILE, "model.safetensors", "tokenizer.json"] {
        all.push(Fault::new(
            format!("{file} that links to itself"),
            "bert_classifier",
            file,
            move |folder| {
                fs::remove_file(folder.join(file)).unwrap();
                std::os::unix::fs::symlink(file, folder.join(file)).unwrap();
            },
        ));
    }
    all
}

/// JSON files that end too early.
fn cut(random: &mut Random) -> Vec<Fault> {
    let files = [
        ("bert_classifier", "config.json"),
        ("mmbert", "config.json"),
        ("multi", "signalbox.json"),
        ("bert_sentence", "modules.json"),
        ("bert_sentence", "1_Pooling/config.json"),
        ("bert_sentence", "2_Dense/config.json"),
        ("bert_sentence", "config_sentence_transformers.json"),
        ("xlm_roberta_classifier", "model.safetensors.index.json"),
        ("bert_classifier", "tokenizer.json"),
        ("modernbert_tokens", "tokenizer.json"),
    ];
    let mut all = Vec::new();
    for (fixture, file) in files {
        let length = fs::read(crate::fixture(fixture).join(file)).unwrap().len();
        for _ in 0..5 {
            // Not the last two bytes: a line feed and the closing brace.
            let place = random.below(length - 2);
            all.push(Fault::new(
                format!("{file} cut at {place}"),
                fixture,
                file,
                move |folder| {
                    let bytes = fs::read(folder.join(file)).unwrap();
                    fs::write(folder.join(file), &bytes[..place]).unwrap();
                },
            ));
        }
    }
    all
}
