//! From folded words to tokens: a small filter that turns most words away, before an open-addressed table.

use std::collections::HashMap;

use super::automaton::{Token, UNKNOWN};
use crate::scan::Key;

/// The filter's size: 8 KiB stay in the first-level cache.
const FILTER_BITS: usize = 1 << 16;

/// The first character that is looked up directly.
const FIRST_DIRECT: u32 = 0x3000;

/// Characters from `FIRST_DIRECT` on and below this are looked up directly: all but the rarest of Han, kana and hangul.
const DIRECT: u32 = 0xD800;

/// Words and their tokens.
#[derive(Debug)]
pub(super) struct WordTable {
    filter: Box<[u64; FILTER_BITS / 64]>,
    slots: Vec<(Key, Token)>,
    /// The tokens of single characters, by character from `FIRST_DIRECT` on.
    direct: Vec<Token>,
}

impl WordTable {
    pub(super) fn new(tokens: &HashMap<Key, Token>) -> Self {
        let mut filter = Box::new([0; FILTER_BITS / 64]);
        let mut slots =
            vec![(Key::default(), UNKNOWN); (tokens.len() * 2).next_power_of_two().max(4)];
        for (&key, &token) in tokens {
            let hash = key.hash();
            filter[filter_bit(hash) / 64] |= 1 << (filter_bit(hash) % 64);
            let mut at = slot(hash, slots.len());
            while slots[at].1 != UNKNOWN {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = (key, token);
        }
        let token = |character| {
            tokens
                .get(&Key::of_character(character))
                .copied()
                .unwrap_or(UNKNOWN)
        };
        Self {
            filter,
            slots,
            direct: (FIRST_DIRECT..DIRECT).map(token).collect(),
        }
    }

    /// The token of a single CJK character, or `UNKNOWN`.
    #[inline]
    pub(super) fn character(&self, character: u32) -> Token {
        match self
            .direct
            .get(character.wrapping_sub(FIRST_DIRECT) as usize)
        {
            Some(token) => *token,
            None => self.get(Key::of_character(character)),
        }
    }

    /// The token of a word, or `UNKNOWN`.
    #[inline]
    pub(super) fn get(&self, key: Key) -> Token {
        let hash = key.hash();
        if self.filter[filter_bit(hash) / 64] & (1 << (filter_bit(hash) % 64)) == 0 {
            return UNKNOWN;
        }
        let mut at = slot(hash, self.slots.len());
        loop {
            let (known, token) = self.slots[at];
            if token == UNKNOWN || known == key {
                return token;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

#[inline]
const fn filter_bit(hash: u64) -> usize {
    (hash >> 48) as usize
}

#[inline]
const fn slot(hash: u64, slots: usize) -> usize {
    (hash >> 16) as usize & (slots - 1)
}
