//! What models said, packed into few arrays: JavaScript makes its objects of them.

use napi::bindgen_prelude::{Float32Array, Float64Array};
use napi_derive::napi;
use signalbox_core::{Outcome, Outcomes, normalise};

/// Numbers that describe one span in `RawAnswers.spans`.
const SPAN_NUMBERS: usize = 6;

/// The answers of a call.
#[napi(object, object_from_js = false)]
pub struct RawAnswers {
    /// Item after item, head after head in the order of `RawModelInfo.heads`: embeddings of unit length, and the probability of every label.
    pub values: Float32Array,
    /// Six numbers a span: item, place of the head, start and end in UTF-16 units, place in `kinds`, confidence.
    pub spans: Float64Array,
    /// The kinds of spans.
    pub kinds: Vec<String>,
}

/// Answers on their way to JavaScript.
#[derive(Default)]
pub(crate) struct Packed {
    values: Vec<f32>,
    spans: Vec<f64>,
    kinds: Vec<String>,
}

impl Packed {
    /// Packs the outcomes of all items; embeddings keep their first `dimensions` numbers, at unit length again (Kusupati et al., 2022,
    /// Matryoshka Representation Learning, section 3).
    pub(crate) fn new(items: Vec<Outcomes>, dimensions: Option<usize>) -> Self {
        let mut packed = Self::default();
        for (item, outcomes) in items.into_iter().enumerate() {
            for (head, outcome) in outcomes {
                packed.push(item, head, outcome, dimensions);
            }
        }
        packed
    }

    fn push(&mut self, item: usize, head: usize, outcome: Outcome, dimensions: Option<usize>) {
        match outcome {
            Outcome::Labels(probabilities) => self.values.extend(probabilities),
            Outcome::Embedding(mut vector) => {
                if let Some(dimensions) = dimensions.filter(|dimensions| *dimensions < vector.len())
                {
                    vector.truncate(dimensions);
                    normalise(&mut vector);
                }
                self.values.extend(vector);
            }
            Outcome::Spans(spans) => {
                for span in spans {
                    let kind = self.kind(span.kind);
                    let numbers = [item, head, span.start, span.end, kind];
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "places in strings are far below 2^53"
                    )]
                    self.spans.extend(numbers.map(|number| number as f64));
                    self.spans.push(f64::from(span.confidence));
                }
            }
        }
    }

    fn kind(&mut self, kind: String) -> usize {
        self.kinds
            .iter()
            .position(|known| *known == kind)
            .unwrap_or_else(|| {
                self.kinds.push(kind);
                self.kinds.len() - 1
            })
    }

    /// As JavaScript gets it.
    pub(crate) fn raw(self) -> RawAnswers {
        debug_assert!(self.spans.len().is_multiple_of(SPAN_NUMBERS));
        RawAnswers {
            values: Float32Array::new(self.values),
            spans: Float64Array::new(self.spans),
            kinds: self.kinds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_core::Span;

    #[test]
    fn answers_follow_each_other_and_vectors_are_shortened() {
        let span = |kind: &str| Span {
            start: 1,
            end: 4,
            kind: kind.to_owned(),
            confidence: 0.5,
        };
        let items = vec![
            vec![
                (0, Outcome::Embedding(vec![0.36, 0.48, 0.8])),
                (2, Outcome::Labels(vec![0.25, 0.75])),
            ],
            vec![(
                1,
                Outcome::Spans(vec![span("NAME"), span("CITY"), span("NAME")]),
            )],
        ];
        let packed = Packed::new(items, Some(2));
        let expected = [0.6, 0.8, 0.25, 0.75];
        assert!(
            packed
                .values
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-6)
                && packed.values.len() == 4
        );
        assert_eq!(packed.kinds, ["NAME", "CITY"]);
        assert_eq!(packed.spans[6..12], [1.0, 1.0, 1.0, 4.0, 1.0, 0.5]);
    }
}
