//! Softmax attention within one row: grouped queries, one-sided or local sight, and a bias where an architecture has one.

use std::ops::Range;

use signalbox_encoder::Kernels;
use signalbox_simd::{Epilogue, PackedF32};

use crate::forward::rows::BLOCK;

/// Keys are packed for whole stretches of this many: a later block of queries then often finds them packed already.
const STRETCH: usize = 256;

/// How many query heads there are, how many heads of keys and values they share, and the numbers in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) heads: usize,
    pub(crate) groups: usize,
    pub(crate) width: usize,
}

impl Shape {
    /// Numbers in a row of queries, then keys, then values.
    pub(crate) const fn stride(self) -> usize {
        (self.heads + 2 * self.groups) * self.width
    }

    /// Numbers in a row of the result.
    pub(crate) const fn context(self) -> usize {
        self.heads * self.width
    }

    const fn key(self, group: usize) -> usize {
        (self.heads + group) * self.width
    }

    const fn value(self, group: usize) -> usize {
        (self.heads + self.groups + group) * self.width
    }
}

/// How many tokens before and after itself a token sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Sight {
    pub(crate) const ALL: Self = Self {
        before: usize::MAX,
        after: usize::MAX,
    };

    pub(crate) const CAUSAL: Self = Self {
        before: usize::MAX,
        after: 0,
    };

    /// What the tokens of `block` see together.
    fn of(self, block: &Range<usize>, tokens: usize) -> Range<usize> {
        block.start.saturating_sub(self.before)..block.end.saturating_add(self.after).min(tokens)
    }
}

/// What is added to the scores of one row.
pub(crate) trait Bias {
    /// Gets ready for one head, whose keys are `[tokens, width]`.
    fn prepare(&mut self, head: usize, keys: &[f32]);

    /// Adds to `scores`, `[block, tokens]`, what the `queries` of a block, `[block, width]`, have beside their keys.
    fn add(&mut self, block: &Range<usize>, queries: &[f32], scores: &mut [f32]);
}

/// Keys and values of one group for a stretch of tokens.
struct Packed {
    span: Range<usize>,
    keys: PackedF32,
    values: PackedF32,
}

/// One row: its queries, scaled already, keys and values, `[tokens, shape.stride()]`.
#[derive(Clone, Copy)]
pub(crate) struct Row<'row> {
    pub(crate) kernels: Kernels,
    pub(crate) shape: Shape,
    pub(crate) sight: Sight,
    pub(crate) qkv: &'row [f32],
}

impl Row<'_> {
    fn tokens(&self) -> usize {
        self.qkv.len() / self.shape.stride()
    }

    /// Fills `out`, `[queries, shape.context()]`, for those `queries`, which begin at a block. A `bias` needs unbounded sight and a group a
    /// head.
    pub(crate) fn attend(
        &self,
        queries: &Range<usize>,
        mut bias: Option<&mut (dyn Bias + '_)>,
        out: &mut [f32],
    ) {
        let per_group = self.shape.heads / self.shape.groups;
        let mut space = Space::default();
        for group in 0..self.shape.groups {
            let mut packed: Option<Packed> = None;
            if let Some(bias) = bias.as_deref_mut() {
                self.gather(0..self.tokens(), self.shape.key(group), &mut space.keys);
                bias.prepare(group, &space.keys);
            }
            for first in queries.clone().step_by(BLOCK) {
                let block = first..(first + BLOCK).min(queries.end);
                let packed = self.packed(group, &block, &mut packed);
                for head in group * per_group..(group + 1) * per_group {
                    self.weigh(head, &block, packed, bias.as_deref_mut(), &mut space);
                    let from = (first - queries.start) * self.shape.context();
                    self.scatter(head, &space.context, &mut out[from..]);
                }
            }
        }
    }

    /// The keys and values that `block` sees, packed now or before.
    fn packed<'kept>(
        &self,
        group: usize,
        block: &Range<usize>,
        kept: &'kept mut Option<Packed>,
    ) -> &'kept Packed {
        let span = self.sight.of(block, self.tokens());
        let wide =
            span.start / STRETCH * STRETCH..span.end.next_multiple_of(STRETCH).min(self.tokens());
        if kept.as_ref().is_some_and(|packed| packed.span != wide) {
            *kept = None;
        }
        kept.get_or_insert_with(|| self.pack(group, wide))
    }

    fn pack(&self, group: usize, span: Range<usize>) -> Packed {
        let (width, count) = (self.shape.width, span.len());
        let mut rows = Vec::new();
        self.gather(span.clone(), self.shape.key(group), &mut rows);
        let keys = PackedF32::new(&rows, None, count, width);
        self.gather(span.clone(), self.shape.value(group), &mut rows);
        let mut columns = vec![0.0; rows.len()];
        for (token, row) in rows.chunks_exact(width).enumerate() {
            let to = columns[token..].iter_mut().step_by(count);
            to.zip(row).for_each(|(to, from)| *to = *from);
        }
        let values = PackedF32::new(&columns, None, width, count);
        Packed { span, keys, values }
    }

    /// Fills `space.context`, `[block, width]`.
    fn weigh(
        &self,
        head: usize,
        block: &Range<usize>,
        packed: &Packed,
        bias: Option<&mut (dyn Bias + '_)>,
        space: &mut Space,
    ) {
        let (width, count) = (self.shape.width, packed.span.len());
        self.gather(block.clone(), head * width, &mut space.queries);
        space.scores.resize(block.len() * count, 0.0);
        space.context.resize(block.len() * width, 0.0);
        let scores = space.scores.as_mut_slice();
        let (kernels, rows) = (self.kernels, block.len());
        kernels.gemm(&space.queries, rows, &packed.keys, Epilogue::Store, scores);
        if let Some(bias) = bias {
            bias.add(block, &space.queries, scores);
        }
        for (row, token) in scores.chunks_exact_mut(count).zip(block.clone()) {
            let seen = self.sight.of(&(token..token + 1), self.tokens());
            let seen = seen.start.max(packed.span.start) - packed.span.start
                ..seen.end.min(packed.span.end) - packed.span.start;
            row[..seen.start].fill(0.0);
            row[seen.end..].fill(0.0);
            kernels.softmax(&mut row[seen.clone()], seen.len());
        }
        kernels.gemm(
            scores,
            rows,
            &packed.values,
            Epilogue::Store,
            &mut space.context,
        );
    }

    /// Some numbers of each of some tokens, one after the other.
    fn gather(&self, tokens: Range<usize>, column: usize, out: &mut Vec<f32>) {
        let (stride, width) = (self.shape.stride(), self.shape.width);
        out.clear();
        for row in self.qkv[tokens.start * stride..tokens.end * stride].chunks_exact(stride) {
            out.extend_from_slice(&row[column..column + width]);
        }
    }

    fn scatter(&self, head: usize, context: &[f32], out: &mut [f32]) {
        let width = self.shape.width;
        let rows = out.chunks_exact_mut(self.shape.context());
        for (row, from) in rows.zip(context.chunks_exact(width)) {
            row[head * width..(head + 1) * width].copy_from_slice(from);
        }
    }
}

