//! A text as words, and as single characters where a script puts no spaces between words.

use super::words::{is_dense, needs_boundary};

/// A word, or one character of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it begins, in bytes.
    pub(super) begin: usize,
    /// Where it ends, in bytes, exclusive.
    pub(super) end: usize,
    /// Its characters.
    pub(super) characters: usize,
    /// One character of a script without spaces.
    pub(super) dense: bool,
    /// Nothing but spaces, line ends and hyphens stands between it and the token before it.
    pub(super) follows: bool,
}

/// The tokens of `text`, in order; what is neither letter, digit, mark nor underscore belongs to none.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 6);
    let bytes = text.as_bytes();
    let (mut at, mut follows) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let ascii = ASCII[usize::from(byte)];
        if ascii == Kind::Word {
            let token = word(text, at, follows);
            at = token.end;
            follows = true;
            tokens.push(token);
        } else if ascii == Kind::Other {
            let Some(character) = text[at..].chars().next() else {
                break;
            };
            let end = at + character.len_utf8();
            if needs_boundary(character) {
                let token = word(text, at, follows);
                at = token.end;
                follows = true;
                tokens.push(token);
                continue;
            }
            let dense = is_dense(character);
            if dense {
                tokens.push(Token {
                    begin: at,
                    end,
                    characters: 1,
                    dense,
                    follows,
                });
            }
            follows = dense || (follows && joins(character));
            at = end;
        } else {
            follows &= ascii == Kind::Joint;
            at += 1;
        }
    }
    tokens
}

/// The word that begins at `begin`.
fn word(text: &str, begin: usize, follows: bool) -> Token {
    let bytes = text.as_bytes();
    let plain = |byte: &u8| ASCII[usize::from(*byte)] == Kind::Word;
    let length = bytes[begin..].iter().take_while(|byte| plain(byte)).count();
    let (mut end, mut characters) = (begin + length, length);
    if bytes.get(end).is_some_and(|byte| !byte.is_ascii()) {
        for character in text[end..].chars() {
            if !needs_boundary(character) {
                break;
            }
            end += character.len_utf8();
            characters += 1;
        }
    }
    Token {
        begin,
        end,
        characters,
        dense: false,
        follows,
    }
}

fn joins(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{2010}'..='\u{2012}')
}

/// What a byte is to a tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A space, a line end or a hyphen.
    Joint,
    Mark,
    /// Not ASCII.
    Other,
}

const ASCII: [Kind; 256] = {
    let mut kinds = [Kind::Mark; 256];
    let mut byte = 0_u8;
    loop {
        kinds[byte as usize] = if byte >= 0x80 {
            Kind::Other
        } else if byte.is_ascii_alphanumeric() || byte == b'_' {
            Kind::Word
        } else if byte.is_ascii_whitespace() || byte == b'-' {
            Kind::Joint
        } else {
            Kind::Mark
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_single_characters() {
        let table: [(&str, &[(&str, bool)]); 9] = [
            ("", &[]),
            ("  !? ", &[]),
            ("one two", &[("one", false), ("two", true)]),
            (
                "well-known: fact",
                &[("well", false), ("known", true), ("fact", false)],
            ),
            ("紧急x", &[("紧", false), ("急", true), ("x", true)]),
            ("Übung été_1", &[("Übung", false), ("été_1", true)]),
            ("x紧", &[("x", false), ("紧", true)]),
            ("a\u{301}b 😀 c", &[("a\u{301}b", false), ("c", false)]),
            ("a\u{a0}b", &[("a", false), ("b", true)]),
        ];
        for (text, expected) in table {
            let found: Vec<_> = tokens(text)
                .into_iter()
                .map(|token| (&text[token.begin..token.end], token.follows))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
        for token in tokens("naïve 漢字 word") {
            let text = &"naïve 漢字 word"[token.begin..token.end];
            assert_eq!(token.characters, text.chars().count());
        }
    }
}
