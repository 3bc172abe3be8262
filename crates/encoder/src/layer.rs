//! One transformer layer, norms before or after, over all tokens of a batch.

use std::mem::take;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Heads, Kernels, MatrixMut, Rotation, Team};

use crate::adapter::Runs;
use crate::batch::Tokens;
use crate::linear::{Input, Linear};
use crate::norm::Norm;
use crate::parts::each;
use crate::scratch::{Scratch, Space};
use crate::split::{Split, blocks};

/// Parts a thread into which the attention of a pass is cut, where it can be.
const ATTENTION_PARTS: usize = 4;

/// Weights of one layer. A norm sits before its part (`ModernBERT`) or after it (BERT), or is missing (`ModernBERT`'s first).
pub(crate) struct Layer {
    pub(crate) before_attention: Option<Norm>,
    /// Queries, scaled for attention, then keys, then values.
    pub(crate) qkv: Linear,
    pub(crate) rotation: Option<Arc<Rotation>>,
    pub(crate) reach: Option<usize>,
    pub(crate) attention_out: Linear,
    pub(crate) after_attention: Option<Norm>,
    pub(crate) before_mlp: Option<Norm>,
    pub(crate) up: Linear,
    pub(crate) activation: Epilogue,
    pub(crate) down: Linear,
    pub(crate) after_mlp: Option<Norm>,
}

/// What a layer needs to know of its model and of the pass, and the caller's way to stop it.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'call> {
    pub(crate) kernels: Kernels,
    pub(crate) heads: Heads,
    pub(crate) intermediate: usize,
    pub(crate) split: Split,
    pub(crate) runs: &'call Runs,
    pub(crate) cancel: &'call (dyn Fn() -> Result<()> + Sync),
}

impl Pass<'_> {
    pub(crate) const fn hidden(&self) -> usize {
        self.heads.count * self.heads.width
    }
}

impl Layer {
    /// Numbers of the weights: multiply-adds a token.
    pub(crate) fn weights(&self) -> usize {
        let layers = [&self.qkv, &self.attention_out, &self.up, &self.down];
        layers.into_iter().map(Linear::weights).sum()
    }

    /// Replaces `scratch.hidden` by what this layer makes of it.
    ///
    /// # Errors
    /// What `pass.cancel` gives.
    pub(crate) fn run(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
        team: &mut Team<'_>,
    ) -> Result<()> {
        match pass.split {
            Split::Rows(size) => self.by_rows(pass, size, tokens, scratch, team),
            Split::Columns => self.by_columns(pass, tokens, scratch, team),
        }
    }

    /// Block after block of tokens; attention row after row, since its tokens see each other.
    fn by_rows(
        &self,
        pass: Pass<'_>,
        size: usize,
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
        team: &mut Team<'_>,
    ) -> Result<()> {
        let (count, hidden) = (tokens.ids().len(), pass.hidden());
        let rows = &mut scratch.hidden[..count * hidden];
        let qkv = &mut scratch.qkv[..count * 3 * hidden];
        let context = &mut scratch.context[..count * hidden];
        let parts = rows.chunks(size * hidden);
        let parts = parts.zip(qkv.chunks_mut(size * 3 * hidden));
        let parts = blocks(count, size).zip(parts);
        each(
            team,
            &scratch.spaces,
            parts,
            |(block, (rows, qkv)), space| {
                (pass.cancel)()?;
                self.project(pass, &block, rows, space, qkv);
                self.rotate(pass, tokens, block, qkv);
                Ok(())
            },
        )?;
        self.attend(pass, tokens, (qkv, context), &scratch.spaces, team)?;
        let parts = context.chunks(size * hidden);
        let parts = parts.zip(rows.chunks_mut(size * hidden));
        let parts = blocks(count, size).zip(parts);
        each(
            team,
            &scratch.spaces,
            parts,
            |(block, (context, rows)), space| {
                (pass.cancel)()?;
                self.transform(pass, block, context, space, rows);
                Ok(())
            },
        )
    }

