//! From the labels of tokens to spans of the caller's string.

use std::ops::Range;

use crate::utf16::Utf16;

/// Something found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Where it begins, in UTF-16 units of the text.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
    /// The label without its `B-` or `I-`.
    pub kind: String,
    /// The mean probability of its tokens' labels, 0..1.
    pub confidence: f32,
}

/// What a label says: where in a span its token stands, and of what kind that is. `None` where the token belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label<'label> {
    begins: bool,
    kind: &'label str,
}

/// Prefixes of the tagging schemes BIO, BIOES and BILOU.
const BEGINNING: [&str; 6] = ["B-", "S-", "U-", "B_", "S_", "U_"];
const INSIDE: [&str; 6] = ["I-", "E-", "L-", "I_", "E_", "L_"];

/// Whether a label marks tokens that belong to no span.
pub(crate) fn is_outside(label: &str) -> bool {
    label == "O" || label.eq_ignore_ascii_case("outside") || label.is_empty()
}

fn read(label: &str) -> Option<Label<'_>> {
    if is_outside(label) {
        return None;
    }
    let after = |prefixes: [&str; 6]| {
        prefixes
            .iter()
            .find_map(|prefix| label.strip_prefix(prefix))
    };
    Some(match (after(BEGINNING), after(INSIDE)) {
        (Some(kind), _) => Label { begins: true, kind },
        (None, Some(kind)) => Label {
            begins: false,
            kind,
        },
        (None, None) => Label {
            begins: false,
            kind: label,
        },
    })
}

/// A span while it grows, in bytes.
struct Open<'label> {
    place: Range<usize>,
    kind: &'label str,
    total: f32,
    tokens: f32,
}

/// Joins tokens of one kind that follow each other. `places` are where the tokens lie in `text`, in bytes, ascending; `probabilities` are
/// `[tokens, labels]`. A span never ends within a run of letters and digits: a word of which any piece was found is found whole.
pub(crate) fn spans(
    text: &str,
    places: &[Range<usize>],
    probabilities: &[f32],
    labels: &[String],
) -> Vec<Span> {
    let kinds: Vec<_> = labels.iter().map(|label| read(label)).collect();
    let mut closed: Vec<Open<'_>> = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for (place, row) in places
        .iter()
        .zip(probabilities.chunks_exact(labels.len().max(1)))
    {
        if place.is_empty() {
            continue;
        }
        let (best, probability) = greatest(row);
        let Some(label) = kinds[best] else {
            closed.extend(open.take());
            continue;
        };
        match &mut open {
            Some(span) if span.kind == label.kind && joins(text, span, place, label) => {
                span.place.end = place.end;
                span.total += probability;
                span.tokens += 1.0;
            }
            _ => closed.extend(open.replace(Open {
                place: place.clone(),
                kind: label.kind,
                total: probability,
                tokens: 1.0,
            })),
        }
    }
    closed.extend(open);
    finish(text, closed)
}

/// A token goes on with a span unless it begins another one, not counting pieces of one word; between them may be blanks only.
fn joins(text: &str, span: &Open<'_>, place: &Range<usize>, label: Label<'_>) -> bool {
    let between = text.get(span.place.end..place.start).unwrap_or("");
    let same_word = place.start <= span.place.end && within_word(text, place.start);
    same_word || (!label.begins && between.chars().all(char::is_whitespace))
}

/// Whether letters or digits stand on both sides of a place.
fn within_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let after = text.get(at..).and_then(|after| after.chars().next());
    // Scripts that write no blanks between words have no words to complete.
    let joined = |c: char| (c.is_alphanumeric() && !is_unspaced(c)) || is_mark(c);
    before.is_some_and(joined) && after.is_some_and(joined)
}

/// Marks that stand on the character before them, and joiners.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036f}' | '\u{094d}' | '\u{1ab0}'..='\u{1aff}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}')
}

/// Han, kana, Thai, Lao, Khmer, Myanmar.
const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn finish(text: &str, open: Vec<Open<'_>>) -> Vec<Span> {
    let mut utf16 = Utf16::new(text);
    let mut spans: Vec<Span> = Vec::with_capacity(open.len());
    let mut last_end = 0;
    for span in open {
        let place = whole_words(text, &trim(text, span.place));
        // A word that two kinds claim belongs to the one that came first.
        let place = trim(text, place.start.max(last_end).min(place.end)..place.end);
        if place.is_empty() {
            continue;
        }
        last_end = place.end;
        spans.push(Span {
            start: utf16.at(place.start),
            end: utf16.at(place.end),
            kind: span.kind.to_owned(),
            confidence: span.total / span.tokens,
        });
    }
    spans
}