/// What one thread works in.
#[derive(Default)]
struct Space {
    queries: Vec<f32>,
    keys: Vec<f32>,
    scores: Vec<f32>,
    context: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A seeded generator (Marsaglia's xorshift, 2003) of numbers in ±1.
    fn numbers(count: usize) -> Vec<f32> {
        let mut state = 88_172_645_u32;
        let next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f32::from(i16::try_from(state >> 17).expect("15 bits")) / 16_384.0 - 1.0
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    /// The definition, in f64.
    fn by_definition(
        shape: Shape,
        sight: Sight,
        qkv: &[f32],
        token: usize,
        head: usize,
    ) -> Vec<f64> {
        let (stride, width) = (shape.stride(), shape.width);
        let group = head / (shape.heads / shape.groups);
        let at = |token: usize, from: usize| &qkv[token * stride + from..][..width];
        let tokens = qkv.len() / stride;
        let mut sum = vec![0.0; width];
        let mut total = 0.0;
        for other in 0..tokens {
            let past = token
                .checked_sub(other)
                .is_none_or(|far| far <= sight.before);
            let future = other
                .checked_sub(token)
                .is_none_or(|far| far <= sight.after);
            if !(past && future) {
                continue;
            }
            let pairs = at(token, head * width)
                .iter()
                .zip(at(other, shape.key(group)));
            let score: f64 = pairs.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            total += score.exp();
            let values = at(other, shape.value(group)).iter();
            sum.iter_mut()
                .zip(values)
                .for_each(|(sum, value)| *sum += score.exp() * f64::from(*value));
        }
        sum.iter().map(|value| value / total).collect()
    }

    #[test]
    fn every_sight_and_grouping_is_what_the_definition_says() {
        let sights = [
            Sight::ALL,
            Sight::CAUSAL,
            Sight {
                before: 70,
                after: 70,
            },
            Sight {
                before: 9,
                after: 0,
            },
        ];
        for (tokens, heads, groups, width) in
            [(1, 2, 2, 8), (65, 4, 2, 5), (300, 3, 1, 16), (520, 1, 1, 4)]
        {
            let shape = Shape {
                heads,
                groups,
                width,
            };
            let qkv = numbers(tokens * shape.stride());
            for sight in sights {
                let row = Row {
                    kernels: Kernels::detect(),
                    shape,
                    sight,
                    qkv: &qkv,
                };
                let mut out = vec![0.0; tokens * shape.context()];
                row.attend(&(0..tokens), None, &mut out);
                for token in (0..tokens).step_by(7) {
                    for head in 0..heads {
                        let expected = by_definition(shape, sight, &qkv, token, head);
                        let found = &out[token * shape.context() + head * width..][..width];
                        let worst = found
                            .iter()
                            .zip(&expected)
                            .map(|(a, b)| (f64::from(*a) - b).abs())
                            .fold(0.0, f64::max);
                        assert!(worst < 1e-5, "{shape:?} {sight:?} {token} {worst}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_part_of_the_queries_gets_what_all_of_them_get() {
        let shape = Shape {
            heads: 2,
            groups: 1,
            width: 8,
        };
        let qkv = numbers(300 * shape.stride());
        for sight in [
            Sight::ALL,
            Sight::CAUSAL,
            Sight {
                before: 40,
                after: 40,
            },
        ] {
            let row = Row {
                kernels: Kernels::detect(),
                shape,
                sight,
                qkv: &qkv,
            };
            let mut whole = vec![0.0; 300 * shape.context()];
            row.attend(&(0..300), None, &mut whole);
            for part in [0..64, 64..300, 128..192, 256..300] {
                let mut out = vec![0.0; part.len() * shape.context()];
                row.attend(&part, None, &mut out);
                assert_eq!(
                    out,
                    whole[part.start * shape.context()..part.end * shape.context()]
                );
            }
        }
    }
}
