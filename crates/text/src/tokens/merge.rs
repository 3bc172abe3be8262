//! Merges the bytes of a piece pair by pair, the pair of lowest rank first and of equal ones the leftmost, until no pair is a
//! token: byte-pair encoding (Sennrich, Haddow and Birch 2016, section 3.2) by ranks, as the vocabularies were made for.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::vocabulary::{NONE, Vocabulary};

/// Pieces up to so many bytes are merged in place, looking through all pairs each time; longer ones with a heap, which takes
/// time in n log n and memory of 20 bytes a byte.
pub(super) const SHORT: usize = 96;

/// How many tokens `piece` becomes; it has a byte at least.
pub(super) fn count(vocabulary: &Vocabulary, piece: &[u8]) -> usize {
    if vocabulary.rank(piece) != NONE {
        1
    } else if piece.len() <= SHORT {
        short(vocabulary, piece)
    } else {
        long(vocabulary, piece)
    }
}

/// Parts side by side: `starts[i]..starts[i + 1]` is a part, `ranks[i]` the rank of it joined with the next.
fn short(vocabulary: &Vocabulary, piece: &[u8]) -> usize {
    let mut starts = [0_usize; SHORT + 1];
    let mut ranks = [NONE; SHORT];
    let mut parts = piece.len();
    for (at, start) in starts[..=parts].iter_mut().enumerate() {
        *start = at;
    }
    for (rank, pair) in ranks.iter_mut().zip(piece.windows(2)) {
        *rank = vocabulary.rank(pair);
    }
    let joined = |starts: &[usize], at: usize, parts: usize| match starts[..=parts].get(at + 2) {
        Some(&end) => vocabulary.rank(&piece[starts[at]..end]),
        None => NONE,
    };
    loop {
        let lowest = ranks[..parts].iter().copied().min().unwrap_or(NONE);
        if lowest == NONE {
            return parts;
        }
        let at = ranks[..parts]
            .iter()
            .position(|rank| *rank == lowest)
            .expect("the minimum is one of them");
        starts.copy_within(at + 2..=parts, at + 1);
        ranks.copy_within(at + 2..parts, at + 1);
        parts -= 1;
        ranks[parts] = NONE;
        ranks[at] = joined(&starts, at, parts);
        if let Some(before) = at.checked_sub(1) {
            ranks[before] = joined(&starts, before, parts);
        }
    }
}

/// Parts as a list linked by their first bytes, and a heap of pairs; a pair that is no longer there is dropped when it is drawn.
fn long(vocabulary: &Vocabulary, piece: &[u8]) -> usize {
    let length = piece.len();
    let mut next: Vec<usize> = (1..=length).collect();
    let mut before: Vec<usize> = (0..length).map(|at| at.wrapping_sub(1)).collect();
    let mut ranks = vec![NONE; length];
    let mut pairs = BinaryHeap::with_capacity(length);
    for (at, pair) in piece.windows(2).enumerate() {
        ranks[at] = vocabulary.rank(pair);
        if ranks[at] != NONE {
            pairs.push(Reverse((ranks[at], at)));
        }
    }
    let mut parts = length;
    while let Some(Reverse((rank, at))) = pairs.pop() {
        if ranks[at] != rank {
            continue;
        }
        let gone = next[at];
        let after = next[gone];
        next[at] = after;
        ranks[gone] = NONE;
        if let Some(slot) = before.get_mut(after) {
            *slot = at;
        }
        parts -= 1;
        let previous = before.get(before[at].min(at)).map(|_| before[at]);
        for start in [Some(at), previous.filter(|start| *start < at)]
            .into_iter()
            .flatten()
        {
            let middle = next[start];
            ranks[start] = match next.get(middle) {
                Some(&end) => vocabulary.rank(&piece[start..end]),
                None => NONE,
            };
            if ranks[start] != NONE {
                pairs.push(Reverse((ranks[start], start)));
            }
        }
    }
    parts
}
