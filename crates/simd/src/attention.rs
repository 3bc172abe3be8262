//! Attention within one row of a batch: a block of queries at a time, with the micro kernels of the matrix product.

use std::ops::Range;

use crate::aligned::Aligned;
use crate::gemm::{MOST_ROWS, Sums};
use crate::kernels::Kernels;
use crate::lanes::{Lanes, PANEL};
use crate::matrix::MatrixMut;
use crate::softmax::exponentials;
use crate::tile::Tile;
use crate::walk::Ahead;

/// Queries a block: a multiple of every tile height, so small that their scores stay in cache.
const BLOCK: usize = 48;

static ZEROS: Sums = Sums([0.0; MOST_ROWS * PANEL]);

/// The shape of multi-head attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// How many.
    pub count: usize,
    /// Numbers in one.
    pub width: usize,
}

/// Working space of `attention`. Kept between calls, it allocates only while it grows.
#[derive(Clone, Default)]
pub struct AttentionSpace {
    /// `[key panels, width, PANEL]`.
    keys: Aligned<f32>,
    /// `[width panels, tokens, PANEL]`.
    values: Aligned<f32>,
    /// `[BLOCK, span]`.
    scores: Aligned<f32>,
}

/// `qkv` `[tokens, 3 * heads.count * heads.width]`, `out` `[tokens, part.len() * heads.width]`.
pub(crate) struct Attention<'call> {
    pub(crate) qkv: &'call [f32],
    pub(crate) tokens: usize,
    pub(crate) heads: Heads,
    pub(crate) part: Range<usize>,
    pub(crate) reach: Option<usize>,
    pub(crate) space: &'call mut AttentionSpace,
    pub(crate) out: MatrixMut<'call>,
}

impl Kernels {
    /// `out = softmax(q * k^T) * v` for each head. A row of `qkv` holds all queries, which must be scaled already, then all keys, then all
    /// values. With a `reach`, a token sees only those at most so far to either side.
    ///
    /// # Panics
    /// When `qkv` and `out` are not `[tokens, 3 * hidden]` and `[tokens, hidden]`.
    pub fn attention(
        &self,
        qkv: &[f32],
        heads: Heads,
        reach: Option<usize>,
        space: &mut AttentionSpace,
        out: &mut [f32],
    ) {
        let hidden = heads.count.checked_mul(heads.width).unwrap_or(0);
        let out = MatrixMut::new(out, hidden);
        self.attention_part(qkv, heads, 0..heads.count, reach, space, out);
    }

    /// The columns of `attention` that the heads of `part` give: `out` is `[tokens, part.len() * heads.width]`. Each number is the same, to
    /// the bit.
    ///
    /// # Panics
    /// When `qkv` or `out` has another shape, or there are fewer heads.
    pub fn attention_part(
        &self,
        qkv: &[f32],
        heads: Heads,
        part: Range<usize>,
        reach: Option<usize>,
        space: &mut AttentionSpace,
        out: MatrixMut<'_>,
    ) {
        let tokens = out.rows();
        let numbers = heads.count.checked_mul(heads.width);
        let numbers = numbers.and_then(|hidden| hidden.checked_mul(3)?.checked_mul(tokens));
        assert_eq!(Some(qkv.len()), numbers, "qkv is [tokens, 3 * hidden]");
        assert!(
            part.start <= part.end && part.end <= heads.count && heads.width > 0,
            "a part of the heads"
        );
        assert_eq!(
            out.columns(),
            part.len() * heads.width,
            "out is [tokens, heads]"
        );
        let padded = tokens.next_multiple_of(PANEL);
        space.keys.reserve(padded * heads.width);
        space
            .values
            .reserve(tokens * heads.width.next_multiple_of(PANEL));
        space.scores.reserve(BLOCK * padded);
        // SAFETY: `self` proves the features; the lengths were checked or just made.
        unsafe {
            (self.table().attention)(&mut Attention {
                qkv,
                tokens,
                heads,
                part,
                reach,
                space,
                out,
            });
        }
    }
}

/// The keys that a block of queries sees: `base..end`, `base` at the start of a panel.
#[derive(Clone, Copy)]
struct Span {
    first: usize,
    rows: usize,
    base: usize,
    end: usize,
}

impl Span {
    #[inline(always)]
    fn of(call: &Attention<'_>, first: usize) -> Self {
        let rows = BLOCK.min(call.tokens - first);
        let (base, end) = match call.reach {
            None => (0, call.tokens),
            Some(reach) => (
                first.saturating_sub(reach) / PANEL * PANEL,
                (first + rows).saturating_add(reach).min(call.tokens),
            ),
        };
        Self {
            first,
            rows,
            base,
            end,
        }
    }

    /// Floats from one row of scores to the next.
    #[inline(always)]
    const fn stride(self) -> usize {
        (self.end - self.base).next_multiple_of(PANEL)
    }
}

/// # Safety
/// The features of `V` and the lengths that `Kernels::attention` checks.
#[inline(always)]
pub(crate) unsafe fn attention<V: Lanes>(call: &mut Attention<'_>) {
    let mut inverses = [0.0; BLOCK];
    for head in call.part.clone() {
        pack_keys(call, head);
        pack_values(call, head);
        let mut first = 0;
        while first < call.tokens {
            let span = Span::of(call, first);
            // SAFETY: the caller's promise; the span lies within the tokens.
            unsafe {
                score::<V>(call, head, span);
                weigh::<V>(call, span, &mut inverses);
                gather::<V>(call, head, span, &inverses);
            }
            first += span.rows;
        }
    }
}

