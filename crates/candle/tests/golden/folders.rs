//! What is read from folders beside numbers: heads, labels, prompts, lengths; and what a model refuses.

use std::path::PathBuf;

use crate::rigs::{self, fixture, open, row};
use signalbox_base::Code;
use signalbox_candle::{ARCHITECTURES, Model};
use signalbox_core::{Batch, Cancel, Head, Heads, Pass, Pixels, Precision, Row};

fn model(name: &str) -> Model {
    open(&fixture(name), Precision::F32).unwrap()
}

/// A head in one line: name, task, labels, activation, merging, pooling, width.
fn told(head: &Head) -> String {
    let Head {
        name,
        task,
        activation,
        merge,
        pooling,
        width,
        ..
    } = head;
    let labels = head.labels.join(",");
    format!("{name} {task:?} [{labels}] {activation:?} {merge:?} {pooling:?} {width}")
}

#[test]
fn heads_are_those_of_the_folder() {
    const MEAN: &str = "embedding Embedding [] Softmax Mean Mean 32";
    let table: [(&str, &str, usize, &[&str]); 10] = [
        (
            "bert_classifier",
            "bert",
            320,
            &[
                "classification Sequence [law,health,maths,code] Sigmoid Mean Cls 4",
                MEAN,
            ],
        ),
        (
            "bert_tokens",
            "bert",
            320,
            &[
                "tokens Token [O,B-PERSON,I-PERSON,B-EMAIL,I-EMAIL] Softmax Mean Mean 5",
                MEAN,
            ],
        ),
        (
            "bert_sentence",
            "bert",
            310,
            &["embedding Embedding [] Softmax Mean Max 24"],
        ),
        (
            "distilbert",
            "distilbert",
            320,
            &["classification Sequence [law] Sigmoid Mean Cls 1", MEAN],
        ),
        (
            "xlm_roberta",
            "xlm-roberta",
            320,
            &["embedding Embedding [] Softmax Mean Cls 32"],
        ),
        (
            "xlm_roberta_classifier",
            "xlm-roberta",
            320,
            &[
                "classification Sequence [BENIGN,INJECTION,JAILBREAK] Softmax Max Cls 3",
                MEAN,
            ],
        ),
        (
            "modernbert_classifier",
            "modernbert",
            1024,
            &[
                "classification Sequence [law,health,maths,code,other] Softmax Mean Mean 5",
                MEAN,
            ],
        ),
        ("modernbert_embedding", "modernbert", 1024, &[MEAN]),
        ("mmbert", "modernbert", 1024, &[MEAN]),
        (
            "multi",
            "bert",
            320,
            &[
                MEAN,
                "domain Sequence [law,health,maths] Softmax Mean Cls 3",
                "jailbreak Sequence [benign,jailbreak] Softmax Max Max 2",
                "topics Sequence [code,maths,chat] Sigmoid Mean Mean 3",
                "pii Token [O,B-PERSON,I-PERSON] Softmax Mean Mean 3",
                "meaning Embedding [] Softmax Mean Mean 20",
            ],
        ),
    ];
    for (name, architecture, max_tokens, heads) in table {
        let model = model(name);
        let found = model.backend.describe();
        assert_eq!(
            (found.architecture.as_str(), found.max_tokens),
            (architecture, max_tokens),
            "{name}"
        );
        assert!(ARCHITECTURES.contains(&found.architecture.as_str()));
        assert!(found.batch_invariant && !found.images && found.adapters.is_empty());
        assert_eq!(
            found.heads.iter().map(told).collect::<Vec<_>>(),
            heads,
            "{name}"
        );
    }
}

#[test]
fn prompts_are_those_of_the_folder() {
    let prompts = model("bert_sentence").prompts;
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert!(prompts.by_name.contains(&named("query", "query: ")));
    assert!(prompts.by_name.contains(&named("document", "")));
    assert_eq!(prompts.usual.as_deref(), Some("query"));
    assert!(model("multi").prompts.by_name.is_empty());
}

