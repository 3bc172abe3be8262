//! `signalbox.json` and `modules.json` that ask for what is not there, or lead out of the folder.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{Fault, edit_json};

const OURS: &str = "signalbox.json";
const THEIRS: &str = "modules.json";

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = ours();
    all.extend(hashes());
    all.extend(theirs());
    all.extend(dense());
    all
}

fn ours() -> Vec<Fault> {
    type Edit = fn(&mut Value);
    const EDITS: [(&str, Edit); 22] = [
        ("no version", |root| root["version"] = json!(null)),
        ("another version", |root| root["version"] = json!(2)),
        ("an unknown key", |root| root["models"] = json!([])),
        ("no heads", |root| root["heads"] = json!([])),
        ("heads that are no list", |root| root["heads"] = json!({})),
        ("a head that is no object", |root| {
            root["heads"][1] = json!("domain");
        }),
        ("one head twice", |root| {
            root["heads"][2] = root["heads"][1].clone();
        }),
        ("too many heads", |root| {
            let head = |number| json!({ "name": format!("h{number}"), "task": "embedding" });
            root["heads"] = (0..65).map(head).collect();
        }),
        ("a head without name", |root| {
            root["heads"][1]["name"] = json!("");
        }),
        ("a name that leads elsewhere", |root| {
            root["heads"][1]["name"] = json!("../domain");
        }),
        ("a head of another name", |root| {
            root["heads"][1]["name"] = json!("topic");
        }),
        ("an unknown task", |root| {
            root["heads"][1]["task"] = json!("vision");
        }),
        ("no labels", |root| root["heads"][1]["labels"] = json!([])),
        ("labels that are numbers", |root| {
            root["heads"][1]["labels"] = json!([1, 2, 3]);
        }),
        ("more labels than rows", |root| {
            root["heads"][1]["labels"] = json!(["a", "b", "c", "d"]);
        }),
        ("labels of an embedding", |root| {
            root["heads"][0]["labels"] = json!(["a"]);
        }),
        ("an unknown pooling", |root| {
            root["heads"][1]["pooling"] = json!("median");
        }),
        ("another inner width", |root| {
            root["heads"][1]["hidden"] = json!(25);
        }),
        ("a huge inner width", |root| {
            root["heads"][1]["hidden"] = json!(u64::MAX);
        }),
        ("an unknown activation", |root| {
            root["heads"][1]["activation"] = json!("mish");
        }),
        ("a norm after nothing", |root| {
            root["heads"][3]["norm"] = json!(true);
        }),
        ("other dimensions", |root| {
            root["heads"][0]["dimensions"] = json!(31);
        }),
    ];
    let faults = EDITS.iter().map(|(name, edit)| {
        Fault::new(
            *name,
            "multi",
            "signalbox.json|model.safetensors:heads.",
            move |folder| {
                edit_json(&folder.join(OURS), edit);
            },
        )
    });
    faults.collect()
}

fn hashes() -> Vec<Fault> {
    let files = |name: &str, files: Value, at: &str| {
        Fault::new(name, "multi", at, move |folder| {
            edit_json(&folder.join(OURS), |root| root["files"] = files.clone());
        })
    };
    vec![
        files(
            "another hash",
            json!({ "config.json": "0".repeat(64) }),
            "config.json",
        ),
        files("no hash", json!({ "config.json": "" }), OURS),
        files("a hash that is a number", json!({ "config.json": 7 }), OURS),
        files(
            "a hash of what is missing",
            json!({ "missing.bin": "0".repeat(64) }),
            "missing.bin",
        ),
        files(
            "a hash of another folder",
            json!({ "../bert/config.json": "0".repeat(64) }),
            OURS,
        ),
        files(
            "a hash of the system",
            json!({ "/etc/hostname": "0".repeat(64) }),
            OURS,
        ),
        Fault::new(
            "weights that were exchanged",
            "multi",
            "model.safetensors",
            |folder| {
                let path = folder.join("model.safetensors");
                let mut bytes = fs::read(&path).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                fs::write(path, bytes).unwrap();
            },
        ),
    ]
}