/// Keys of a head to panels of 32 tokens, the width running down; zeros past the last token.
#[inline(always)]
fn pack_keys(call: &mut Attention<'_>, head: usize) {
    let (width, hidden) = (call.heads.width, call.heads.count * call.heads.width);
    for (number, panel) in call.space.keys[..call.tokens.next_multiple_of(PANEL) * width]
        .chunks_exact_mut(PANEL * width)
        .enumerate()
    {
        for lane in 0..PANEL {
            let token = number * PANEL + lane;
            if token < call.tokens {
                let key = &call.qkv[token * 3 * hidden + hidden + head * width..][..width];
                key.iter()
                    .zip(panel[lane..].iter_mut().step_by(PANEL))
                    .for_each(|(from, to)| *to = *from);
            } else {
                panel[lane..]
                    .iter_mut()
                    .step_by(PANEL)
                    .for_each(|to| *to = 0.0);
            }
        }
    }
}

/// Values of a head to panels of 32 columns; columns past the width are never read.
#[inline(always)]
fn pack_values(call: &mut Attention<'_>, head: usize) {
    let (width, hidden) = (call.heads.width, call.heads.count * call.heads.width);
    for (number, panel) in call
        .space
        .values
        .chunks_exact_mut(call.tokens * PANEL)
        .take(width.div_ceil(PANEL))
        .enumerate()
    {
        let columns = PANEL.min(width - number * PANEL);
        for (token, to) in panel.chunks_exact_mut(PANEL).enumerate() {
            let from = token * 3 * hidden + 2 * hidden + head * width + number * PANEL;
            to[..columns].copy_from_slice(&call.qkv[from..from + columns]);
        }
    }
}

/// Queries times keys.
#[inline(always)]
unsafe fn score<V: Lanes>(call: &mut Attention<'_>, head: usize, span: Span) {
    let (width, hidden) = (call.heads.width, call.heads.count * call.heads.width);
    for panel in span.base / PANEL..span.end.div_ceil(PANEL) {
        let (mut row, mut tiles) = (0, span.rows.div_ceil(V::ROWS));
        while row < span.rows {
            let rows = (span.rows - row).div_ceil(tiles);
            // SAFETY: queries, panel and scores lie within the lengths that were checked.
            unsafe {
                let tile = Tile {
                    depth: width,
                    left: call
                        .qkv
                        .as_ptr()
                        .add((span.first + row) * 3 * hidden + head * width),
                    left_stride: 3 * hidden,
                    panel: call.space.keys.as_ptr().add(panel * PANEL * width),
                    ahead: Ahead::nothing(ZEROS.0.as_ptr().cast()),
                    start: ZEROS.0.as_ptr(),
                    out: call
                        .space
                        .scores
                        .as_mut_ptr()
                        .add(row * span.stride() + panel * PANEL - span.base),
                    out_stride: span.stride(),
                };
                V::tile(rows, &tile);
            }
            row += rows;
            tiles -= 1;
        }
    }
}

/// Scores to weights, not yet divided by their sum; zeros where a token is out of reach.
#[inline(always)]
unsafe fn weigh<V: Lanes>(call: &mut Attention<'_>, span: Span, inverses: &mut [f32; BLOCK]) {
    let count = span.end - span.base;
    for (row, inverse) in inverses.iter_mut().enumerate().take(span.rows) {
        let token = span.first + row;
        let (from, to) = match call.reach {
            None => (0, count),
            Some(reach) => (
                token.saturating_sub(reach).max(span.base) - span.base,
                (token + 1).saturating_add(reach).min(span.end) - span.base,
            ),
        };
        let scores = &mut call.space.scores[row * span.stride()..][..count];
        scores[..from].fill(0.0);
        scores[to..].fill(0.0);
        // SAFETY: `from..to` lies within the row; the caller vouches for the features of `V`.
        *inverse = 1.0 / unsafe { exponentials::<V>(scores.as_mut_ptr().add(from), to - from) };
    }
}

/// Weights times values, divided by the sums of the weights.
#[inline(always)]
unsafe fn gather<V: Lanes>(
    call: &mut Attention<'_>,
    head: usize,
    span: Span,
    inverses: &[f32; BLOCK],
) {
    let width = call.heads.width;
    let mut sums = Sums([0.0; MOST_ROWS * PANEL]);
    for panel in 0..width.div_ceil(PANEL) {
        let (mut row, mut tiles) = (0, span.rows.div_ceil(V::ROWS));
        while row < span.rows {
            let rows = (span.rows - row).div_ceil(tiles);
            // SAFETY: weights, values and result lie within the lengths that were checked.
            unsafe {
                let tile = Tile {
                    depth: span.end - span.base,
                    left: call.space.scores.as_ptr().add(row * span.stride()),
                    left_stride: span.stride(),
                    panel: call
                        .space
                        .values
                        .as_ptr()
                        .add((panel * call.tokens + span.base) * PANEL),
                    ahead: Ahead::nothing(ZEROS.0.as_ptr().cast()),
                    start: ZEROS.0.as_ptr(),
                    out: sums.0.as_mut_ptr(),
                    out_stride: PANEL,
                };
                V::tile(rows, &tile);
                let columns = PANEL.min(width - panel * PANEL);
                for (at, inverse) in inverses[row..row + rows].iter().enumerate() {
                    let from = sums.0.as_mut_ptr().add(at * PANEL);
                    crate::vector::scale::<V>(from, columns, *inverse);
                    let to = (span.first + row + at) * call.out.stride()
                        + (head - call.part.start) * width
                        + panel * PANEL;
                    call.out
                        .start()
                        .add(to)
                        .copy_from_nonoverlapping(from, columns);
                }
            }
            row += rows;
            tiles -= 1;
        }
    }
}
