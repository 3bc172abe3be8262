//! SHA-256 of files that are too great to be held whole.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// Reads `source` to its end, piece by piece.
///
/// # Errors
/// What reading gives.
pub fn feed(hash: &mut Sha256, mut source: impl Read) -> io::Result<()> {
    let mut piece = vec![0; 1 << 20];
    loop {
        match source.read(&mut piece)? {
            0 => return Ok(()),
            read => hash.update(&piece[..read]),
        }
    }
}

/// The 64 hexadecimal digits.
#[must_use]
pub fn digits(hash: Sha256) -> String {
    let bytes = hash.finalize();
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-4, example "abc".
        let mut hash = Sha256::new();
        feed(&mut hash, &b"abc"[..]).expect("bytes");
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digits(hash), expected);
    }
}