    fn project(
        &self,
        pass: Pass<'_>,
        block: &Range<usize>,
        rows: &[f32],
        space: &mut Space,
        out: &mut [f32],
    ) {
        let norm = self.before_attention.as_ref();
        let values = normed(pass, norm, rows, &mut space.normed);
        let input = Input::new(values, block, pass.runs);
        let linear = &mut space.linear;
        self.qkv
            .run(pass.kernels, &input, Epilogue::Store, linear, out);
    }

    /// Turns queries and keys of the tokens of `block`, each by its position in its row.
    pub(crate) fn rotate(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        block: Range<usize>,
        qkv: &mut [f32],
    ) {
        let Some(rotation) = &self.rotation else {
            return;
        };
        let (stride, heads) = (3 * pass.hidden(), 2 * pass.heads.count);
        for row in tokens.ranges() {
            let (first, end) = (row.start.max(block.start), row.end.min(block.end));
            if first < end {
                let own = &mut qkv[(first - block.start) * stride..(end - block.start) * stride];
                pass.kernels
                    .rope_from(first - row.start, own, stride, heads, rotation);
            }
        }
    }

    /// From queries, keys and values to the context; by heads where there are fewer rows than threads like.
    pub(crate) fn attend(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        (qkv, context): (&[f32], &mut [f32]),
        spaces: &[Mutex<Space>],
        team: &mut Team<'_>,
    ) -> Result<()> {
        let (width, hidden) = (pass.heads.width, pass.hidden());
        let wanted = if team.threads() == 1 {
            1
        } else {
            ATTENTION_PARTS * team.threads()
        };
        let (count, mut rest) = (tokens.ids().len(), context);
        let parts = tokens.ranges().flat_map(move |row| {
            let (own, others) = take(&mut rest).split_at_mut(row.len() * hidden);
            rest = others;
            let groups = (row.len() * wanted).div_ceil(count.max(1));
            let mut left = Some(MatrixMut::new(own, hidden));
            head_groups(pass.heads.count, groups).filter_map(move |heads| {
                let (own, others) = left.take()?.split_columns(heads.len() * width);
                left = Some(others);
                Some((row.clone(), heads, own))
            })
        });
        each(team, spaces, parts, |(row, heads, out), space| {
            (pass.cancel)()?;
            let qkv = &qkv[row.start * 3 * hidden..row.end * 3 * hidden];
            let space = &mut space.attention;
            pass.kernels
                .attention_part(qkv, pass.heads, heads, self.reach, space, out);
            Ok(())
        })
    }

    fn transform(
        &self,
        pass: Pass<'_>,
        block: Range<usize>,
        context: &[f32],
        space: &mut Space,
        rows: &mut [f32],
    ) {
        let (kernels, runs) = (pass.kernels, pass.runs);
        let inner = &mut space.inner[..block.len() * pass.intermediate];
        let linear = &mut space.linear;
        self.attention_out.run(
            kernels,
            &Input::new(context, &block, runs),
            Epilogue::Add,
            linear,
            rows,
        );
        self.after_attention
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
        let values = normed(pass, self.before_mlp.as_ref(), rows, &mut space.normed);
        self.up.run(
            kernels,
            &Input::new(values, &block, runs),
            self.activation,
            linear,
            inner,
        );
        self.down.run(
            kernels,
            &Input::new(inner, &block, runs),
            Epilogue::Add,
            linear,
            rows,
        );
        self.after_mlp
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
    }
}

/// The heads of each part of a row that is cut at most into so many.
fn head_groups(heads: usize, parts: usize) -> impl Iterator<Item = Range<usize>> {
    let size = heads.div_ceil(parts.max(1)).max(1);
    (0..heads)
        .step_by(size)
        .map(move |first| first..(first + size).min(heads))
}

/// `rows` through `norm` into `space`, or as they are.
pub(crate) fn normed<'rows>(
    pass: Pass<'_>,
    norm: Option<&Norm>,
    rows: &'rows [f32],
    space: &'rows mut [f32],
) -> &'rows [f32] {
    let Some(norm) = norm else { return rows };
    norm.run_to(pass.kernels, rows, &mut space[..rows.len()]);
    &space[..rows.len()]
}
