//! Texts through a backend and a tokeniser that are simple enough to check by hand.

use super::*;
use crate::{Activation, Answer, Head, Merge, Pooling};

/// Embeds a row as the sums of its ids and of ones, and tags odd ids.
pub(crate) struct Sums(Description);

impl Sums {
    pub(crate) fn new() -> Self {
        let head = |name: &str, task, labels: &[&str]| Head {
            name: name.to_owned(),
            task,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            activation: Activation::Softmax,
            experimental: false,
            merge: Merge::Mean,
            pooling: Pooling::Mean,
            width: 2,
        };
        Self(Description {
            architecture: "sums".to_owned(),
            heads: vec![
                head("embedding", Task::Embedding, &[]),
                head("odd", Task::Token, &["O", "ODD"]),
            ],
            max_tokens: 6,
            adapters: Vec::new(),
            images: false,
            batch_invariant: true,
            weight_bytes: 0,
        })
    }
}

impl Backend for Sums {
    fn describe(&self) -> &Description {
        &self.0
    }

    #[expect(clippy::cast_precision_loss, reason = "test ids are small")]
    fn run(&self, batch: &Batch, pass: Pass<'_>) -> Result<Answers> {
        pass.cancel.check()?;
        let sums = |ids: &[u32]| vec![ids.iter().sum::<u32>() as f32, ids.len() as f32];
        let odd = |ids: &[u32]| {
            ids.iter()
                .flat_map(|id| [0.0, if id % 2 == 1 { 9.0 } else { -9.0 }])
                .collect()
        };
        let answers = |(ids, heads): (&[u32], &Heads)| {
            let answer = |head| Answer {
                head,
                values: if head == 0 { sums(ids) } else { odd(ids) },
            };
            heads.places().map(answer).collect()
        };
        Ok(batch.rows().zip(batch.heads()).map(answers).collect())
    }
}

/// One id a byte from `a` on, between two zeros.
pub(crate) struct Bytes;

impl Tokeniser for Bytes {
    fn encode(&self, text: &str, pair: Option<&str>, places: bool) -> Result<Encoding> {
        if !text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(Error::new(
                Code::InvalidInput,
                "text",
                "a to z",
                "something else",
            ));
        }
        let letters = |text: &str| {
            text.bytes()
                .map(|byte| u32::from(byte - b'a'))
                .collect::<Vec<_>>()
        };
        let mut ids = vec![0];
        ids.extend(letters(text));
        ids.push(0);
        ids.extend(letters(pair.unwrap_or("")));
        let place = |at: usize| at.saturating_sub(1)..at;
        Ok(Encoding {
            places: if places {
                (0..ids.len()).map(place).collect()
            } else {
                Vec::new()
            },
            ids,
            types: Vec::new(),
            content: 1..1 + text.len(),
        })
    }
}

pub(crate) fn model() -> Model {
    Model::new(Box::new(Sums::new()), Some(Box::new(Bytes)))
}

pub(crate) fn item(text: &str, heads: impl IntoIterator<Item = usize>) -> Item {
    Item {
        text: text.to_owned(),
        heads: heads.into_iter().collect(),
        ..Item::default()
    }
}

#[test]
fn long_texts_go_through_in_windows_and_come_out_whole() {
    let items = vec![item("bcd", [0]), item("", [0]), item("cabecda", [0, 1])];
    let model = model();
    let outcomes = model
        .answer(items, Pass::alone(&Cancel::default()))
        .expect("answers");
    assert_eq!(outcomes.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 2]);
    let Outcome::Embedding(vector) = &outcomes[0][0].1 else {
        panic!("a vector")
    };
    let length = (36.0_f32 + 25.0).sqrt();
    assert!((vector[0] - 6.0 / length).abs() < 1e-6 && (vector[1] - 5.0 / length).abs() < 1e-6);
    let Outcome::Spans(spans) = &outcomes[2][1].1 else {
        panic!("spans")
    };
    assert_eq!(
        (spans.len(), spans[0].start, spans[0].end),
        (1, 0, 7),
        "one word: {spans:?}"
    );
}

#[test]
fn a_faulty_item_is_named() {
    let error = model()
        .answer(
            vec![item("a", [0]), item("A", [0])],
            Pass::alone(&Cancel::default()),
        )
        .expect_err("a capital");
    assert_eq!(
        (error.code(), error.at()),
        (Code::InvalidInput, "items[1].text")
    );
    let long = Item {
        pair: Some("abcdef".to_owned()),
        ..item("a", [0])
    };
    let error = model()
        .answer(vec![long], Pass::alone(&Cancel::default()))
        .expect_err("no room");
    assert_eq!(error.at(), "items[0].pair");
}

#[test]
fn cancelling_stops_it() {
    let cancel = Cancel::default();
    cancel.cancel();
    let error = model()
        .answer(vec![item("a", [0])], Pass::alone(&cancel))
        .expect_err("cancelled");
    assert_eq!(error.code(), Code::Cancelled);
}
