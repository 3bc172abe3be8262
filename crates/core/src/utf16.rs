//! From bytes of a text to the UTF-16 units in which JavaScript counts.

/// Turns ascending places into UTF-16 offsets, reading the text once.
pub struct Utf16<'text> {
    text: &'text str,
    bytes: usize,
    units: usize,
}

impl<'text> Utf16<'text> {
    /// At the beginning of `text`.
    #[must_use]
    pub const fn new(text: &'text str) -> Self {
        Self {
            text,
            bytes: 0,
            units: 0,
        }
    }

    /// The offset of the byte at `place`, which should not lie before the last one asked for: going back reads the text again. A place
    /// within a character counts as its beginning, one past the end as the end.
    pub fn at(&mut self, place: usize) -> usize {
        if place < self.bytes {
            (self.bytes, self.units) = (0, 0);
        }
        for character in self.text[self.bytes..].chars() {
            let next = self.bytes + character.len_utf8();
            if next > place {
                break;
            }
            self.bytes = next;
            self.units += character.len_utf16();
        }
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_boundary_has_its_offset() {
        let text = "a\r\né漢😀e\u{301}z";
        let mut utf16 = Utf16::new(text);
        for (place, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let expected = text[..place].encode_utf16().count();
            assert_eq!(utf16.at(place), expected);
            assert_eq!(Utf16::new(text).at(place), expected);
        }
        assert_eq!(utf16.at(0), 0);
        assert_eq!(utf16.at(999), text.encode_utf16().count());
        assert_eq!(utf16.at(4), 3, "within é");
    }
}
