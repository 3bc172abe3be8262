//! How texts become tokens: what of them is the text itself, and where it lay.

use signalbox_candle::Model;
use signalbox_core::Precision;

use crate::rigs::{cases, fixture, open};

const FOLDERS: [&str; 12] = [
    "bert_classifier",
    "bert_tokens",
    "bert_sentence",
    "distilbert",
    "roberta_tokens",
    "xlm_roberta",
    "xlm_roberta_classifier",
    "modernbert_classifier",
    "modernbert_tokens",
    "modernbert_embedding",
    "mmbert",
    "multi",
];

fn model(name: &str) -> Model {
    open(&fixture(name), Precision::F32).unwrap()
}

#[test]
fn content_is_the_text_without_special_tokens_and_pairs() {
    for name in FOLDERS {
        let model = model(name);
        let tokeniser = model.tokeniser.as_ref().unwrap();
        for case in cases(&fixture(name)) {
            let alone = tokeniser.encode(&case.text, None, false).unwrap();
            let paired = tokeniser
                .encode(&case.text, case.pair.as_deref(), true)
                .unwrap();
            assert_eq!(
                alone.ids[alone.content.clone()],
                paired.ids[paired.content.clone()],
                "{name}: {:?}",
                case.text
            );
            assert_eq!(alone.content.start, paired.content.start);
            assert_eq!(
                alone.ids.len(),
                alone.content.len() + 2,
                "{name}: {:?}",
                case.text
            );
        }
        let nothing = tokeniser.encode("", None, true).unwrap();
        assert_eq!((nothing.content, nothing.ids.len()), (1..1, 2), "{name}");
    }
}

#[test]
fn places_lie_in_the_text_in_order() {
    for name in FOLDERS {
        let model = model(name);
        let tokeniser = model.tokeniser.as_ref().unwrap();
        for case in cases(&fixture(name)) {
            let found = tokeniser
                .encode(&case.text, case.pair.as_deref(), true)
                .unwrap();
            let fast = tokeniser
                .encode(&case.text, case.pair.as_deref(), false)
                .unwrap();
            assert_eq!(
                (&found.ids, &found.types, &found.content),
                (&fast.ids, &fast.types, &fast.content)
            );
            assert!(fast.places.is_empty() && found.places.len() == found.ids.len());
            let places = &found.places[found.content];
            for place in places {
                assert!(
                    case.text.get(place.clone()).is_some(),
                    "{name}: {place:?} of {:?}",
                    case.text
                );
            }
            let ascend = places.windows(2).all(|pair| pair[0].start <= pair[1].start);
            assert!(ascend, "{name}: {:?}", case.text);
        }
    }
}

#[test]
fn a_pair_has_types_where_the_model_knows_them() {
    let types = |name: &str| {
        let model = model(name);
        let tokeniser = model.tokeniser.as_ref().unwrap();
        tokeniser.encode("route", Some("it"), false).unwrap().types
    };
    let bert = types("bert_classifier");
    assert!(bert.first() == Some(&0) && bert.last() == Some(&1));
    assert!(types("roberta_tokens").is_empty());
}
