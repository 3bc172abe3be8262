//! How the word lists are written: spellings parted by commas, alternatives in braces, `#` for any number,
//! `^` before a spelling that counts only where a clause begins.

use crate::scan::{Glyph, Key, KeyBuilder, decode, glyph, joins_contraction};

/// Every spelling of a list: `"prov{e|es}, step by step"` gives "prove", "proves" and "step by step".
pub(super) fn spellings(list: &str) -> Vec<String> {
    list.split(',')
        .flat_map(|spelling| alternatives(spelling.trim()))
        .filter(|spelling| !spelling.is_empty())
        .collect()
}

fn alternatives(spelling: &str) -> Vec<String> {
    let Some((before, rest)) = spelling.split_once('{') else {
        return vec![spelling.to_owned()];
    };
    let (inside, after) = rest.split_once('}').unwrap_or((rest, ""));
    let tails = alternatives(after);
    let middles = inside.split('|');
    middles
        .flat_map(|middle| {
            tails
                .iter()
                .map(move |tail| format!("{before}{middle}{tail}"))
        })
        .collect()
}

/// The tokens of a spelling, as the scanner would read them: words, CJK characters one by one, numbers.
pub(super) fn tokens(spelling: &str) -> Vec<Key> {
    let bytes = spelling.as_bytes();
    let mut tokens = Vec::new();
    let mut word = KeyBuilder::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (part, length) = if byte < 0x80 {
            (ascii(bytes, at), 1)
        } else {
            wide(bytes, at)
        };
        at += length;
        match part {
            Part::Letters(first, second) => [first, second]
                .into_iter()
                .filter(|&letter| letter != 0)
                .for_each(|letter| word.push(letter)),
            Part::Unit(unit) => word.push_wide(unit),
            Part::Nothing => {}
            Part::End => end_word(&mut word, &mut tokens),
            Part::Token(key) => {
                end_word(&mut word, &mut tokens);
                tokens.push(key);
            }
        }
    }
    end_word(&mut word, &mut tokens);
    tokens
}

enum Part {
    Letters(u8, u8),
    Unit(u16),
    Nothing,
    End,
    Token(Key),
}

fn ascii(bytes: &[u8], at: usize) -> Part {
    match bytes[at] {
        b'#' => Part::Token(Key::NUMBER),
        b'\'' if joins_contraction(&bytes[at + 1..]) => Part::Nothing,
        byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
            Part::Letters(byte.to_ascii_lowercase(), 0)
        }
        _ => Part::End,
    }
}

fn wide(bytes: &[u8], at: usize) -> (Part, usize) {
    let (character, length) = decode(bytes, at);
    let part = match glyph(character) {
        Glyph::Ascii(letter) => Part::Letters(letter, 0),
        Glyph::Pair(first, second) => Part::Letters(first, second),
        Glyph::Letter(unit) => Part::Unit(unit),
        Glyph::Dense => Part::Token(Key::of_character(character)),
        Glyph::Skip => Part::Nothing,
        Glyph::Apostrophe if joins_contraction(&bytes[at + length..]) => Part::Nothing,
        _ => Part::End,
    };
    (part, length)
}

fn end_word(word: &mut KeyBuilder, tokens: &mut Vec<Key>) {
    if !word.is_empty() {
        tokens.push(std::mem::take(word).key());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_and_commas_expand() {
        let table: [(&str, &[&str]); 4] = [
            (
                "prov{e|es}, proof{|s}",
                &["prove", "proves", "proof", "proofs"],
            ),
            ("a{b|c}d{e|f}", &["abde", "abdf", "acde", "acdf"]),
            ("step by step", &["step by step"]),
            ("", &[]),
        ];
        for (list, expected) in table {
            assert_eq!(spellings(list), expected, "{list}");
        }
    }

    #[test]
    fn tokens_are_folded() {
        assert_eq!(tokens("Step-By  STEP"), tokens("step by step"));
        assert_eq!(tokens("Don’t"), tokens("don't"));
        assert_eq!(tokens("don't").len(), 1);
        assert_eq!(tokens("l'algorithme").len(), 2);
        assert_eq!(tokens("Démontrer"), tokens("demontrer"));
        assert_eq!(tokens("一步一步").len(), 4);
        assert_eq!(tokens("step #")[1], Key::NUMBER);
    }
}
