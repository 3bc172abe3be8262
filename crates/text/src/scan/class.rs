//! The class of every byte, looked up once a byte.

/// What a byte is to the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// White space within a line, and control characters.
    Space,
    /// The end of a line.
    Line,
    /// An ASCII letter.
    Letter,
    /// An ASCII digit.
    Digit,
    /// Punctuation that ends a clause.
    Stop,
    /// A question mark.
    Question,
    /// A quotation mark.
    Quote,
    /// Any other ASCII character.
    Symbol,
    /// Part of a character beyond ASCII.
    Wide,
}

/// The class of every byte.
pub(crate) const CLASS: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut classes = [Class::Symbol; 256];
    let mut byte: u8 = 0;
    loop {
        classes[byte as usize] = match byte {
            b'\n' => Class::Line,
            0..=b' ' | 0x7F => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'.' | b',' | b';' | b':' | b'!' => Class::Stop,
            b'?' => Class::Question,
            b'"' | b'\'' | b'`' => Class::Quote,
            0x80.. => Class::Wide,
            _ => Class::Symbol,
        };
        if byte == u8::MAX {
            return classes;
        }
        byte += 1;
    }
}

/// Whether a word that was letters so far may go on with this byte.
#[inline]
pub(crate) const fn continues_word(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'_' | b'\'' | 0x80..)
}

/// Whether it is an ASCII letter or digit, or part of a character beyond ASCII.
#[inline]
pub(crate) const fn is_wordlike(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether it is an ASCII letter, or part of a character beyond ASCII.
#[inline]
pub(crate) const fn is_prose(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Whether an apostrophe followed by `rest` belongs to the word before it, as in "don't" and unlike "l'algorithme".
pub(crate) fn joins_contraction(rest: &[u8]) -> bool {
    let suffix = |letters: &[u8]| {
        rest.get(..letters.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(letters))
            && !rest.get(letters.len()).copied().is_some_and(is_wordlike)
    };
    [b"t".as_slice(), b"s", b"d", b"m", b"re", b"ve", b"ll"]
        .into_iter()
        .any(suffix)
}