#[test]
fn only_the_heads_that_are_asked_for_answer() {
    let model = model("multi");
    let heads = |places: &[usize]| places.iter().copied().collect::<Heads>();
    let wanted = [heads(&[1]), heads(&[0, 4]), heads(&[]), heads(&[5, 2])];
    let rows: Vec<_> = wanted
        .iter()
        .map(|heads| Row {
            heads: *heads,
            ..row(&model, "The quick brown fox", None)
        })
        .collect();
    let answers = rigs::run(&model, &rows);
    for (answers, wanted) in answers.iter().zip(wanted) {
        assert!(answers.iter().map(|answer| answer.head).eq(wanted.places()));
    }
}

#[test]
fn weights_take_the_bytes_of_their_precision() {
    for name in [
        "bert_classifier",
        "modernbert_tokens",
        "multi",
        "xlm_roberta_classifier",
    ] {
        let bytes = |precision| {
            open(&fixture(name), precision)
                .unwrap()
                .backend
                .describe()
                .weight_bytes
        };
        let (single, int8) = (bytes(Precision::F32), bytes(Precision::Int8));
        let numbers = parameters(fixture(name));
        assert!(
            single >= numbers * 4 && single <= numbers * 5,
            "{name}: {single} bytes for {numbers} numbers"
        );
        assert!(int8 < single, "{name}");
    }
}

/// Numbers in the weights of a folder, by the lengths of its files: headers are a tenth of them at most.
fn parameters(folder: PathBuf) -> usize {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let shards = files.filter(|path| path.extension().is_some_and(|end| end == "safetensors"));
    let numbers = shards.map(|path| {
        let bytes = std::fs::read(path).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let lengths = tensors
            .iter()
            .map(|(_, tensor)| tensor.shape().iter().product::<usize>());
        lengths.sum::<usize>()
    });
    numbers.sum()
}

#[test]
fn a_bias_that_is_left_out_is_zeros() {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("biasless");
    std::fs::create_dir_all(&place).unwrap();
    for file in ["config.json", "tokenizer.json"] {
        std::fs::copy(fixture("bert_classifier").join(file), place.join(file)).unwrap();
    }
    let bytes = std::fs::read(fixture("bert_classifier").join("model.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let zeros = [0; 4 * 4];
    let write = |zeroed: bool| {
        let kept = tensors.iter().filter_map(|(name, tensor)| {
            let left_out = name == "classifier.bias";
            let view = if left_out {
                safetensors::tensor::TensorView::new(
                    tensor.dtype(),
                    tensor.shape().to_vec(),
                    &zeros,
                )
                .unwrap()
            } else {
                tensor
            };
            (!left_out || zeroed).then_some((name, view))
        });
        std::fs::write(
            place.join("model.safetensors"),
            safetensors::serialize(kept, None).unwrap(),
        )
        .unwrap();
        let model = open(&place, Precision::F32).unwrap();
        let row = row(&model, "The quick brown fox", None);
        rigs::run(&model, &[row])
    };
    assert_eq!(write(true), write(false));
}

#[test]
fn what_the_model_has_not_is_refused() {
    let model = model("bert_classifier");
    let cancel = Cancel::default();
    let run = |row: Row| {
        let batch = Batch::new(&[row]).unwrap();
        model.backend.run(&batch, Pass::alone(&cancel)).unwrap_err()
    };
    let good = row(&model, "a", None);
    let adapter = Row {
        adapter: Some(0),
        ..good.clone()
    };
    let types = Row {
        types: vec![7; good.ids.len()],
        ..good.clone()
    };
    let long = Row {
        ids: vec![5; 321],
        types: Vec::new(),
        ..good
    };
    for row in [adapter, types, long] {
        let error = run(row);
        assert_eq!(
            (error.code(), error.at()),
            (Code::InvalidInput, "rows[0]"),
            "{error}"
        );
    }
    let pixels = Pixels {
        values: vec![0.0; 3],
        size: (1, 1),
    };
    let images = model.backend.run_images(&pixels, Pass::alone(&cancel));
    assert_eq!(images.unwrap_err().code(), Code::CapabilityMissing);
    assert!(model.backend.image_recipe().is_none());
}

#[test]
fn a_pass_that_is_given_up_ends() {
    for name in ["bert_classifier", "roberta_tokens", "mmbert"] {
        let model = model(name);
        let cancel = Cancel::default();
        cancel.cancel();
        let batch = Batch::new(&[row(&model, "a", None)]).unwrap();
        let run = model.backend.run(&batch, Pass::alone(&cancel));
        assert_eq!(run.unwrap_err().code(), Code::Cancelled, "{name}");
    }
}
