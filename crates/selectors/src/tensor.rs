//! Numbers of an artifact: nested arrays, or base64 of little-endian f32 with its shape.

use signalbox_base::{Error, Result};

use crate::entry::Entry;
use crate::json::Json;
use signalbox_base::model_invalid;

/// A matrix, row after row.
pub(crate) struct Matrix {
    pub(crate) values: Vec<f32>,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Matrix {
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

impl Entry<'_> {
    /// `length` finite numbers.
    pub(crate) fn vector(&self, length: usize) -> Result<Vec<f32>> {
        let expected = || format!("{length} numbers");
        match self.json {
            Json::Numbers(numbers) if numbers.len() == length => self.singles(numbers),
            Json::Numbers(numbers) => Err(self.fault(expected(), numbers.len().to_string())),
            Json::Table(_) => {
                let (shape, values) = self.encoded()?;
                if shape == [length] {
                    Ok(values)
                } else {
                    Err(self.fault(format!("the shape [{length}]"), written(&shape)))
                }
            }
            Json::List(list) => Err(self.odd(list)),
            _ => Err(self.misfit(expected())),
        }
    }

    /// `rows` rows, or at least one where that is not known, of `columns` finite numbers.
    pub(crate) fn matrix(&self, rows: Option<usize>, columns: usize) -> Result<Matrix> {
        let (found, values) = match self.json {
            Json::Table(_) => self.encoded_matrix(columns)?,
            _ => self.nested(columns)?,
        };
        match rows {
            Some(rows) if rows != found => {
                Err(self.fault(format!("{rows} rows"), found.to_string()))
            }
            _ => Ok(Matrix {
                values,
                rows: found,
                columns,
            }),
        }
    }

    fn nested(&self, columns: usize) -> Result<(usize, Vec<f32>)> {
        let rows = self.elements(&format!("arrays of {columns} numbers"))?;
        let mut values = Vec::new();
        for row in &rows {
            match row.json {
                Json::Numbers(_) | Json::List(_) => values.extend(row.vector(columns)?),
                _ => return Err(row.misfit(format!("an array of {columns} numbers"))),
            }
        }
        Ok((rows.len(), values))
    }

    fn encoded_matrix(&self, columns: usize) -> Result<(usize, Vec<f32>)> {
        let (shape, values) = self.encoded()?;
        match shape[..] {
            [rows, found] if found == columns => Ok((rows, values)),
            _ => Err(self.fault(format!("the shape [rows, {columns}]"), written(&shape))),
        }
    }

    /// The shape, of one or two whole numbers, and the numbers of `{ "shape": […], "f32": "…" }`.
    fn encoded(&self) -> Result<(Vec<usize>, Vec<f32>)> {
        let fields = self.fields(&["shape", "f32"])?;
        let entry = fields.required("shape", "the shape of the numbers")?;
        let shape = entry.shape()?;
        let text = fields.required("f32", "base64 of little-endian f32")?;
        let Json::Text(encoded) = text.json else {
            return Err(text.misfit("base64 of little-endian f32"));
        };
        // Compared before anything is decoded: a shape alone must not become an allocation.
        let wanted = shape.iter().try_fold(size_of::<f32>(), |product, count| {
            product.checked_mul(*count)
        });
        let claimed = encoded.len() / 4 * 3;
        if wanted.is_none_or(|wanted| wanted > claimed) {
            return Err(text.fault(
                format!("numbers of the shape {}", written(&shape)),
                format!("at most {claimed} bytes"),
            ));
        }
        let bytes =
            base64::decode(encoded).map_err(|error| text.fault("base64", error.to_string()))?;
        if wanted != Some(bytes.len()) {
            return Err(text.fault(
                format!("numbers of the shape {}", written(&shape)),
                format!("{} bytes", bytes.len()),
            ));
        }
        let values: Vec<f32> = bytes
            .as_chunks()
            .0
            .iter()
            .map(|four| f32::from_le_bytes(*four))
            .collect();
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(self.fault(
                "finite numbers",
                format!("{} as number {index}", values[index]),
            )),
            None => Ok((shape, values)),
        }
    }

    fn shape(&self) -> Result<Vec<usize>> {
        let Json::Numbers(numbers) = self.json else {
            return Err(self.misfit("one or two whole numbers"));
        };
        if !(1..=2).contains(&numbers.len()) {
            return Err(self.fault(
                "one or two whole numbers",
                format!("{} numbers", numbers.len()),
            ));
        }
        let read = |(index, number): (usize, &f64)| {
            Entry {
                json: &Json::Number(*number),
                at: format!("{}[{index}]", self.at),
            }
            .count()
        };
        numbers.iter().enumerate().map(read).collect()
    }

    /// The first element of `list` that is no number.
    fn odd(&self, list: &[Json]) -> Error {
        let odd = list
            .iter()
            .position(|json| !matches!(json, Json::Number(_)));
        let index = odd.unwrap_or_default();
        let at = format!("{}[{index}]", self.at);
        model_invalid(
            at,
            "a number",
            list.get(index).map_or("nothing", Json::kind),
        )
    }

    fn singles(&self, numbers: &[f64]) -> Result<Vec<f32>> {
        let read = |(index, number): (usize, &f64)| {
            #[expect(clippy::cast_possible_truncation, reason = "checked right after")]
            let single = *number as f32;
            if single.is_finite() {
                return Ok(single);
            }
            Err(Entry {
                json: self.json,
                at: format!("{}[{index}]", self.at),
            }
            .fault("a number that f32 can hold", number.to_string()))
        };
        numbers.iter().enumerate().map(read).collect()
    }
}

fn written(shape: &[usize]) -> String {
    let counts: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", counts.join(", "))
}
