//! What a `tokenizer.json` may ask for, looked at before anything of it is built: no pattern that explodes, no text that multiplies.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use signalbox_base::Result;

use super::FILE;
use crate::fault::{first_line, model_invalid};
use crate::keys::shortened;

/// The parts that are read here; the vocabulary is not among them.
const PARTS: [&str; 4] = ["normalizer", "pre_tokenizer", "post_processor", "decoder"];
/// The character map of XLM-R has 316,000 bytes.
const MOST_PART_BYTES: usize = 4 << 20;
/// The longest published pattern has 400 bytes.
const MOST_PATTERN_BYTES: usize = 2048;
/// Published patterns nest three deep.
const MOST_PATTERN_DEPTH: usize = 32;
/// The product of all counts in braces; published patterns have 3.
const MOST_REPEATS: u64 = 10_000;
/// By how much a text may grow before it is cut into tokens: published tokenisers stay below 200 in the worst case.
const MOST_GROWTH: f64 = 512.0;
/// Greedy search in a word takes time with the square of its length; BERT has 100.
const MOST_WORD_CHARACTERS: u64 = 1000;

/// Refuses files that ask for more.
///
/// # Errors
/// `ModelInvalid` naming the file and part.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let outline: HashMap<String, &RawValue> = serde_json::from_slice(bytes)
        .map_err(|error| model_invalid(FILE, "a tokeniser", first_line(&error)))?;
    let mut growth = 1.0;
    for part in PARTS {
        let Some(raw) = outline.get(part) else {
            continue;
        };
        let at = format!("{FILE}:{part}");
        if raw.get().len() > MOST_PART_BYTES {
            let received = format!("{} bytes", raw.get().len());
            return Err(model_invalid(
                at,
                format!("at most {MOST_PART_BYTES} bytes"),
                received,
            ));
        }
        let value: Value = serde_json::from_str(raw.get())
            .map_err(|error| model_invalid(&at, "JSON", first_line(&error)))?;
        parts(&value, &at)?;
        if part == "normalizer" || part == "pre_tokenizer" {
            growth *= grown(&value);
        }
        if growth > MOST_GROWTH {
            let expected = format!("a text that grows at most {MOST_GROWTH}-fold");
            return Err(model_invalid(at, expected, "one that grows more"));
        }
    }
    outline
        .get("model")
        .map_or(Ok(()), |model| check_model(model))
}

fn check_model(model: &RawValue) -> Result<()> {
    let Ok(fields) = serde_json::from_str::<HashMap<String, &RawValue>>(model.get()) else {
        return Ok(()); // the crate's own reader says what is wrong
    };
    let most = fields.get("max_input_chars_per_word");
    let most = most.and_then(|raw| raw.get().parse::<u64>().ok());
    if most.is_some_and(|most| most > MOST_WORD_CHARACTERS) {
        let at = format!("{FILE}:model.max_input_chars_per_word");
        let expected = format!("at most {MOST_WORD_CHARACTERS}");
        return Err(model_invalid(at, expected, "a greater number"));
    }
    Ok(())
}

/// Looks at every pattern, map and template in a part.
fn parts(value: &Value, at: &str) -> Result<()> {
    match value {
        Value::Object(map) => map
            .iter()
            .try_for_each(|(key, inner)| match (key.as_str(), inner) {
                ("Regex", Value::String(pattern)) => pattern_is_small(pattern, at),
                ("precompiled_charsmap", Value::String(text)) => map_is_whole(text, at),
                ("single" | "pair", Value::Array(pieces)) => template_is_whole(map, pieces, at),
                (_, other) => parts(other, at),
            }),
        Value::Array(values) => values.iter().try_for_each(|value| parts(value, at)),
        _ => Ok(()),
    }
}

/// The tokenizers crate panics where the trie is longer than the map.
fn map_is_whole(text: &str, at: &str) -> Result<()> {
    match pieces_of(&decoded(text)) {
        Some(_) => Ok(()),
        None => Err(model_invalid(at, "a map of characters", "other bytes")),
    }
}

/// The tokenizers crate panics at a special token that its template does not define.
fn template_is_whole(map: &Map<String, Value>, pieces: &[Value], at: &str) -> Result<()> {
    let defined = map.get("special_tokens");
    let names = pieces
        .iter()
        .filter_map(|piece| piece.get("SpecialToken")?.get("id")?.as_str());
    let missing = |name: &&str| defined.is_none_or(|tokens| tokens.get(name).is_none());
    match names.into_iter().find(missing) {
        None => Ok(()),
        Some(name) => {
            let expected = "special tokens that are defined";
            Err(model_invalid(at, expected, shortened(name)))
        }
    }
}

fn pattern_is_small(pattern: &str, at: &str) -> Result<()> {
    let (mut depth, mut deepest) = (0_usize, 0);
    for character in pattern.chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let repeats = repeats(pattern);
    if pattern.len() > MOST_PATTERN_BYTES || deepest > MOST_PATTERN_DEPTH || repeats > MOST_REPEATS
    {
        let expected = format!(
            "patterns of at most {MOST_PATTERN_BYTES} bytes, {MOST_PATTERN_DEPTH} groups deep, that repeat {MOST_REPEATS} times"
        );
        return Err(model_invalid(at, expected, "a greater pattern"));
    }
    Ok(())
}

