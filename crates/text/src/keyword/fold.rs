//! Case folding that remembers where every folded byte came from.

use std::borrow::Cow;

/// A text folded character by character, and the way back to the original.
#[derive(Debug)]
pub(super) struct Folded<'t> {
    original: &'t str,
    text: Cow<'t, str>,
    /// By folded byte, the original byte; absent while folding changed no length.
    offsets: Option<Vec<usize>>,
}

impl<'t> Folded<'t> {
    pub(super) fn new(original: &'t str) -> Self {
        if original.is_ascii() {
            let upper = original.bytes().any(|byte| byte.is_ascii_uppercase());
            let text = if upper {
                Cow::Owned(original.to_ascii_lowercase())
            } else {
                Cow::Borrowed(original)
            };
            return Self {
                original,
                text,
                offsets: None,
            };
        }
        let text: String = original.chars().map(fold).collect();
        let moved = original
            .chars()
            .any(|character| fold(character).len_utf8() != character.len_utf8());
        let offsets = moved.then(|| offsets(original));
        Self {
            original,
            text: Cow::Owned(text),
            offsets,
        }
    }

    /// The folded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original where the folded text has `begin..end`.
    pub(super) fn original_place(&self, begin: usize, end: usize) -> (usize, usize) {
        let back = |at: usize| self.offsets.as_ref().map_or(at, |offsets| offsets[at]);
        (back(begin), back(end))
    }

    /// What the original says where the folded text has `begin..end`.
    pub(super) fn original(&self, begin: usize, end: usize) -> &'t str {
        let (begin, end) = self.original_place(begin, end);
        self.original.get(begin..end).unwrap_or_default()
    }
}

/// For every byte of the folded text, and for its end, the byte of the original.
fn offsets(original: &str) -> Vec<usize> {
    let folded = original
        .char_indices()
        .flat_map(|(at, character)| std::iter::repeat_n(at, fold(character).len_utf8()));
    folded.chain([original.len()]).collect()
}

/// Unicode simple case folding of one character: its lower case when that is one character, and the few letters that share a
/// fold without being each other's lower case (`CaseFolding.txt`, status S and C).
pub(super) fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    match character {
        'ς' => 'σ',
        'ſ' => 's',
        'µ' => 'μ',
        'ϐ' => 'β',
        'ϑ' => 'θ',
        'ϕ' => 'φ',
        'ϖ' => 'π',
        'ϰ' => 'κ',
        'ϱ' => 'ρ',
        'ϵ' => 'ε',
        'ẛ' => 'ṡ',
        _ => {
            let mut lower = character.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(single), None) => single,
                _ => character,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_and_finds_the_way_back() {
        let folded = Folded::new("Ab \u{212A}elvin Übung");
        assert_eq!(folded.text(), "ab kelvin übung");
        let begin = folded.text().find("übung").expect("there");
        assert_eq!(folded.original(begin, folded.text().len()), "Übung");
        assert_eq!(folded.original(3, 9), "\u{212A}elvin");
    }

    #[test]
    fn ascii_without_capitals_is_borrowed() {
        assert!(matches!(Folded::new("plain").text, Cow::Borrowed(_)));
        assert_eq!(Folded::new("PLAIN").text(), "plain");
    }
}
