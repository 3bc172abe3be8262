//! What every character is to the patterns that cut text before merging: the general categories they name, one bit each.

use regex_syntax::Parser;
use regex_syntax::hir::{Class, HirKind};

/// Upper and title case letters: `Lu`, `Lt`.
pub(super) const UPPER: u8 = 1;
/// Lower case letters: `Ll`.
pub(super) const LOWER: u8 = 2;
/// Letters without case: `Lm`, `Lo`.
pub(super) const UNCASED: u8 = 4;
/// Marks: `M`.
pub(super) const MARK: u8 = 8;
/// Numbers: `N`.
pub(super) const NUMBER: u8 = 16;
/// White space, line ends included.
pub(super) const SPACE: u8 = 32;
/// Carriage return and line feed.
pub(super) const NEWLINE: u8 = 64;
/// Any letter: `L`.
pub(super) const LETTER: u8 = UPPER | LOWER | UNCASED;

/// The pattern of each bit.
const PATTERNS: [(&str, u8); 7] = [
    (r"[\p{Lu}\p{Lt}]", UPPER),
    (r"\p{Ll}", LOWER),
    (r"[\p{Lm}\p{Lo}]", UNCASED),
    (r"\p{M}", MARK),
    (r"\p{N}", NUMBER),
    (r"\s", SPACE),
    (r"[\r\n]", NEWLINE),
];

/// Characters a block; blocks that are alike are stored once.
const BLOCK: usize = 256;

/// The bits of every character.
pub(super) struct Classes {
    /// Where the block of a character begins in `cells`, by its number divided by `BLOCK`.
    blocks: Vec<u32>,
    cells: Vec<u8>,
}

impl Classes {
    /// Reads the categories out of the Unicode tables of `regex-syntax`, so that they are those of the `regex` crate.
    pub(super) fn new() -> Self {
        let mut bits = vec![0; 0x11_0000];
        for (pattern, bit) in PATTERNS {
            for range in ranges(pattern) {
                for cell in &mut bits[range] {
                    *cell |= bit;
                }
            }
        }
        let mut cells: Vec<u8> = Vec::new();
        let mut blocks = Vec::with_capacity(bits.len() / BLOCK);
        for block in bits.chunks(BLOCK) {
            let known = cells.chunks(BLOCK).position(|one| one == block);
            let start = known.map_or(cells.len(), |index| index * BLOCK);
            if known.is_none() {
                cells.extend_from_slice(block);
            }
            blocks.push(u32::try_from(start).expect("there are fewer cells than characters"));
        }
        cells.shrink_to_fit();
        Self { blocks, cells }
    }

    /// The bits of the character that begins at `at`, and its length in bytes; no bits and no length at the end of the text.
    #[inline]
    pub(super) fn at(&self, text: &[u8], at: usize) -> (u8, usize) {
        match text.get(at) {
            None => (0, 0),
            Some(&byte @ 0..0x80) => (self.cells[usize::from(byte)], 1),
            Some(&lead) => self.wide(text, at, lead),
        }
    }

    /// The same beyond ASCII. `text` is UTF-8 and `at` the start of a character; anything else gives some class and no panic.
    fn wide(&self, text: &[u8], at: usize, lead: u8) -> (u8, usize) {
        let tail = |offset: usize| u32::from(text.get(at + offset).copied().unwrap_or(0) & 0x3F);
        let lead = u32::from(lead);
        let (code, length) = match lead {
            0..0xE0 => ((lead & 0x1F) << 6 | tail(1), 2),
            0xE0..0xF0 => ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
            _ => (
                (lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
                4,
            ),
        };
        let code = code as usize;
        let block = self.blocks.get(code / BLOCK).copied().unwrap_or(0) as usize;
        (self.cells[block + code % BLOCK], length)
    }
}

/// The characters a one-class pattern matches, as ranges of their numbers.
fn ranges(pattern: &str) -> impl Iterator<Item = std::ops::RangeInclusive<usize>> {
    let parsed = Parser::new()
        .parse(pattern)
        .expect("the patterns above are written right");
    let HirKind::Class(Class::Unicode(class)) = parsed.into_kind() else {
        unreachable!("each pattern above is one class of characters");
    };
    class
        .ranges()
        .iter()
        .map(|range| range.start() as usize..=range.end() as usize)
        .collect::<Vec<_>>()
        .into_iter()
}