fn theirs() -> Vec<Fault> {
    type Edit = fn(&mut Value);
    const EDITS: [(&str, Edit); 13] = [
        ("no modules", |list| *list = json!([])),
        ("modules that are no list", |list| *list = json!({})),
        ("a module that is no object", |list| {
            list[1] = json!("Pooling");
        }),
        ("a module without class", |list| {
            list[1]["type"] = json!(null);
        }),
        ("an unknown module", |list| {
            list[2]["type"] = json!("sentence_transformers.models.LSTM");
        }),
        ("pooling twice", |list| list[2] = list[1].clone()),
        ("no pooling", |list| *list = json!([list[0], list[2]])),
        ("pooling first", |list| {
            list.as_array_mut().unwrap().swap(0, 1);
        }),
        ("normalising in between", |list| {
            list.as_array_mut().unwrap().swap(2, 3);
        }),
        ("a path that leads out", |list| {
            list[0]["path"] = json!("../bert");
        }),
        ("a path to itself", |list| list[0]["path"] = json!(".")),
        ("a path of the system", |list| {
            list[1]["path"] = json!("/etc");
        }),
        ("a path to nothing", |list| {
            list[1]["path"] = json!("9_Pooling");
        }),
    ];
    let faults = EDITS.iter().map(|(name, edit)| {
        Fault::new(
            *name,
            "bert_sentence",
            "modules.json|9_Pooling",
            move |folder| {
                edit_json(&folder.join(THEIRS), edit);
            },
        )
    });
    faults.collect()
}

fn dense() -> Vec<Fault> {
    let set = |file: &'static str, key: &'static str, value: Value| {
        let folder = file.split('/').next().unwrap_or(file);
        Fault::new(
            format!("{file} {key} {value}"),
            "bert_sentence",
            folder,
            move |place: &Path| {
                edit_json(&place.join(file), |root| root[key] = value.clone());
            },
        )
    };
    let (pooling, dense) = ("1_Pooling/config.json", "2_Dense/config.json");
    let mut all = vec![
        set(pooling, "pooling_mode_mean_tokens", json!(true)),
        set(pooling, "pooling_mode_max_tokens", json!(false)),
        set(pooling, "pooling_mode_max_tokens", json!("yes")),
        set(pooling, "pooling_mode", json!("weightedmean")),
        set(pooling, "pooling_mode", json!("median")),
        set(pooling, "pooling_mode", json!(["mean", "max"])),
        set(pooling, "pooling_mode", json!(7)),
        set(dense, "in_features", json!(33)),
        set(dense, "in_features", json!(null)),
        set(dense, "out_features", json!(25)),
        set(dense, "out_features", json!(u64::MAX)),
        set(
            dense,
            "activation_function",
            json!("torch.nn.modules.activation.Mish"),
        ),
        set(dense, "use_residual", json!(true)),
        set(dense, "module_input_name", json!("token_embeddings")),
        set(
            "0_Transformer/sentence_bert_config.json",
            "max_seq_length",
            json!("long"),
        ),
        set(
            "0_Transformer/sentence_bert_config.json",
            "max_seq_length",
            json!(0),
        ),
        set("config_sentence_transformers.json", "prompts", json!([])),
        set(
            "config_sentence_transformers.json",
            "prompts",
            json!({ "query": 7 }),
        ),
        set(
            "config_sentence_transformers.json",
            "default_prompt_name",
            json!("nobody"),
        ),
    ];
    let files = [
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "0_Transformer/config.json",
        "0_Transformer/tokenizer.json",
    ];
    all.extend(files.map(|file| {
        Fault::new(format!("no {file}"), "bert_sentence", file, move |folder| {
            fs::remove_file(folder.join(file)).unwrap();
        })
    }));
    all
}
