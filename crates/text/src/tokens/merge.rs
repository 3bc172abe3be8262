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

/// Parts as a list linked by their first bytes. A pair is a number, its rank before the first byte of its left part, so that the
/// least is the pair to merge; a byte holds a place.
fn short(vocabulary: &Vocabulary, piece: &[u8]) -> usize {
    let length = piece.len();
    let mut next = [0_u8; SHORT + 1];
    let mut before = [0_u8; SHORT + 1];
    let mut pairs = [NONE; SHORT];
    for (at, (next, before)) in (0..=length).zip(next.iter_mut().zip(&mut before)) {
        *next = place(at + 1);
        *before = place(at.saturating_sub(1));
    }
    let pair = |rank: u32, at: usize| {
        if rank == NONE {
            NONE
        } else {
            rank << 8 | u32::from(place(at))
        }
    };
    for (at, bytes) in piece.windows(2).enumerate() {
        pairs[at] = pair(vocabulary.pair(bytes[0], bytes[1]), at);
    }
    let mut parts = length;
    let looked_through = length.next_multiple_of(8);
    loop {
        let least = pairs[..looked_through].iter().copied().fold(NONE, u32::min);
        if least == NONE {
            return parts;
        }
        let at = (least & 0xFF) as usize;
        let gone = usize::from(next[at]);
        let after = usize::from(next[gone]);
        next[at] = place(after);
        before[after] = place(at);
        pairs[gone] = NONE;
        parts -= 1;
        pairs[at] = if after < length {
            pair(vocabulary.rank(&piece[at..usize::from(next[after])]), at)
        } else {
            NONE
        };
        if at > 0 {
            let start = usize::from(before[at]);
            pairs[start] = pair(vocabulary.rank(&piece[start..after]), start);
        }
    }
}

/// A place in a short piece.
fn place(at: usize) -> u8 {
    u8::try_from(at).expect("short pieces have fewer than 256 bytes")
}

/// Parts as a list linked by their first bytes, and a heap of pairs; a pair that is no longer there is dropped when it is drawn.
fn long(vocabulary: &Vocabulary, piece: &[u8]) -> usize {
    let length = piece.len();
    let mut next: Vec<usize> = (1..=length).collect();
    let mut before: Vec<usize> = (0..length).map(|at| at.wrapping_sub(1)).collect();
    let mut ranks = vec![NONE; length];
    let mut pairs = BinaryHeap::with_capacity(length);
    for (at, pair) in piece.windows(2).enumerate() {
        ranks[at] = vocabulary.pair(pair[0], pair[1]);
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
