//! JSON as a tree that keeps lists of numbers flat, refuses keys written twice, and cannot grow far beyond its text.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use signalbox_base::Result;

use signalbox_base::model_invalid;

/// The longest text that is read.
const MOST_BYTES: usize = 256 << 20;

/// The most values that are not numbers of a flat list: each takes some hundred bytes, a number in a list only eight.
const MOST_NODES: usize = 1 << 20;

/// A value.
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// A list of numbers alone; the empty list too.
    Numbers(Vec<f64>),
    List(Vec<Json>),
    Table(Table),
}

/// An object, its keys in the order of their bytes.
pub(crate) type Table = BTreeMap<String, Json>;

impl Json {
    /// Reads a whole text.
    ///
    /// # Errors
    /// `ModelInvalid` at `artifact` when it is too long, not JSON, has a key twice, or too many values.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MOST_BYTES {
            return Err(model_invalid(
                "artifact",
                format!("at most {MOST_BYTES} bytes"),
                format!("{} bytes", bytes.len()),
            ));
        }
        let left = Cell::new(MOST_NODES);
        let mut text = serde_json::Deserializer::from_slice(bytes);
        Seed(&left)
            .deserialize(&mut text)
            .and_then(|json| text.end().map(|()| json))
            .map_err(|error| model_invalid("artifact", "JSON", error.to_string()))
    }

    /// What kind of value it is, for errors.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Numbers(_) | Self::List(_) => "an array",
            Self::Table(_) => "an object",
        }
    }
}

/// Reads one value; holds how many more there may be.
#[derive(Clone, Copy)]
struct Seed<'a>(&'a Cell<usize>);

impl Seed<'_> {
    fn take<E: serde::de::Error>(self, count: usize) -> std::result::Result<(), E> {
        let left = self.0.get().checked_sub(count);
        self.0
            .set(left.ok_or_else(|| E::custom("too many values"))?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<Json, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of JSON are doubles here, as in JavaScript"
    )]
    fn visit_u64<E>(self, value: u64) -> std::result::Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of JSON are doubles here, as in JavaScript"
    )]
    fn visit_i64<E>(self, value: i64) -> std::result::Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> std::result::Result<Json, A::Error> {
        let mut numbers = Vec::new();
        while let Some(value) = from.next_element_seed(self)? {
            let Json::Number(number) = value else {
                self.take(numbers.len() + 1)?;
                let list = numbers.into_iter().map(Json::Number).chain([value]);
                return self.rest(list.collect(), from);
            };
            numbers.push(number);
        }
        Ok(Json::Numbers(numbers))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> std::result::Result<Json, A::Error> {
        let mut table = Table::new();
        while let Some(key) = from.next_key::<String>()? {
            self.take(1)?;
            if table.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} twice")));
            }
            table.insert(key, from.next_value_seed(self)?);
        }
        Ok(Json::Table(table))
    }
}

impl Seed<'_> {
    /// The rest of a list that is not of numbers alone.
    fn rest<'de, A: SeqAccess<'de>>(
        self,
        mut list: Vec<Json>,
        mut from: A,
    ) -> std::result::Result<Json, A::Error> {
        while let Some(value) = from.next_element_seed(self)? {
            self.take(1)?;
            list.push(value);
        }
        Ok(Json::List(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_numbers_stay_flat_and_mixed_ones_do_not() {
        assert!(
            matches!(Json::parse(b"[1, -2.5, 3e2]"), Ok(Json::Numbers(found)) if found == [1.0, -2.5, 300.0])
        );
        assert!(matches!(Json::parse(b"[1, \"a\", 2]"), Ok(Json::List(found)) if found.len() == 3));
        assert!(matches!(Json::parse(b"[]"), Ok(Json::Numbers(found)) if found.is_empty()));
    }

    #[test]
    fn what_is_no_json_is_refused_at_the_artifact() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,\"a\":2}",
            "1e999",
            "NaN",
            "{} {}",
            &deep,
        ] {
            assert_eq!(
                Json::parse(text.as_bytes())
                    .err()
                    .map(|error| error.at().to_owned())
                    .as_deref(),
                Some("artifact"),
                "{text:.20}"
            );
        }
    }

    #[test]
    fn more_values_than_memory_allows_are_refused() {
        let rows = format!("[{}[]]", "[],".repeat(MOST_NODES));
        let mixed = format!("[{}\"a\"]", "0,".repeat(MOST_NODES));
        for text in [rows, mixed] {
            let received = Json::parse(text.as_bytes())
                .err()
                .map(|error| error.received().to_owned());
            assert!(received.is_some_and(|text| text.starts_with("too many values")));
        }
    }
}
