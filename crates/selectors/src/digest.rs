//! The hash of an artifact, over what its JSON says and not over how it is written.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use signalbox_base::Result;

use crate::json::{Json, Table};
use signalbox_base::model_invalid;

/// The key that holds the hash, and is left out of it.
pub(crate) const KEY: &str = "sha256";

/// SHA-256, in lower-case hexadecimal, of the artifact in `bytes` without its own `sha256`; the order of keys, white space and the
/// spelling of numbers do not matter. `docs/selectors-format.md` gives the rule.
///
/// # Errors
/// `ModelInvalid` when `bytes` is not a JSON object, see the format.
pub fn digest(bytes: &[u8]) -> Result<String> {
    match Json::parse(bytes)? {
        Json::Table(table) => Ok(of(&table)),
        other => Err(model_invalid("artifact", "an object", other.kind())),
    }
}

pub(crate) fn of(artifact: &Table) -> String {
    let mut hash = Sha256::new();
    table(&mut hash, artifact, |key| key != KEY);
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

fn value(hash: &mut Sha256, json: &Json) {
    match json {
        Json::Null => hash.update(b"n"),
        Json::Bool(false) => hash.update(b"f"),
        Json::Bool(true) => hash.update(b"t"),
        Json::Number(number) => real(hash, *number),
        Json::Text(text) => string(hash, text),
        Json::Numbers(numbers) => {
            head(hash, *b"a", numbers.len());
            for number in numbers {
                real(hash, *number);
            }
        }
        Json::List(list) => {
            head(hash, *b"a", list.len());
            for element in list {
                value(hash, element);
            }
        }
        Json::Table(entries) => table(hash, entries, |_| true),
    }
}

fn table(hash: &mut Sha256, entries: &Table, counts: impl Fn(&str) -> bool) {
    let kept = || entries.iter().filter(|(key, _)| counts(key));
    head(hash, *b"o", kept().count());
    for (key, entry) in kept() {
        string(hash, key);
        value(hash, entry);
    }
}

fn string(hash: &mut Sha256, text: &str) {
    head(hash, *b"s", text.len());
    hash.update(text);
}

/// Adding zero makes -0 a 0, which JavaScript would write anyway.
fn real(hash: &mut Sha256, number: f64) {
    hash.update(b"d");
    hash.update((number + 0.0).to_le_bytes());
}

fn head(hash: &mut Sha256, tag: [u8; 1], count: usize) {
    hash.update(tag);
    hash.update((count as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter_and_content_does() {
        let same = [
            r#"{"a":[1,2.5],"b":"é","sha256":"x"}"#,
            r#" { "b" : "\u00e9", "a" : [1.0, 25e-1] } "#,
        ];
        let hashes = same.map(|text| digest(text.as_bytes()).expect("an object"));
        assert_eq!(hashes[0], hashes[1]);
        let others = [
            r#"{"a":[1,2.5],"b":"e"}"#,
            r#"{"a":[1,2.500001],"b":"é"}"#,
            r#"{"a":[[1],2.5],"b":"é"}"#,
            r#"{"a":{"sha256":0},"b":"é"}"#,
        ];
        for text in others {
            assert_ne!(
                digest(text.as_bytes()).expect("an object"),
                hashes[0],
                "{text}"
            );
        }
    }

    #[test]
    fn follows_the_documented_rule() {
        let mut bytes = b"o".to_vec();
        bytes.extend(1_u64.to_le_bytes());
        bytes.extend(b"s\x01\0\0\0\0\0\0\0ka\x02\0\0\0\0\0\0\0nt");
        let expected = hexadecimal(&Sha256::digest(&bytes));
        assert_eq!(digest(br#"{"k":[null,true]}"#), Ok(expected));
        assert_eq!(digest(br#"{"k":-0.0}"#), digest(br#"{"k":0}"#));
    }
}
