//! What callers attach to a vector, and the filters that look at it.

use serde_json::{Map, Value as Json};
use signalbox_base::{Code, Error, Result};

/// Most bytes of metadata, or of a filter.
pub const MOST_METADATA_BYTES: usize = 65_536;

/// One value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(Box<str>),
    Number(f64),
    Flag(bool),
}

/// A flat object: its text as it came, and its fields for filters.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    text: Box<str>,
    fields: Box<[(Box<str>, Value)]>,
}

impl Metadata {
    /// Reads a JSON object of strings, numbers and booleans.
    ///
    /// # Errors
    /// `InvalidInput` for anything else.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let fields = object(text, "metadata")?
            .into_iter()
            .map(|(key, json)| {
                let value = value(&json).ok_or_else(|| {
                    invalid(
                        format!("metadata.{key}"),
                        "a string, a number or a boolean",
                        &json,
                    )
                })?;
                Ok((key.into(), value))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            text: text.into(),
            fields,
        })
    }

    /// The JSON it was read from.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(name, _)| **name == *key)
            .map(|(_, value)| value)
    }
}

#[derive(Clone, Debug)]
enum Test {
    OneOf(Vec<Value>),
    Exists(bool),
}

/// What the metadata of a result must satisfy: every key its own test.
#[derive(Clone, Debug)]
pub struct Filter(Vec<(Box<str>, Test)>);

impl Filter {
    /// Reads `{ key: value }`, `{ key: { in: [values] } }` or `{ key: { exists: boolean } }`, any number of keys.
    ///
    /// # Errors
    /// `InvalidInput` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let tests = object(text, "filter")?
            .into_iter()
            .map(|(key, json)| {
                let wanted = test(&json).ok_or_else(|| {
                    invalid(
                        format!("filter.{key}"),
                        "a string, a number, a boolean, { in: [of these] } or { exists: true or false }",
                        &json,
                    )
                })?;
                Ok((key.into(), wanted))
            })
            .collect::<Result<_>>()?;
        Ok(Self(tests))
    }

    pub(crate) fn takes(&self, metadata: Option<&Metadata>) -> bool {
        self.0.iter().all(|(key, test)| {
            let value = metadata.and_then(|metadata| metadata.get(key));
            match test {
                Test::OneOf(values) => value.is_some_and(|value| values.contains(value)),
                Test::Exists(wanted) => value.is_some() == *wanted,
            }
        })
    }
}

fn test(json: &Json) -> Option<Test> {
    let Json::Object(object) = json else {
        return Some(Test::OneOf(vec![value(json)?]));
    };
    if object.len() != 1 {
        return None;
    }
    match (object.get("in"), object.get("exists")) {
        (Some(Json::Array(values)), _) => Some(Test::OneOf(
            values.iter().map(value).collect::<Option<_>>()?,
        )),
        (_, Some(Json::Bool(wanted))) => Some(Test::Exists(*wanted)),
        _ => None,
    }
}

fn value(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::Text(text.as_str().into())),
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::Bool(flag) => Some(Value::Flag(*flag)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn object(text: &str, at: &str) -> Result<Map<String, Json>> {
    let refused = |received: String| {
        Error::new(
            Code::InvalidInput,
            at,
            format!("a flat JSON object of at most {MOST_METADATA_BYTES} bytes"),
            received,
        )
    };
    if text.len() > MOST_METADATA_BYTES {
        return Err(refused(format!("{} bytes", text.len())));
    }
    match serde_json::from_str(text) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(other) => Err(refused(kind(&other).to_owned())),
        Err(_) => Err(refused("something that is not JSON".to_owned())),
    }
}

fn invalid(at: String, expected: &str, received: &Json) -> Error {
    Error::new(Code::InvalidInput, at, expected, kind(received))
}

/// The kind of a value, never its text: it may be a prompt.
const fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{"tenant":"a","hits":3,"ok":true}"#;

    #[test]
    fn filters_take_what_they_say() {
        let metadata = Metadata::parse(METADATA).expect("flat");
        assert_eq!(metadata.text(), METADATA);
        for (filter, with, without) in [
            ("{}", true, true),
            (r#"{"tenant":"a"}"#, true, false),
            (r#"{"tenant":"b"}"#, false, false),
            (r#"{"tenant":"a","hits":3}"#, true, false),
            (r#"{"tenant":"a","hits":4}"#, false, false),
            (r#"{"hits":"3"}"#, false, false),
            (r#"{"ok":true}"#, true, false),
            (r#"{"ok":false}"#, false, false),
            (r#"{"hits":{"in":[1,3]}}"#, true, false),
            (r#"{"hits":{"in":[]}}"#, false, false),
            (r#"{"tenant":{"exists":true}}"#, true, false),
            (r#"{"tenant":{"exists":false}}"#, false, true),
            (r#"{"other":{"exists":false}}"#, true, true),
        ] {
            let parsed = Filter::parse(filter).expect("a filter");
            assert_eq!(
                (parsed.takes(Some(&metadata)), parsed.takes(None)),
                (with, without),
                "{filter}"
            );
        }
    }

    #[test]
    fn what_is_not_flat_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "7",
            "{",
            r#"{"a":null}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{}}"#,
        ] {
            assert!(Metadata::parse(text).is_err(), "{text}");
            assert!(Filter::parse(text).is_err(), "{text}");
        }
        for filter in [
            r#"{"a":{"in":[null]}}"#,
            r#"{"a":{"in":3}}"#,
            r#"{"a":{"exists":1}}"#,
            r#"{"a":{"in":[],"exists":true}}"#,
        ] {
            assert!(Filter::parse(filter).is_err(), "{filter}");
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MOST_METADATA_BYTES));
        let error = Metadata::parse(&long).expect_err("too long");
        assert_eq!((error.code(), error.at()), (Code::InvalidInput, "metadata"));
    }

    #[test]
    fn neighbouring_numbers_stay_apart() {
        let number = 1.000_000_000_000_000_2_f64;
        let metadata = Metadata::parse(&format!(r#"{{"a":{number}}}"#)).expect("flat");
        assert!(
            Filter::parse(&format!(r#"{{"a":{number}}}"#))
                .expect("a filter")
                .takes(Some(&metadata))
        );
        assert!(
            !Filter::parse(r#"{"a":1}"#)
                .expect("a filter")
                .takes(Some(&metadata))
        );
    }
}