/// Byte-level tokens carry the blank before their word.
fn trim(text: &str, place: Range<usize>) -> Range<usize> {
    let piece = text.get(place.clone()).unwrap_or("");
    let start = place.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

fn whole_words(text: &str, place: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (place.start, place.end);
    while within_word(text, start) {
        start -= text[..start].chars().next_back().map_or(1, char::len_utf8);
    }
    while within_word(text, end) {
        end += text[end..].chars().next().map_or(1, char::len_utf8);
    }
    start..end
}

fn greatest(row: &[f32]) -> (usize, f32) {
    let first = (0, row.first().copied().unwrap_or(0.0));
    row.iter().copied().enumerate().fold(
        first,
        |best, found| if found.1 > best.1 { found } else { best },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [&str; 5] = ["O", "B-NAME", "I-NAME", "B-CITY", "I-CITY"];

    /// Tokens as `piece/label` numbers; pieces are looked for one after the other.
    fn found(text: &str, tokens: &[(&str, usize)]) -> Vec<(String, String)> {
        let labels = LABELS.map(str::to_owned);
        let (mut places, mut rows, mut from) = (Vec::new(), Vec::new(), 0);
        for (piece, label) in tokens {
            let start = from + text[from..].find(piece).expect("a piece of the text");
            from = start + piece.len();
            places.push(start..from);
            rows.extend((0..LABELS.len()).map(|at| if at == *label { 0.9 } else { 0.025 }));
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        spans(text, &places, &rows, &labels)
            .into_iter()
            .map(|span| {
                assert!((span.confidence - 0.9).abs() < 1e-6);
                (
                    String::from_utf16_lossy(&units[span.start..span.end]),
                    span.kind,
                )
            })
            .collect()
    }

    #[test]
    fn tokens_become_spans_of_the_callers_string() {
        type Case<'case> = (
            &'case str,
            &'case [(&'case str, usize)],
            &'case [(&'case str, &'case str)],
        );
        let table: [Case<'_>; 12] = [
            (
                "Lovelace Rome",
                &[("Love", 1), ("lace", 4), ("Rome", 4)],
                &[("Lovelace", "NAME"), ("Rome", "CITY")],
            ),
            (
                "Jose\u{301} ok",
                &[("Jose", 1), ("ok", 0)],
                &[("Jose\u{301}", "NAME")],
            ),
            ("nothing here", &[("nothing", 0), ("here", 0)], &[]),
            (
                "Ada Lovelace, Rome",
                &[("Ada", 1), ("Lovelace", 2), (",", 0), ("Rome", 3)],
                &[("Ada Lovelace", "NAME"), ("Rome", "CITY")],
            ),
            (
                "Ada Bob",
                &[("Ada", 1), ("Bob", 1)],
                &[("Ada", "NAME"), ("Bob", "NAME")],
            ),
            (
                "Lovelace",
                &[("Love", 1), ("lace", 0)],
                &[("Lovelace", "NAME")],
            ),
            (
                "Lovelace",
                &[("Love", 0), ("lace", 2)],
                &[("Lovelace", "NAME")],
            ),
            (
                "Lovelace",
                &[("Love", 1), ("lace", 1)],
                &[("Lovelace", "NAME")],
            ),
            (
                "Lovelace",
                &[("Love", 1), ("lace", 4)],
                &[("Lovelace", "NAME")],
            ),
            (
                "😀 José Núñez\r\nParis",
                &[("😀", 0), (" José", 1), (" Núñez", 2), ("Paris", 3)],
                &[("José Núñez", "NAME"), ("Paris", "CITY")],
            ),
            (
                "我在北京工作",
                &[("我", 0), ("在", 0), ("北京", 3), ("工作", 0)],
                &[("北京", "CITY")],
            ),
            (
                "Ada and Bob",
                &[("Ada", 1), ("and", 0), ("Bob", 2)],
                &[("Ada", "NAME"), ("Bob", "NAME")],
            ),
        ];
        for (text, tokens, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(piece, kind)| ((*piece).to_owned(), (*kind).to_owned()))
                .collect();
            assert_eq!(found(text, tokens), expected, "{text}");
        }
    }

    #[test]
    fn plain_labels_and_other_schemes_are_read() {
        let table = [
            ("O", None),
            ("B-PER", Some((true, "PER"))),
            ("E-PER", Some((false, "PER"))),
            ("S-PER", Some((true, "PER"))),
            ("EMAIL", Some((false, "EMAIL"))),
        ];
        for (label, expected) in table {
            assert_eq!(
                read(label).map(|label| (label.begins, label.kind)),
                expected
            );
        }
    }
}
