//! What a character beyond ASCII is to the scanner, and how its letters fold: case, diacritics, width, Arabic forms.

/// A character beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// A letter that folds to one ASCII letter.
    Ascii(u8),
    /// A letter that folds to two ASCII letters.
    Pair(u8, u8),
    /// A letter, folded, of another script that puts spaces between words.
    Letter(u16),
    /// Han, kana or hangul: each character is a token of its own.
    Dense,
    /// Part of a word without weight: combining marks, joiners, vowel signs that Arabic may leave out.
    Skip,
    /// The right single quotation mark: an apostrophe inside a word, a closing quotation mark after one.
    Apostrophe,
    /// A mark that opens or closes a quotation of this kind.
    Quote(Quote),
    /// Punctuation that ends a clause.
    Stop,
    /// A question mark.
    Question,
    /// A mathematical operator.
    Operator,
    /// Anything else: spaces, symbols, emoji.
    Separator,
}

/// Kinds of quotation marks; a quotation opens and closes with the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    /// ' and ‘ ’.
    Single,
    /// " and “ ” „.
    Double,
    /// The backtick.
    Backtick,
    /// « and ».
    Guillemet,
    /// 「 」 and 『 』.
    Corner,
}

/// U+00C0 to U+017F without case and diacritics (Unicode NFKD, and the usual base of letters that do not decompose).
const LATIN: &[u8; 192] = b"\
    aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty\
    aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
    lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// U+1E00 to U+1EFF, likewise.
const LATIN_ADDITIONAL: &[u8; 256] = b"\
    aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
    mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
    wwwwwwwwwwxxxxyyzzzzzzhtwyas....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
    eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// The character at `at` and its length in bytes. `text` is valid UTF-8 and `at` on a character beyond ASCII.
#[inline]
pub(crate) fn decode(text: &[u8], at: usize) -> (u32, usize) {
    let tail = |offset: usize| u32::from(text.get(at + offset).copied().unwrap_or_default() & 0x3F);
    let lead = u32::from(text[at]);
    match lead {
        0..0xE0 => ((lead & 0x1F) << 6 | tail(1), 2),
        0xE0..0xF0 => ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
        _ => (
            (lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
            4,
        ),
    }
}

/// The glyphs of all two-byte characters, U+0080 to U+07FF: the scripts that need most folding.
const TWO_BYTES: [Glyph; 0x780] = two_bytes();

const fn two_bytes() -> [Glyph; 0x780] {
    let mut glyphs = [Glyph::Separator; 0x780];
    let mut character = 0x80;
    while character < 0x800 {
        glyphs[character as usize - 0x80] = two_byte_glyph(character);
        character += 1;
    }
    glyphs
}

/// What the character is. Every character beyond ASCII has an answer; scripts without a rule are letters.
#[inline]
pub(crate) fn glyph(character: u32) -> Glyph {
    match character {
        0x80..=0x7FF => TWO_BYTES[character as usize - 0x80],
        0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0x3041..=0x30FF => Glyph::Dense,
        0x0900..=0x097F => devanagari(unit(character)),
        _ => rarer_glyph(character),
    }
}

fn rarer_glyph(character: u32) -> Glyph {
    match character {
        0x2000..=0x206F => punctuation(character),
        0x1E00..=0x1EFF => latin(character, LATIN_ADDITIONAL[character as usize - 0x1E00]),
        0xFE00..=0xFE0F | 0xFEFF => Glyph::Skip,
        0x2200..=0x22FF => Glyph::Operator,
        0x2070..=0x2BFF | 0xE000..=0xF8FF | 0x1_F000..=0x1_FAFF | 0xE_0000..=0x10_FFFF => {
            Glyph::Separator
        }
        0x3000..=0x3040 => cjk_symbol(character),
        0x3400..=0x4DBF
        | 0x3100..=0x31FF
        | 0x1100..=0x11FF
        | 0xF900..=0xFAFF
        | 0xFF66..=0xFF9F
        | 0x2_0000..=0x3_FFFF => Glyph::Dense,
        0xFF00..=0xFF65 => full_width(character),
        0x1_0000.. => Glyph::Letter(0xFFFF),
        _ => Glyph::Letter(unit(character)),
    }
}

const fn two_byte_glyph(character: u32) -> Glyph {
    match character {
        0x00C0..=0x017F => latin(character, LATIN[character as usize - 0xC0]),
        0x0400..=0x052F => Glyph::Letter(cyrillic(unit(character))),
        0x0600..=0x06FF => arabic(unit(character)),
        0x0300..=0x036F => Glyph::Skip,
        0x0000..=0x00BF => latin_symbol(character),
        _ => Glyph::Letter(unit(character)),
    }
}

/// A character of the basic plane as one unit; the callers' ranges lie within it.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the callers' ranges lie within the basic plane"
)]
const fn unit(character: u32) -> u16 {
    character as u16
}

const fn latin(character: u32, folded: u8) -> Glyph {
    match character {
        0xDF | 0x1E9E => Glyph::Pair(b's', b's'),
        0xC6 | 0xE6 => Glyph::Pair(b'a', b'e'),
        0x152 | 0x153 => Glyph::Pair(b'o', b'e'),
        _ if folded.is_ascii_lowercase() => Glyph::Ascii(folded),
        _ => Glyph::Separator,
    }
}

