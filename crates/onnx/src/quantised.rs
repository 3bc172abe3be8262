//! Whether a graph measures its activations while it runs: then a row's numbers depend on the rows beside it, and it must run alone.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Operators that find a scale over all rows of their input (ONNX, `DynamicQuantizeLinear`, and ONNX Runtime's own around it). They are
/// looked for as words in the file: that an operator is named as the start of a longer one, or in a comment, costs speed alone.
const WORDS: [&[u8]; 4] = [
    b"DynamicQuantize",
    b"MatMulIntegerToFloat",
    b"QAttention",
    b"ConvInteger",
];

/// Reads the file piece by piece.
///
/// # Errors
/// What reading it gives.
pub(crate) fn measures_rows_together(path: &Path) -> io::Result<bool> {
    const PIECE: usize = 1 << 20;
    let longest = WORDS
        .iter()
        .map(|word| word.len())
        .max()
        .unwrap_or_default();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; PIECE + longest];
    let mut kept = 0;
    loop {
        let read = file.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok(false);
        }
        let filled = kept + read;
        if found(&buffer[..filled]) {
            return Ok(true);
        }
        // A word may begin in this piece and end in the next.
        kept = filled.min(longest - 1);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

fn found(bytes: &[u8]) -> bool {
    let starts = |first: &u8| WORDS.iter().any(|word| word[0] == *first);
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(starts) {
        rest = &rest[at..];
        if WORDS.iter().any(|word| rest.starts_with(word)) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env::temp_dir;
    use std::fs;

    #[test]
    fn words_are_found_wherever_they_lie() {
        let path = temp_dir().join(format!("signalbox-quantised-{}", std::process::id()));
        let word = b"DynamicQuantizeLinear";
        for (at, expected) in [
            (0, true),
            (5, true),
            ((1 << 20) - 4, true),
            ((1 << 20) + 13, true),
            (usize::MAX, false),
        ] {
            let mut bytes = vec![b'D'; (1 << 20) + 100];
            if let Some(place) = bytes.get_mut(at..at.saturating_add(word.len())) {
                place.copy_from_slice(word);
            }
            fs::write(&path, &bytes).expect("a file of the test");
            assert_eq!(measures_rows_together(&path).ok(), Some(expected), "{at}");
        }
        fs::remove_file(&path).expect("the file just written");
    }
}
