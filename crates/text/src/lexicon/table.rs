//! From folded words to tokens: one table says which word may be meant, a second one whether it is.

use std::collections::HashMap;

use super::automaton::{Token, UNKNOWN};
use crate::scan::Key;

/// Heads of chains: so many that most hold one word or none, and that two bytes of a hash tell them apart.
const HEADS: usize = 1 << 16;

/// The first character that is looked up directly.
const FIRST_DIRECT: u32 = 0x3000;

/// Characters from `FIRST_DIRECT` on and below this are looked up directly: all but the rarest of Han, kana and hangul.
const DIRECT: u32 = 0xD800;

/// Words and their tokens.
#[derive(Debug)]
pub(super) struct WordTable {
    /// The first token of a chain, by hash; `UNKNOWN` of an empty one.
    heads: Box<[Token; HEADS]>,
    /// The word of a token and the next token of its chain, by token.
    words: Vec<(Key, Token)>,
    /// The tokens of single characters, by character from `FIRST_DIRECT` on.
    direct: Vec<Token>,
}

impl WordTable {
    pub(super) fn new(tokens: &HashMap<Key, Token>) -> Self {
        let mut heads = vec![UNKNOWN; HEADS];
        let mut words = vec![(Key::default(), UNKNOWN); tokens.len() + 1];
        for (&key, &token) in tokens {
            words[usize::from(token)].0 = key;
        }
        // Backwards, so that the languages listed first come first in their chains.
        for token in (1..=Token::MAX).rev() {
            if let Some((key, next)) = words.get_mut(usize::from(token)) {
                let head = &mut heads[head(*key)];
                *next = *head;
                *head = token;
            }
        }
        let token = |character| {
            tokens
                .get(&Key::of_character(character))
                .copied()
                .unwrap_or(UNKNOWN)
        };
        Self {
            heads: heads.try_into().expect("there are so many heads"),
            words,
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
        let mut token = self.heads[head(key)];
        while token != UNKNOWN {
            let (known, next) = self.words[usize::from(token)];
            if known == key {
                break;
            }
            token = next;
        }
        token
    }
}

/// The chain of a word.
#[inline]
const fn head(key: Key) -> usize {
    (key.hash() >> 48) as usize
}
