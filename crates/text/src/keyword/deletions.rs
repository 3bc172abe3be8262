//! What is left of a word when letters are dropped: two words within so many edits of each other share one such remainder.
//!
//! The symmetric deletion of `FastSS` (Bocek, Hunt, Stiller 2007, "Fast Similarity Search in Large Dictionaries"), on the first
//! letters only: whoever is within the edits on the whole word shares a remainder of the prefix too, since an edit takes at
//! most one letter from each prefix, be it by shifting it out.

/// Letters of a word whose remainders are kept: with two dropped there are at most 79.
const PREFIX: usize = 12;

/// The base of the rolling hash: odd, and nothing else is asked of it, since every hit is verified.
const BASE: u64 = 0x5851_F42D_4C95_7F2D;

const POWERS: [u64; PREFIX + 1] = {
    let mut powers = [1_u64; PREFIX + 1];
    let mut at = 1;
    while at <= PREFIX {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
};

/// Hands the hash of every remainder of `word`, with up to `most` (0 to 2) letters dropped, to `visit`.
#[inline]
pub(super) fn remainders(word: &[char], most: usize, mut visit: impl FnMut(u64)) {
    let length = word.len().min(PREFIX);
    let mut hashes = [0_u64; PREFIX + 1];
    for (at, character) in word.iter().take(length).enumerate() {
        let letter = u64::from(u32::from(*character)) + 1;
        hashes[at + 1] = hashes[at].wrapping_mul(BASE).wrapping_add(letter);
    }
    let part = |begin: usize, end: usize| {
        hashes[end].wrapping_sub(hashes[begin].wrapping_mul(POWERS[end - begin]))
    };
    visit(hashes[length]);
    if most == 0 {
        return;
    }
    for (first, &begin) in hashes.iter().enumerate().take(length) {
        let rest = length - first - 1;
        let end = part(first + 1, length);
        visit(begin.wrapping_mul(POWERS[rest]).wrapping_add(end));
        if most == 1 {
            continue;
        }
        for second in first + 1..length {
            let between = second - first - 1;
            let rest = length - second - 1;
            let joined = begin
                .wrapping_mul(POWERS[between])
                .wrapping_add(part(first + 1, second));
            visit(
                joined
                    .wrapping_mul(POWERS[rest])
                    .wrapping_add(part(second + 1, length)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn hashes(word: &str, most: usize) -> HashSet<u64> {
        let word: Vec<char> = word.chars().collect();
        let mut found = HashSet::new();
        remainders(&word, most, |hash| {
            found.insert(hash);
        });
        found
    }

    fn whole(word: &str) -> u64 {
        *hashes(word, 0).iter().next().expect("one")
    }

    #[test]
    fn remainders_are_the_words_without_letters() {
        let expected: HashSet<u64> = ["abc", "ab", "ac", "bc", "a", "b", "c"].map(whole).into();
        assert_eq!(hashes("abc", 2), expected);
        assert_eq!(
            hashes("abc", 1),
            ["abc", "ab", "ac", "bc"].map(whole).into()
        );
        assert_eq!(hashes("", 2), [whole("")].into());
    }

    #[test]
    fn words_within_the_edits_share_one() {
        let table = [
            ("environment", "enviroment", 1),
            ("environmental", "nvironmentals", 2),
            ("abcdefghijklmnop", "xyabcdefghijklmnop", 2),
            ("abcdefghijkl", "abcdefghijlk", 1),
            ("abcdefghijklm", "abcdefghijkml", 1),
        ];
        for (a, b, most) in table {
            assert!(!hashes(a, most).is_disjoint(&hashes(b, most)), "{a} {b}");
        }
    }
}
