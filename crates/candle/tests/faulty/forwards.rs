//! Configurations and tensors of the architectures beside the fused encoder: each wrong key or missing tensor is named.

use std::fs;

use serde_json::{Value, json};

use crate::{Fault, edit_json};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";

/// Sizes by fixture, as JSON pointers.
const SIZES: [(&str, &[&str]); 5] = [
    (
        "deberta",
        &[
            "/vocab_size",
            "/hidden_size",
            "/num_hidden_layers",
            "/num_attention_heads",
            "/intermediate_size",
        ],
    ),
    (
        "qwen3",
        &[
            "/vocab_size",
            "/hidden_size",
            "/num_attention_heads",
            "/num_key_value_heads",
            "/head_dim",
        ],
    ),
    (
        "embeddinggemma",
        &["/hidden_size", "/sliding_window", "/intermediate_size"],
    ),
    (
        "clip",
        &[
            "/projection_dim",
            "/text_config/hidden_size",
            "/vision_config/image_size",
            "/vision_config/patch_size",
        ],
    ),
    (
        "siglip",
        &[
            "/text_config/max_position_embeddings",
            "/vision_config/num_attention_heads",
        ],
    ),
];

/// A tensor of each fixture, and what its name becomes: as long, so that the file stays whole.
const TENSORS: [(&str, &str, &str); 6] = [
    (
        "deberta",
        "encoder.rel_embeddings.weight",
        "encoder.xxx_embeddings.weight",
    ),
    ("deberta", "pooler.dense.weight", "xxxxxx.dense.weight"),
    ("deberta_token", "conv.conv.weight", "conv.xxxx.weight"),
    (
        "embeddinggemma",
        "layers.2.self_attn.q_norm.weight",
        "layers.2.self_attn.x_norm.weight",
    ),
    (
        "clip",
        "visual_projection.weight",
        "xxxxxx_projection.weight",
    ),
    (
        "siglip",
        "vision_model.head.probe",
        "vision_model.head.xxxxx",
    ),
];

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = sizes();
    all.extend(words());
    all.extend(
        TENSORS
            .iter()
            .map(|(fixture, name, odd)| renamed(fixture, name, odd)),
    );
    all
}

fn sizes() -> Vec<Fault> {
    let values = [
        json!(0),
        json!(-1),
        json!("32"),
        json!([]),
        json!(1_u64 << 40),
        json!(u64::MAX),
    ];
    let each = |(fixture, pointers): &(&'static str, &'static [&'static str])| -> Vec<Fault> {
        let both = pointers
            .iter()
            .flat_map(|pointer| values.iter().map(move |value| (*pointer, value)));
        both.map(|(pointer, value)| set(fixture, pointer, value.clone()))
            .collect()
    };
    SIZES.iter().flat_map(each).collect()
}

fn words() -> Vec<Fault> {
    vec![
        set("deberta", "/pos_att_type", json!(["c2p", "p2p"])),
        set("deberta", "/pos_att_type", json!(7)),
        set("deberta", "/position_buckets", json!(1 << 20)),
        set("deberta", "/position_buckets", json!(1)),
        set("deberta", "/layer_norm_eps", json!(-1)),
        set("deberta", "/pooler_hidden_act", json!("mish")),
        set("deberta", "/pooler_hidden_size", json!(24)),
        set("deberta", "/attention_head_size", json!(8)),
        set("deberta_token", "/conv_kernel_size", json!(4)),
        set("deberta_token", "/conv_groups", json!(2)),
        set("deberta_token", "/conv_act", json!("mish")),
        set("qwen3", "/layer_types", json!(["full_attention"])),
        set("qwen3", "/layer_types/1", json!("chunked_attention")),
        set("qwen3", "/rope_parameters/rope_type", json!("yarn")),
        set("qwen3", "/rope_parameters/rope_theta", json!(0)),
        set(
            "qwen3_sliding",
            "/rope_scaling",
            json!({ "type": "linear", "factor": 2 }),
        ),
        set("qwen3_sliding", "/rope_theta", json!("big")),
        set("qwen3_sliding", "/sliding_window", json!(0)),
        set("embeddinggemma", "/attn_logit_softcapping", json!(50.0)),
        set("embeddinggemma", "/query_pre_attn_scalar", json!(0)),
        set(
            "embeddinggemma",
            "/use_bidirectional_attention",
            json!("yes"),
        ),
        set(
            "embeddinggemma",
            "/rope_parameters/full_attention/rope_type",
            json!("linear"),
        ),
        set("clip", "/text_config", json!(null)),
        set("clip", "/vision_config/num_channels", json!(1)),
        set("clip", "/text_config/hidden_act", json!("mish")),
        set("siglip", "/vision_config/vision_use_head", json!(false)),
        set("siglip", "/text_config/pad_token_id", json!(1_000_000)),
        set("siglip", "/text_config/projection_size", json!(32)),
        Fault::new("no recipe", "clip", "preprocessor_config.json", |folder| {
            fs::remove_file(folder.join("preprocessor_config.json")).unwrap();
        }),
        Fault::new(
            "another size",
            "siglip",
            "preprocessor_config.json:size",
            |folder| {
                edit_json(&folder.join("preprocessor_config.json"), |config| {
                    config["size"]["width"] = json!(25);
                });
            },
        ),
    ]
}

/// Sets what the pointer leads to, which may be a new key of an object.
fn set(fixture: &'static str, pointer: &'static str, value: Value) -> Fault {
    let at = format!("{CONFIG}|{WEIGHTS}|preprocessor_config.json|model-0");
    let name = format!("{pointer} {value:.60}");
    Fault::new(name, fixture, &at, move |folder| {
        edit_json(&folder.join(CONFIG), |config| {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            match config.pointer_mut(parent).unwrap() {
                Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
                other => other[key] = value.clone(),
            }
        });
    })
}

fn renamed(fixture: &'static str, name: &'static str, odd: &'static str) -> Fault {
    assert_eq!(name.len(), odd.len());
    Fault::new(format!("no {name}"), fixture, WEIGHTS, move |folder| {
        let path = folder.join(WEIGHTS);
        let mut bytes = fs::read(&path).unwrap();
        let quoted = format!("{name}\"");
        let at = bytes
            .windows(quoted.len())
            .position(|window| window == quoted.as_bytes())
            .unwrap();
        bytes[at..at + odd.len()].copy_from_slice(odd.as_bytes());
        fs::write(&path, bytes).unwrap();
    })
}