const fn latin_symbol(character: u32) -> Glyph {
    match character {
        0xAA => Glyph::Ascii(b'a'),
        0xBA => Glyph::Ascii(b'o'),
        0xB5 => Glyph::Letter(0x3BC),
        0xAB | 0xBB => Glyph::Quote(Quote::Guillemet),
        _ => Glyph::Separator,
    }
}

/// Lower case; ё as е and й as и, as people type them.
const fn cyrillic(unit: u16) -> u16 {
    let lower = match unit {
        0x0400..=0x040F => unit + 0x50,
        0x0410..=0x042F => unit + 0x20,
        0x0460..=0x0481 | 0x048A..=0x04BF | 0x04D0..=0x052F => unit | 1,
        _ => unit,
    };
    match lower {
        0x0451 => 0x0435,
        0x0439 => 0x0438,
        _ => lower,
    }
}

/// Nukta forms as their base letters.
fn devanagari(unit: u16) -> Glyph {
    match unit {
        0x093C => Glyph::Skip,
        0x0964 | 0x0965 => Glyph::Stop,
        0x0958..=0x095F => Glyph::Letter(
            [
                0x0915, 0x0916, 0x0917, 0x091C, 0x0921, 0x0922, 0x092B, 0x092F,
            ][usize::from(unit - 0x0958)],
        ),
        _ => Glyph::Letter(unit),
    }
}

/// Alef and yeh forms as one letter, teh marbuta as heh; vowel signs and the stretching mark skipped.
const fn arabic(unit: u16) -> Glyph {
    match unit {
        0x064B..=0x065F | 0x0670 | 0x0640 => Glyph::Skip,
        0x0622 | 0x0623 | 0x0625 => Glyph::Letter(0x0627),
        0x0649 => Glyph::Letter(0x064A),
        0x0629 => Glyph::Letter(0x0647),
        0x060C | 0x061B | 0x06D4 => Glyph::Stop,
        0x061F => Glyph::Question,
        _ => Glyph::Letter(unit),
    }
}

fn punctuation(character: u32) -> Glyph {
    match character {
        0x200B..=0x200F | 0x2060 => Glyph::Skip,
        0x2018 => Glyph::Quote(Quote::Single),
        0x2019 => Glyph::Apostrophe,
        0x201C..=0x201E => Glyph::Quote(Quote::Double),
        0x2039 | 0x203A => Glyph::Quote(Quote::Guillemet),
        0x2026 => Glyph::Stop,
        _ => Glyph::Separator,
    }
}

fn cjk_symbol(character: u32) -> Glyph {
    match character {
        0x3001 | 0x3002 => Glyph::Stop,
        0x3005 => Glyph::Dense,
        0x300C..=0x300F => Glyph::Quote(Quote::Corner),
        _ => Glyph::Separator,
    }
}

/// Full-width forms of ASCII.
fn full_width(character: u32) -> Glyph {
    match character {
        0xFF01 | 0xFF0C | 0xFF0E | 0xFF1A | 0xFF1B | 0xFF61 | 0xFF64 => Glyph::Stop,
        0xFF1F => Glyph::Question,
        0xFF02 => Glyph::Quote(Quote::Double),
        0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A => Glyph::Ascii(
            u8::try_from(character - 0xFEE0)
                .unwrap_or(b' ')
                .to_ascii_lowercase(),
        ),
        _ => Glyph::Separator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(character: char) -> Glyph {
        glyph(u32::from(character))
    }

    #[test]
    fn letters_fold() {
        let table = [
            ('É', Glyph::Ascii(b'e')),
            ('ı', Glyph::Ascii(b'i')),
            ('İ', Glyph::Ascii(b'i')),
            ('ß', Glyph::Pair(b's', b's')),
            ('ễ', Glyph::Ascii(b'e')),
            ('Ｐ', Glyph::Ascii(b'p')),
            ('Д', Glyph::Letter(0x434)),
            ('Ё', Glyph::Letter(0x435)),
            ('أ', Glyph::Letter(0x627)),
            ('証', Glyph::Dense),
            ('ア', Glyph::Dense),
            ('증', Glyph::Dense),
            ('؟', Glyph::Question),
            ('×', Glyph::Separator),
            ('😀', Glyph::Separator),
            ('∀', Glyph::Operator),
        ];
        for (character, expected) in table {
            assert_eq!(of(character), expected, "{character}");
        }
    }

    #[test]
    fn decoding_agrees_with_the_standard_library_for_every_character() {
        let mut buffer = [0; 4];
        for character in (0x80..=0x10_FFFF).filter_map(char::from_u32) {
            let text = character.encode_utf8(&mut buffer).as_bytes();
            assert_eq!(decode(text, 0), (u32::from(character), text.len()));
            glyph(u32::from(character));
        }
    }

    #[test]
    fn upper_and_lower_case_fold_alike_where_there_are_word_lists() {
        for character in (0xC0..=0x17F)
            .chain(0x410..=0x44F)
            .filter_map(char::from_u32)
        {
            for other in character
                .to_lowercase()
                .filter(|other| other.is_alphabetic() && !other.is_ascii())
            {
                assert_eq!(of(other), of(character), "{character}");
            }
        }
    }
}
