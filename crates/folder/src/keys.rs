//! A JSON object of a model folder, read key by key: what is wrong is named by file and key.

use serde_json::{Map, Value};
use signalbox_base::{Error, Result};

use crate::fault::model_invalid;

/// One object, and where it lies.
#[derive(Clone, Debug)]
pub struct Keys<'json> {
    at: String,
    map: &'json Map<String, Value>,
}

impl<'json> Keys<'json> {
    /// The whole of `file`.
    ///
    /// # Errors
    /// `ModelInvalid` when it is no object.
    pub fn new(file: &str, value: &'json Value) -> Result<Self> {
        Self::at(file.to_owned(), value)
    }

    fn at(at: String, value: &'json Value) -> Result<Self> {
        match value {
            Value::Object(map) => Ok(Self { at, map }),
            other => Err(model_invalid(at, "an object", kind(other))),
        }
    }

    /// How errors name `key`.
    #[must_use]
    pub fn place(&self, key: &str) -> String {
        let joint = if self.at.contains(':') { '.' } else { ':' };
        format!("{}{joint}{key}", self.at)
    }

    /// The fault of `key`: what was expected; what is there is told by its kind alone, unless `received` says more.
    pub fn fault(&self, key: &str, expected: impl Into<String>) -> Error {
        let received = self.map.get(key).map_or("nothing", kind);
        model_invalid(self.place(key), expected, received)
    }

    /// The value of `key`; null counts as absent, as transformers has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'json Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Refuses keys that nobody knows: for files that are ours.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        let stranger = self.map.keys().find(|key| !known.contains(&key.as_str()));
        stranger.map_or(Ok(()), |key| {
            let expected = format!("one of {}", known.join(", "));
            Err(model_invalid(
                self.place(&shortened(key)),
                expected,
                "a key nobody knows",
            ))
        })
    }

    /// A whole number above 0 that must be there.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn count(&self, key: &str) -> Result<usize> {
        let value = self.get(key).and_then(Value::as_u64);
        let number = value.and_then(|number| usize::try_from(number).ok());
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| self.fault(key, "a whole number above 0"))
    }

    /// The same with a default.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn count_or(&self, key: &str, default: usize) -> Result<usize> {
        self.get(key).map_or(Ok(default), |_| self.count(key))
    }

    /// A whole number from 0 on.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn index_or(&self, key: &str, default: usize) -> Result<usize> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        let number = value
            .as_u64()
            .and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| self.fault(key, "a whole number of at least 0"))
    }

    /// Any number.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn number_or(&self, key: &str, default: f64) -> Result<f64> {
        let value = self.get(key).map_or(Some(default), Value::as_f64);
        value.ok_or_else(|| self.fault(key, "a number"))
    }

    /// What keeps a norm from dividing by nothing.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn epsilon_or(&self, key: &str, default: f64) -> Result<f32> {
        let epsilon = self.number_or(key, default)?;
        if !(0.0..1.0).contains(&epsilon) {
            return Err(self.fault(key, "a number from 0 to below 1"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "f32 is what the norm computes in"
        )]
        let epsilon = epsilon as f32;
        Ok(epsilon)
    }

    /// True or false.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn flag_or(&self, key: &str, default: bool) -> Result<bool> {
        let value = self.get(key).map_or(Some(default), Value::as_bool);
        value.ok_or_else(|| self.fault(key, "true or false"))
    }

    /// A string that may be absent.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn text(&self, key: &str) -> Result<Option<&'json str>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let text = value.as_str().map(Some);
        text.ok_or_else(|| self.fault(key, "a string"))
    }

    /// One of the words this crate knows, by what it stands for.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn word_or<Meaning: Copy>(
        &self,
        key: &str,
        known: &[(&str, Meaning)],
        default: Option<Meaning>,
    ) -> Result<Meaning> {
        let words = || known.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| self.fault(key, words().join(" or ")));
        };
        let found = value
            .as_str()
            .ok_or_else(|| self.fault(key, words().join(" or ")))?;
        let meaning = known.iter().find(|(word, _)| *word == found);
        meaning
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| model_invalid(self.place(key), words().join(" or "), shortened(found)))
    }

    /// An object inside this one.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn child(&self, key: &str) -> Result<Option<Keys<'json>>> {
        let value = self.get(key);
        value
            .map(|value| Self::at(self.place(key), value))
            .transpose()
    }

    /// A list inside this one; empty where it is absent.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn list(&self, key: &str) -> Result<&'json [Value]> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(self.fault(key, "a list")),
        }
    }

    /// The objects of a list inside this one.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn objects(&self, key: &str) -> Result<Vec<Keys<'json>>> {
        let values = self.list(key)?.iter().enumerate();
        values
            .map(|(number, value)| Self::at(format!("{}[{number}]", self.place(key)), value))
            .collect()
    }

    /// The strings of a list inside this one; `None` where it is absent.
    ///
    /// # Errors
    /// `ModelInvalid` naming the key that is missing or wrong.
    pub fn texts(&self, key: &str) -> Result<Option<Vec<String>>> {
        if self.get(key).is_none() {
            return Ok(None);
        }
        let texts = self.list(key)?.iter().map(|value| {
            let text = value.as_str().map(str::to_owned);
            text.ok_or_else(|| self.fault(key, "a list of strings"))
        });
        texts.collect::<Result<Vec<_>>>().map(Some)
    }

    /// All keys with their values.
    pub fn entries(&self) -> impl Iterator<Item = (&'json String, &'json Value)> {
        self.map.iter()
    }
}

/// What a value is, in words.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "another number",
        Value::String(_) => "another string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Enough of a word from a file to recognise it by.
#[must_use]
pub fn shortened(word: &str) -> String {
    const MOST: usize = 60;
    word.chars().take(MOST).collect()
}