/// The product of the greatest number in each pair of braces.
fn repeats(pattern: &str) -> u64 {
    let braces = pattern.split('{').skip(1).map(|rest| {
        let inside = rest.split('}').next().unwrap_or_default();
        let numbers = inside.split(',').map(|number| number.trim().parse::<u64>());
        numbers
            .filter_map(std::result::Result::ok)
            .max()
            .unwrap_or(1)
            .max(1)
    });
    braces.fold(1, u64::saturating_mul)
}

/// An upper bound of how many bytes one byte of a text becomes.
fn grown(value: &Value) -> f64 {
    let parts = ["normalizers", "pretokenizers"]
        .iter()
        .find_map(|key| value.get(key)?.as_array());
    if let Some(parts) = parts {
        return parts.iter().map(grown).product();
    }
    match value
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
    {
        "Replace" => replaced(value),
        "Precompiled" => mapped(value),
        // Every byte becomes a letter of one or two bytes.
        "ByteLevel" => 2.0,
        // Spaces around every letter of three bytes; a space becomes a sign of three.
        "BertNormalizer" | "Metaspace" => 3.0,
        "Prepend" => length(value.get("prepend")),
        _ => 1.0,
    }
}

fn replaced(value: &Value) -> f64 {
    let content = length(value.get("content"));
    let pattern = value
        .get("pattern")
        .and_then(|pattern| pattern.get("String"));
    // A pattern that matches nothing at all stands between any two letters.
    pattern.map_or(content + 1.0, |pattern| {
        (content / length(Some(pattern))).max(1.0)
    })
}

/// The longest piece of a character map.
fn mapped(value: &Value) -> f64 {
    let text = value.get("precompiled_charsmap").and_then(Value::as_str);
    let bytes = decoded(text.unwrap_or_default());
    let pieces = pieces_of(&bytes)
        .unwrap_or_default()
        .split(|byte| *byte == 0);
    let longest = pieces.map(<[u8]>::len).max().unwrap_or(0);
    number(longest).max(1.0)
}

/// What follows the trie, each piece ending with a zero; before the trie stand four bytes that tell its length.
fn pieces_of(map: &[u8]) -> Option<&[u8]> {
    let (size, rest) = map.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
    let (trie, pieces) = rest.split_at_checked(size)?;
    trie.len().is_multiple_of(4).then_some(pieces)
}

/// Base64 (RFC 4648, section 4), lenient: the crate's own reader refuses what is none.
fn decoded(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let sixes: Vec<u32> = text.bytes().filter_map(value).map(u32::from).collect();
    let quartets = sixes.chunks(4).flat_map(|four| {
        let bits = four.iter().fold(0, |bits, six| bits << 6 | six) << (24 - 6 * four.len());
        bits.to_be_bytes()[1..four.len()].to_vec()
    });
    quartets.collect()
}

fn length(text: Option<&Value>) -> f64 {
    number(text.and_then(Value::as_str).unwrap_or_default().len()).max(1.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "lengths are far below 2^52, and bounds need no more"
)]
const fn number(length: usize) -> f64 {
    length as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(part: &str, value: &Value) -> Vec<u8> {
        json!({ part: value, "model": {} }).to_string().into_bytes()
    }

    #[test]
    fn what_published_tokenisers_have_passes() {
        let gpt = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+";
        let split = json!({ "type": "Split", "pattern": { "Regex": gpt } });
        let split =
            json!({ "type": "Sequence", "pretokenizers": [split, { "type": "ByteLevel" }] });
        check(&with("pre_tokenizer", &split)).expect("a pattern of GPT");
        let replace = json!({ "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": "▁" });
        let map = json!({ "type": "Precompiled", "precompiled_charsmap": "AAAAAGFiYwBkAA==" });
        let both = json!({ "type": "Sequence", "normalizers": [map, replace] });
        check(&with("normalizer", &both)).expect("a normaliser of XLM-R");
    }

    #[test]
    fn bombs_are_refused() {
        let replace =
            json!({ "type": "Replace", "pattern": { "String": "a" }, "content": "aaaaaaaaaa" });
        let bytes = json!({ "type": "ByteLevel" });
        let pattern = |pattern: &str| json!({ "type": "Split", "pattern": { "Regex": pattern } });
        let map = format!("AAAAAAAA{}", "YWFh".repeat(1000));
        let table = [
            (
                "normalizer",
                json!({ "type": "Sequence", "normalizers": [replace, replace, replace] }),
            ),
            (
                "normalizer",
                json!({ "type": "Replace", "pattern": { "Regex": "" }, "content": "a".repeat(600) }),
            ),
            (
                "normalizer",
                json!({ "type": "Precompiled", "precompiled_charsmap": map }),
            ),
            (
                "pre_tokenizer",
                json!({ "type": "Sequence", "pretokenizers": vec![bytes; 10] }),
            ),
            ("pre_tokenizer", pattern("((a{1000}){1000}){1000}")),
            ("pre_tokenizer", pattern(&"(".repeat(100))),
            ("decoder", pattern(&"a".repeat(5000))),
        ];
        for (part, value) in table {
            let error = check(&with(part, &value)).expect_err(part);
            assert_eq!(error.at(), format!("tokenizer.json:{part}"));
        }
        let slow = br#"{ "model": { "type": "WordPiece", "max_input_chars_per_word": 18446744073709551615 } }"#;
        assert!(check(slow).is_err());
    }

    #[test]
    fn base64_is_read_as_written() {
        let table = [
            ("", ""),
            ("YQ==", "a"),
            ("YWI=", "ab"),
            ("YWJj", "abc"),
            ("YWJjZA==", "abcd"),
        ];
        for (text, expected) in table {
            assert_eq!(decoded(text), expected.as_bytes());
        }
    }
}
