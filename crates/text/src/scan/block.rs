//! Where the ASCII letters of a text stand, 64 bytes at a time, so that finding the end of a word is counting bits.

/// Bytes of a block.
pub(super) const BLOCK: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;

/// Gathers the lowest bits of eight bytes in the highest byte of the product, the first byte's lowest.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// The letters of the bytes from `base` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    base: usize,
    letters: u64,
}

impl Block {
    /// The block of `text` that begins at `base`; beyond the end stand no letters.
    #[inline]
    pub(super) fn read(text: &[u8], base: usize) -> Self {
        let rest = text.get(base..).unwrap_or_default();
        let letters = match rest.first_chunk::<BLOCK>() {
            Some(bytes) => letters(bytes),
            None => padded_letters(rest),
        };
        Self { base, letters }
    }

    /// How many letters stand at `at`, which is not before the block, and whether they may go on behind it. Of 64 it counts 63.
    #[inline]
    pub(super) const fn run(&self, at: usize) -> (usize, bool) {
        let offset = at - self.base;
        if offset >= BLOCK {
            return (0, true);
        }
        let others = !(self.letters >> offset) | 1 << (BLOCK - 1); // never zero, which the processor counts slower
        let run = others.trailing_zeros() as usize;
        (run, offset + run == BLOCK)
    }

    /// Whether the block begins at `at`.
    #[inline]
    pub(super) const fn begins(&self, at: usize) -> bool {
        self.base == at
    }
}

/// A bit for every byte that is an ASCII letter, the first byte's lowest.
#[inline]
fn letters(bytes: &[u8; BLOCK]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().rev().fold(0, |letters, eight| {
        letters << 8 | eight_letters(u64::from_le_bytes(*eight))
    })
}

/// The same of fewer bytes.
fn padded_letters(rest: &[u8]) -> u64 {
    let mut bytes = [0; BLOCK];
    bytes[..rest.len()].copy_from_slice(rest);
    letters(&bytes)
}

#[inline]
const fn eight_letters(bytes: u64) -> u64 {
    let low_bits = (bytes | (0x20 * ONES)) & (0x7F * ONES);
    let from_a = low_bits + (0x1F * ONES);
    let beyond_z = low_bits + (0x05 * ONES);
    let letters = (from_a & !beyond_z & !bytes) >> 7 & ONES;
    letters.wrapping_mul(GATHER) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_letter_or_not_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for place in 0..BLOCK {
                let mut text = [b'-'; BLOCK];
                text[place] = byte;
                let expected = usize::from(byte.is_ascii_alphabetic());
                let (run, beyond) = Block::read(&text, 0).run(place);
                assert_eq!(
                    (run, beyond),
                    (expected, place + run == BLOCK),
                    "{byte} at {place}"
                );
            }
        }
    }

    #[test]
    fn runs_end_with_the_text_and_go_on_behind_a_block() {
        let text = [b'x'; 70];
        assert_eq!(Block::read(&text, 0).run(0), (63, false));
        assert_eq!(Block::read(&text, 3).run(10), (57, true));
        assert_eq!(Block::read(&text, 3).run(67), (0, true));
        assert_eq!(Block::read(&text, 7).run(10), (60, false));
        assert_eq!(Block::read(&text, 70).run(70), (0, false));
        assert!(Block::read(&text, 7).begins(7));
    }
}
