//! How the tokens of a pass are divided: into blocks that stay in cache, and among threads.

use std::ops::Range;

/// Tokens that go through the products of a layer together: their inner activations stay in the second-level cache.
const BLOCK: usize = 128;

/// With fewer tokens a thread than this, threads share the columns of each weight: with few tokens a product waits for the weight, and so
/// each thread reads but a part of it.
const LEAST_ROWS: usize = 24;

/// What a pass must cost, in multiply-adds, for a second thread to be worth its start; each further thread needs as much again. About
/// 100 microseconds on one core.
const LEAST_WORK: usize = 10_000_000;

/// A weight is read whole for one token as for so many.
const LEAST_TOKENS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Split {
    /// Each thread takes whole tokens, so many at once.
    Rows(usize),
    /// All take all tokens, and each some of the columns.
    Columns,
}

impl Split {
    /// For `threads` threads; `whole` where a token must not be divided.
    pub(crate) fn of(tokens: usize, threads: usize, whole: bool) -> Self {
        if threads > 1 && tokens < threads * LEAST_ROWS && !whole {
            return Self::Columns;
        }
        let blocks = tokens.div_ceil(BLOCK).max(1).next_multiple_of(threads);
        Self::Rows(tokens.div_ceil(blocks).max(1))
    }

    /// The most tokens that go through a product together.
    pub(crate) const fn most(self, tokens: usize) -> usize {
        match self {
            Self::Rows(size) => size,
            Self::Columns => tokens,
        }
    }
}

/// Blocks of `size` tokens, the last one perhaps smaller.
pub(crate) fn blocks(tokens: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..tokens)
        .step_by(size)
        .map(move |first| first..(first + size).min(tokens))
}

/// How many of `threads` are worth it for so many tokens and so many weights.
pub(crate) const fn worthwhile(tokens: usize, weights: usize, threads: usize) -> usize {
    let tokens = if tokens < LEAST_TOKENS {
        LEAST_TOKENS
    } else {
        tokens
    };
    let worth = tokens.saturating_mul(weights) / LEAST_WORK;
    if worth < 1 {
        1
    } else if worth < threads {
        worth
    } else {
        threads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_all_tokens_once() {
        for tokens in [0, 1, 127, 128, 129, 300, 4096] {
            for threads in [1, 2, 3, 16] {
                let Split::Rows(size) = Split::of(tokens, threads, true) else {
                    unreachable!("whole tokens")
                };
                assert!(size <= BLOCK && blocks(tokens, size).flatten().eq(0..tokens));
                assert!(
                    blocks(tokens, size).count() <= tokens.div_ceil(BLOCK).max(1) + threads - 1
                );
            }
        }
    }

    #[test]
    fn few_tokens_share_columns() {
        assert_eq!(Split::of(16, 1, false), Split::Rows(16));
        assert_eq!(Split::of(16, 2, false), Split::Columns);
        assert_eq!(Split::of(16, 2, true), Split::Rows(8));
        assert_eq!(Split::of(128, 2, false), Split::Rows(64));
        assert_eq!(Split::of(300, 2, false), Split::Rows(75));
    }

    #[test]
    fn small_work_stays_on_one_thread() {
        assert_eq!(worthwhile(16, 30_000, 8), 1);
        assert_eq!(worthwhile(1, 10_000_000, 2), 2);
        assert_eq!(worthwhile(128, 10_000_000, 16), 16);
        assert_eq!(worthwhile(4, 4_000_000, 16), 3);
    }
}
