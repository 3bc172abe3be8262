//! A value of an artifact with the path that leads to it, so that every fault names its place.

use signalbox_base::{Error, Result};

use crate::json::{Json, Table};
use signalbox_base::model_invalid;

/// A value and its path.
pub(crate) struct Entry<'a> {
    pub(crate) json: &'a Json,
    pub(crate) at: String,
}

/// An object whose keys are all known.
pub(crate) struct Fields<'a> {
    table: &'a Table,
    at: String,
}

impl<'a> Entry<'a> {
    pub(crate) fn fault(&self, expected: impl Into<String>, received: impl Into<String>) -> Error {
        model_invalid(self.at.as_str(), expected, received)
    }

    /// Not what was expected: a value of another kind.
    pub(crate) fn misfit(&self, expected: impl Into<String>) -> Error {
        self.fault(expected, self.json.kind())
    }

    /// An object that may have the keys `known` and no other.
    pub(crate) fn fields(&self, known: &[&str]) -> Result<Fields<'a>> {
        let Json::Table(table) = self.json else {
            return Err(self.misfit("an object"));
        };
        let fields = Fields {
            table,
            at: self.at.clone(),
        };
        match table.keys().find(|key| !known.contains(&key.as_str())) {
            Some(odd) => Err(model_invalid(
                fields.path(odd),
                format!("one of the keys {}", known.join(", ")),
                "an unknown key",
            )),
            None => Ok(fields),
        }
    }

    /// The elements of an array that holds no bare numbers, at least one.
    pub(crate) fn elements(&self, of: &str) -> Result<Vec<Entry<'a>>> {
        match self.json {
            Json::List(list) => Ok(list
                .iter()
                .enumerate()
                .map(|(index, json)| Entry {
                    json,
                    at: format!("{}[{index}]", self.at),
                })
                .collect()),
            Json::Numbers(numbers) if numbers.is_empty() => {
                Err(self.fault(format!("at least one of {of}"), "an empty array"))
            }
            Json::Numbers(_) => Err(self.fault(format!("an array of {of}"), "numbers")),
            _ => Err(self.misfit(format!("an array of {of}"))),
        }
    }

    pub(crate) fn text(&self) -> Result<&'a str> {
        match self.json {
            Json::Text(text) if !text.is_empty() => Ok(text),
            Json::Text(_) => Err(self.fault("text", "an empty string")),
            _ => Err(self.misfit("a string")),
        }
    }

    /// The meaning of a word, which must be one of `known`.
    pub(crate) fn word<T: Copy>(&self, known: &[(&str, T)]) -> Result<T> {
        let expected = || {
            known
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(" or ")
        };
        let Json::Text(text) = self.json else {
            return Err(self.misfit(expected()));
        };
        let found = known.iter().find(|(name, _)| name == text);
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| self.fault(expected(), shortened(text)))
    }

    /// A whole number from 1 on.
    pub(crate) fn count(&self) -> Result<usize> {
        const EXPECTED: &str = "a whole number from 1 to 4294967295";
        let Json::Number(number) = *self.json else {
            return Err(self.misfit(EXPECTED));
        };
        if number.fract() != 0.0 || !(1.0..=f64::from(u32::MAX)).contains(&number) {
            return Err(self.fault(EXPECTED, number.to_string()));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "just checked to be a u32"
        )]
        Ok(number as usize)
    }

    /// A number above 0 that f32 can hold.
    pub(crate) fn positive(&self) -> Result<f32> {
        const EXPECTED: &str = "a number above 0 that f32 can hold";
        let Json::Number(number) = *self.json else {
            return Err(self.misfit(EXPECTED));
        };
        #[expect(clippy::cast_possible_truncation, reason = "checked afterwards")]
        let single = number as f32;
        if single.is_normal() && single > 0.0 {
            Ok(single)
        } else {
            Err(self.fault(EXPECTED, number.to_string()))
        }
    }
}

impl<'a> Fields<'a> {
    /// What `key` holds; `expected` says what should be there.
    pub(crate) fn required(&self, key: &str, expected: &str) -> Result<Entry<'a>> {
        self.optional(key)
            .ok_or_else(|| model_invalid(self.path(key), expected, "nothing"))
    }

    pub(crate) fn optional(&self, key: &str) -> Option<Entry<'a>> {
        let at = self.path(key);
        self.table.get(key).map(|json| Entry { json, at })
    }

    /// `key` must not be there: `why` says so.
    pub(crate) fn absent(&self, key: &str, why: &str) -> Result<()> {
        match self.optional(key) {
            None => Ok(()),
            Some(entry) => Err(entry.misfit(format!("nothing {why}"))),
        }
    }

    fn path(&self, key: &str) -> String {
        let key = shortened(key);
        if self.at.is_empty() {
            key
        } else {
            format!("{}.{key}", self.at)
        }
    }
}

/// Text of an artifact as an error may carry it.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
