//! Artifacts broken at random, from a seed: a typed error or a selector that works, never a panic, never much memory.

use std::fs;

use serde_json::{Value, json};
use signalbox_base::Code;
use signalbox_selectors::{Selector, digest};

use crate::sample::{Random, artifacts, encoded, sealed};
use crate::{GOLDEN, artifact};

const TEXTS: usize = 2_000;
const TREES: usize = 2_000;

/// What all mutations together may add to the most memory this process has held.
const MOST_KILOBYTES: u64 = 200 << 10;

#[test]
fn broken_text_is_refused() {
    let mut random = Random(1);
    for _ in 0..TEXTS {
        let mut text = artifact(GOLDEN[random.below(GOLDEN.len())].0);
        let at = random.below(text.len());
        let end = (at + 1 + random.below(40)).min(text.len());
        match random.below(5) {
            0 => text.truncate(at),
            1 => text[at] ^= 1 << random.below(8),
            2 => drop(text.drain(at..end)),
            3 => text.extend_from_within(at..end),
            _ => text[at..end].fill(b"0[{\"-e"[random.below(6)]),
        }
        if let Err(error) = Selector::load(&text) {
            assert_eq!(error.code(), Code::ModelInvalid);
            continue;
        }
        // Only what says the same may still load.
        let declared: Value = serde_json::from_slice(&text).unwrap();
        let hash = digest(&text).unwrap();
        assert_eq!(declared["sha256"].as_str(), Some(hash.as_str()));
    }
}

#[test]
fn broken_content_is_refused_or_works() {
    let before = peak_kilobytes();
    let samples: Vec<Value> = (0..3).flat_map(artifacts).collect();
    let (mut random, mut refused) = (Random(2), 0);
    for _ in 0..TREES {
        let mut artifact = samples[random.below(samples.len())].clone();
        let count = 1 + random.below(2);
        for _ in 0..count {
            mutate(&mut artifact, &mut random);
        }
        if !artifact.is_object() {
            continue;
        }
        match Selector::load(&sealed(&artifact)) {
            Err(error) => {
                assert_eq!(error.code(), Code::ModelInvalid);
                assert!(!error.at().is_empty());
                refused += 1;
            }
            Ok(selector) => match selector.score(&random.numbers(selector.dimensions())) {
                Ok(scores) => assert!(scores.iter().all(|score| score.is_finite())),
                Err(error) => assert_eq!(error.code(), Code::InvalidInput),
            },
        }
    }
    assert!(refused > TREES / 2, "{refused}");
    if let (Some(before), Some(after)) = (before, peak_kilobytes()) {
        assert!(after - before < MOST_KILOBYTES, "{} kB", after - before);
    }
}

/// Replaces one value, somewhere, by something that does not belong there.
fn mutate(value: &mut Value, random: &mut Random) {
    let deeper = random.below(6) > 0;
    match value {
        Value::Object(table) if deeper && !table.is_empty() => {
            let index = random.below(table.len());
            mutate(table.values_mut().nth(index).unwrap(), random);
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let index = random.below(list.len());
            mutate(&mut list[index], random);
        }
        _ => *value = hostile(random),
    }
}

fn hostile(random: &mut Random) -> Value {
    let huge = 4_294_967_295_u64;
    let choices = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(huge),
        json!(1e308),
        json!(3e38),
        json!(1e-310),
        json!(""),
        json!("none"),
        json!([]),
        json!([[]]),
        json!([[[1]]]),
        json!({}),
        json!({ "shape": [huge, huge], "f32": "AAAA" }),
        json!({ "shape": [1], "f32": "AADAfw==" }),
        encoded(&[2, 2], &[1.0, f32::NAN, f32::INFINITY, 1.0]),
        encoded(&[1, 3], &[1e38, -1e38, 3e38]),
        json!(vec![0; 100]),
    ];
    choices[random.below(choices.len())].clone()
}

/// The most memory this process has held, where the system says so.
fn peak_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
