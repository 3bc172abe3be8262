//! Scripts of letters, by Unicode block.

/// A script, or a group of blocks that one script is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
    Greek,
    Armenian,
    Hebrew,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Myanmar,
    Georgian,
    Ethiopic,
    Khmer,
    Thaana,
    /// A letter that belongs to the word it is in, whatever the script: combining marks.
    Inherited,
    /// No letter.
    None,
}

/// How many scripts have letters of their own.
pub(crate) const SCRIPTS: usize = Script::Inherited as usize;

/// Where runs of letters begin, each up to the next; beyond the table nothing is read but Han.
const BLOCKS: [(u32, Script); 78] = [
    (0xAA, Script::Latin),
    (0xAB, Script::None),
    (0xBA, Script::Latin),
    (0xBB, Script::None),
    (0xC0, Script::Latin),
    (0xD7, Script::None),
    (0xD8, Script::Latin),
    (0xF7, Script::None),
    (0xF8, Script::Latin),
    (0x2B0, Script::None),
    (0x300, Script::Inherited),
    (0x370, Script::Greek),
    (0x37E, Script::None),
    (0x37F, Script::Greek),
    (0x387, Script::None),
    (0x388, Script::Greek),
    (0x400, Script::Cyrillic),
    (0x482, Script::None),
    (0x483, Script::Inherited),
    (0x48A, Script::Cyrillic),
    (0x530, Script::Armenian),
    (0x55A, Script::None),
    (0x560, Script::Armenian),
    (0x589, Script::None),
    (0x591, Script::Inherited),
    (0x5D0, Script::Hebrew),
    (0x5F3, Script::None),
    (0x620, Script::Arabic),
    (0x640, Script::Inherited),
    (0x641, Script::Arabic),
    (0x64B, Script::Inherited),
    (0x660, Script::None),
    (0x66E, Script::Arabic),
    (0x6D4, Script::None),
    (0x6D5, Script::Arabic),
    (0x6D6, Script::Inherited),
    (0x6EE, Script::Arabic),
    (0x6F0, Script::None),
    (0x6FA, Script::Arabic),
    (0x700, Script::None),
    (0x750, Script::Arabic),
    (0x780, Script::Thaana),
    (0x7C0, Script::None),
    (0x8A0, Script::Arabic),
    (0x8D3, Script::Inherited),
    (0x900, Script::Devanagari),
    (0x964, Script::None),
    (0x970, Script::Devanagari),
    (0x980, Script::Bengali),
    (0x9E6, Script::None),
    (0xA00, Script::Gurmukhi),
    (0xA66, Script::None),
    (0xA70, Script::Gurmukhi),
    (0xA80, Script::Gujarati),
    (0xAE6, Script::None),
    (0xB00, Script::Oriya),
    (0xB80, Script::Tamil),
    (0xC00, Script::Telugu),
    (0xC80, Script::Kannada),
    (0xD00, Script::Malayalam),
    (0xD80, Script::Sinhala),
    (0xE00, Script::Thai),
    (0xE80, Script::Lao),
    (0xF00, Script::Tibetan),
    (0x1000, Script::Myanmar),
    (0x10A0, Script::Georgian),
    (0x1100, Script::Hangul),
    (0x1200, Script::Ethiopic),
    (0x13A0, Script::None),
    (0x1780, Script::Khmer),
    (0x1800, Script::None),
    (0x1C90, Script::Georgian),
    (0x1CC0, Script::None),
    (0x1E00, Script::Latin),
    (0x1F00, Script::Greek),
    (0x2000, Script::None),
    (0x3041, Script::Kana),
    (0x3100, Script::None),
];

/// The same above U+3100.
const WIDE_BLOCKS: [(u32, Script); 20] = [
    (0x3131, Script::Hangul),
    (0x318F, Script::None),
    (0x31F0, Script::Kana),
    (0x3200, Script::None),
    (0x3400, Script::Han),
    (0x4DC0, Script::None),
    (0x4E00, Script::Han),
    (0xA000, Script::None),
    (0xAC00, Script::Hangul),
    (0xD7FC, Script::None),
    (0xF900, Script::Han),
    (0xFB00, Script::None),
    (0xFB1D, Script::Hebrew),
    (0xFB50, Script::Arabic),
    (0xFE00, Script::None),
    (0xFE70, Script::Arabic),
    (0xFEFF, Script::None),
    (0xFF66, Script::Kana),
    (0xFFA0, Script::None),
    (0x2_0000, Script::Han),
];

impl Script {
    /// The script of a character.
    pub(crate) fn of(character: char) -> Self {
        if character.is_ascii() {
            return if character.is_ascii_alphabetic() {
                Self::Latin
            } else {
                Self::None
            };
        }
        let code = character as u32;
        let blocks: &[(u32, Self)] = if code < 0x3100 { &BLOCKS } else { &WIDE_BLOCKS };
        let after = blocks.partition_point(|(start, _)| *start <= code);
        after.checked_sub(1).map_or(Self::None, |at| blocks[at].1)
    }
}
