//! From the UTF-16 of a JavaScript string to UTF-8, quickly for ASCII. Reading a string as UTF-16 is a plain copy in V8; as UTF-8
//! it is two slow passes.

/// UTF-8 of `units`; a lone surrogate becomes U+FFFD.
pub(crate) fn utf8(units: &[u16]) -> String {
    let mut bytes = Vec::with_capacity(units.len() + units.len() / 8);
    let mut rest = units;
    while !rest.is_empty() {
        let ascii = ascii_prefix(rest);
        #[expect(clippy::cast_possible_truncation, reason = "these units are below 128")]
        bytes.extend(rest[..ascii].iter().map(|unit| *unit as u8));
        rest = &rest[ascii..];
        let other = rest
            .iter()
            .position(|unit| *unit < 0x80)
            .unwrap_or(rest.len());
        let mut buffer = [0; 4];
        for decoded in char::decode_utf16(rest[..other].iter().copied()) {
            let character = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        }
        rest = &rest[other..];
    }
    String::from_utf8(bytes).expect("only ASCII and encoded characters were written")
}

/// How many units at the start are ASCII, looked at in blocks that the compiler turns into vector instructions.
fn ascii_prefix(units: &[u16]) -> usize {
    const BLOCK: usize = 32;
    let blocks = units
        .chunks_exact(BLOCK)
        .take_while(|block| block.iter().fold(0, |all, unit| all | unit) < 0x80)
        .count();
    let start = blocks * BLOCK;
    start
        + units[start..]
            .iter()
            .take_while(|unit| **unit < 0x80)
            .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        let long = "a".repeat(31) + "é" + &"b".repeat(64) + "😀" + &"漢字".repeat(20) + "c";
        for text in ["", "a", "é", "😀", "a😀b", "漢字 and ascii", &long] {
            let units: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(utf8(&units), text);
        }
    }

    #[test]
    fn lone_surrogates_are_replaced() {
        let table: [&[u16]; 4] = [
            &[0xD83D],
            &[0x61, 0xDE00, 0x62],
            &[0xD83D, 0x61],
            &[0xD83D, 0xD83D, 0xDE00],
        ];
        for units in table {
            assert_eq!(utf8(units), String::from_utf16_lossy(units), "{units:x?}");
        }
    }
}
