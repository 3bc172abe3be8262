//! `tokenizer.json` that is none, belongs to another model, or is a bomb.

use std::fs;

use serde_json::{Value, json};

use crate::{Fault, edit_json};

const FILE: &str = "tokenizer.json";

pub(crate) fn faults() -> Vec<Fault> {
    let mut all = whole();
    all.extend(edited());
    all.extend(bombs());
    all
}

fn whole() -> Vec<Fault> {
    let contents: [(&str, Vec<u8>); 8] = [
        ("nothing", vec![]),
        ("an empty object", b"{}".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a number for a model", br#"{"model":7}"#.to_vec()),
        ("other bytes", vec![0xff; 100]),
        ("depth", b"[".repeat(500_000)),
        ("deep objects", b"{\"normalizer\":".repeat(500_000)),
        (
            "deep sequences",
            br#"{"type":"Sequence","normalizers":["#.repeat(100_000),
        ),
    ];
    let mut all: Vec<_> = contents
        .into_iter()
        .map(|(name, bytes)| {
            Fault::new(
                format!("a tokeniser of {name}"),
                "bert_classifier",
                FILE,
                move |folder| {
                    fs::write(folder.join(FILE), &bytes).unwrap();
                },
            )
        })
        .collect();
    all.push(Fault::new(
        "no tokeniser",
        "bert_classifier",
        FILE,
        |folder| {
            fs::remove_file(folder.join(FILE)).unwrap();
        },
    ));
    all
}

fn edit(name: &str, fixture: &'static str, edit: fn(&mut Value)) -> Fault {
    Fault::new(name, fixture, FILE, move |folder| {
        edit_json(&folder.join(FILE), edit);
    })
}

fn edited() -> Vec<Fault> {
    vec![
        edit("an unknown model", "bert_classifier", |root| {
            root["model"]["type"] = json!("WordSoup");
        }),
        edit("no vocabulary", "bert_classifier", |root| {
            root["model"]["vocab"] = json!(null);
        }),
        edit("an empty vocabulary", "bert_classifier", |root| {
            root["model"]["vocab"] = json!({});
        }),
        edit("a vocabulary of words", "bert_classifier", |root| {
            root["model"]["vocab"] = json!(["a", "b"]);
        }),
        edit("ids below zero", "bert_classifier", |root| {
            root["model"]["vocab"]["a"] = json!(-1);
        }),
        edit("ids beyond the model", "bert_classifier", |root| {
            root["model"]["vocab"]["a"] = json!(u32::MAX);
        }),
        edit("ids beyond 32 bits", "bert_classifier", |root| {
            root["model"]["vocab"]["a"] = json!(u64::MAX);
        }),
        edit("special ids beyond the model", "bert_classifier", |root| {
            root["post_processor"]["special_tokens"]["[CLS]"]["ids"] = json!([4_000_000_000_u32]);
        }),
        edit(
            "a special token nobody defines",
            "bert_classifier",
            |root| {
                root["post_processor"]["special_tokens"] = json!({});
            },
        ),
        edit("types that the model has not", "bert_classifier", |root| {
            root["post_processor"]["single"][0]["SpecialToken"]["type_id"] = json!(200);
        }),
        edit(
            "an unknown token that is not there",
            "bert_classifier",
            |root| {
                let vocabulary = root["model"]["vocab"].as_object_mut().unwrap();
                vocabulary.retain(|word, _| word != "a" && word != "[UNK]");
                root["added_tokens"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|token| token["content"] != "[UNK]");
            },
        ),
        edit("words of endless length", "bert_classifier", |root| {
            root["model"]["max_input_chars_per_word"] = json!(u64::MAX);
        }),
        edit("merges of what is not there", "modernbert_tokens", |root| {
            root["model"]["merges"] = json!([["x!", "y!"]]);
        }),
        edit("merges that are numbers", "modernbert_tokens", |root| {
            root["model"]["merges"] = json!([1, 2]);
        }),
        edit("a merge of three", "modernbert_tokens", |root| {
            root["model"]["merges"] = json!(["a b c"]);
        }),
        edit("scores that are words", "xlm_roberta", |root| {
            root["model"]["vocab"] = json!([["a", "b"]]);
        }),
        edit("no piece at all", "xlm_roberta", |root| {
            root["model"]["vocab"] = json!([]);
        }),
        edit(
            "an unknown piece beyond the others",
            "xlm_roberta",
            |root| root["model"]["unk_id"] = json!(1_u64 << 40),
        ),
        edit("an unknown normaliser", "bert_classifier", |root| {
            root["normalizer"] = json!({ "type": "Magic" });
        }),
        edit("a pattern that is none", "modernbert_tokens", |root| {
            root["pre_tokenizer"] = json!({ "type": "Split", "pattern": { "Regex": "(" }, "behavior": "Isolated", "invert": false });
        }),
        edit("a map of characters that is none", "xlm_roberta", |root| {
            root["normalizer"] =
                json!({ "type": "Precompiled", "precompiled_charsmap": "AAECAwQ=" });
        }),
    ]
}

fn bombs() -> Vec<Fault> {
    vec![
        edit("a normaliser that multiplies", "bert_classifier", |root| {
            let replace = json!({ "type": "Replace", "pattern": { "String": "a" }, "content": "a".repeat(1000) });
            root["normalizer"] = json!({ "type": "Sequence", "normalizers": vec![replace; 10] });
        }),
        edit(
            "a map of characters that multiplies",
            "xlm_roberta",
            |root| {
                let map = format!("AAAAAAAA{}", "YWFh".repeat(100_000));
                root["normalizer"] = json!({ "type": "Precompiled", "precompiled_charsmap": map });
            },
        ),
        edit("bytes of bytes of bytes", "modernbert_tokens", |root| {
            root["pre_tokenizer"] = json!({ "type": "Sequence", "pretokenizers": vec![json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false }); 60] });
        }),
        edit("a pattern that repeats", "modernbert_tokens", |root| {
            let pattern = json!({ "Regex": "(((a{1000}){1000}){1000}){1000}" });
            root["pre_tokenizer"] = json!({ "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false });
        }),
        edit("a deep pattern", "modernbert_tokens", |root| {
            let pattern = json!({ "Regex": format!("{}a{}", "(".repeat(1000), ")".repeat(1000)) });
            root["pre_tokenizer"] = json!({ "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": false });
        }),
        edit("the text a hundred times", "bert_classifier", |root| {
            let text = json!({ "Sequence": { "id": "A", "type_id": 0 } });
            root["post_processor"]["single"] = json!(vec![text; 100]);
        }),
        edit("no text", "bert_classifier", |root| {
            root["post_processor"]["single"] =
                json!([{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }]);
        }),
        edit("a thousand special tokens", "bert_classifier", |root| {
            let special = json!({ "SpecialToken": { "id": "[CLS]", "type_id": 0 } });
            let mut pieces = vec![special; 1000];
            pieces.push(json!({ "Sequence": { "id": "A", "type_id": 0 } }));
            root["post_processor"]["single"] = json!(pieces);
        }),
        edit("a great part", "bert_classifier", |root| {
            root["decoder"] =
                json!({ "type": "WordPiece", "prefix": "#".repeat(5_000_000), "cleanup": true });
        }),
    ]
}
