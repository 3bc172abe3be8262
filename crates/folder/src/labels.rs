//! The labels of a classifier, and what they say about it.

use serde_json::Value;
use signalbox_base::Result;
use signalbox_core::{Activation, Merge};

use crate::fault::model_invalid;
use crate::keys::Keys;

/// More labels than any published classifier has.
const MOST_LABELS: usize = 100_000;

/// What a label of a guard contains, in lower case.
const ALARMS: [&str; 6] = [
    "jailbreak",
    "injection",
    "malicious",
    "unsafe",
    "toxic",
    "harmful",
];

/// `id2label` ordered by id, else as many `LABEL_…` as `num_labels` says; two where neither is there, as transformers has it.
///
/// # Errors
/// `ModelInvalid` naming the key when ids are not 0 to the number of labels, or a label is no string.
pub fn read(keys: &Keys<'_>) -> Result<Vec<String>> {
    let Some(map) = keys.child("id2label")? else {
        let count = keys.count_or("num_labels", 2)?;
        if count > MOST_LABELS {
            return Err(keys.fault("num_labels", format!("at most {MOST_LABELS}")));
        }
        return Ok((0..count).map(|id| format!("LABEL_{id}")).collect());
    };
    let count = map.entries().count();
    let mut labels = vec![None; count];
    for (id, label) in map.entries() {
        let place = id.parse::<usize>().ok().and_then(|id| labels.get_mut(id));
        let place = place.ok_or_else(|| {
            let expected = format!("ids from 0 to {}", count.saturating_sub(1));
            model_invalid(keys.place("id2label"), expected, crate::keys::shortened(id))
        })?;
        *place = Some(name(label).ok_or_else(|| map.fault(id, "a string"))?);
    }
    let labels: Option<Vec<String>> = labels.into_iter().collect();
    let labels = labels.filter(|labels| !labels.is_empty());
    labels.ok_or_else(|| keys.fault("id2label", "each id once, at least one"))
}

/// Some exporters write numbers.
fn name(label: &Value) -> Option<String> {
    match label {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// One label, or labels that do not exclude each other, are judged one by one.
///
/// # Errors
/// `ModelInvalid` when `problem_type` is none of transformers'.
pub fn activation(keys: &Keys<'_>, labels: usize) -> Result<Activation> {
    const WORDS: &[(&str, Option<Activation>)] = &[
        ("single_label_classification", Some(Activation::Softmax)),
        ("multi_label_classification", Some(Activation::Sigmoid)),
        ("regression", None),
    ];
    let usual = if labels == 1 {
        Activation::Sigmoid
    } else {
        Activation::Softmax
    };
    let said = keys.word_or("problem_type", WORDS, Some(None))?;
    Ok(said.unwrap_or(usual))
}

/// The window that alarms most speaks for a text where some label but the first alarms, and the first does not.
#[must_use]
pub fn merge(labels: &[String], activation: Activation) -> Merge {
    let alarms = |label: &String| {
        let label = label.to_lowercase();
        ALARMS.iter().any(|word| label.contains(word))
    };
    let (first, others) = labels.split_at(labels.len().min(1));
    let guards = others.iter().any(alarms) && !first.iter().any(alarms);
    if guards && activation == Activation::Softmax {
        Merge::Max
    } else {
        Merge::Mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_are_ordered_by_number_not_by_text() {
        let map: serde_json::Map<_, _> = (0..12)
            .map(|id| (id.to_string(), json!(format!("L{id}"))))
            .collect();
        let root = json!({ "id2label": map });
        let labels = read(&Keys::new("config.json", &root).expect("an object")).expect("labels");
        assert_eq!(labels[10], "L10");
        assert_eq!(labels.len(), 12);
    }

    #[test]
    fn faulty_labels_are_named() {
        let table = [
            json!({ "id2label": { "1": "a" } }),
            json!({ "id2label": { "x": "a" } }),
            json!({ "id2label": {} }),
            json!({ "id2label": [] }),
            json!({ "id2label": { "00": "a", "0": "b" } }),
        ];
        for root in table {
            let keys = Keys::new("config.json", &root).expect("an object");
            let error = read(&keys).expect_err("faulty labels");
            assert!(error.at().starts_with("config.json:id2label"), "{error}");
        }
    }

    #[test]
    fn guards_are_known_by_their_labels() {
        let table: [(&[&str], Merge); 5] = [
            (&["BENIGN", "INJECTION", "JAILBREAK"], Merge::Max),
            (&["safe", "unsafe"], Merge::Max),
            (&["toxic", "severe_toxic"], Merge::Mean),
            (&["law", "health"], Merge::Mean),
            (&[], Merge::Mean),
        ];
        for (labels, expected) in table {
            let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
            assert_eq!(merge(&labels, Activation::Softmax), expected, "{labels:?}");
        }
    }
}
