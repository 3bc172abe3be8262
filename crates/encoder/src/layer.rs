//! One transformer layer, norms before or after, over all tokens of a batch.

use std::ops::Range;
use std::sync::Arc;

use signalbox_base::Result;
use signalbox_simd::{Epilogue, Heads, Kernels, Rotation};

use crate::batch::Tokens;
use crate::linear::Linear;
use crate::norm::Norm;
use crate::scratch::Scratch;

/// Tokens that go through the products of a layer together: their inner activations stay in the second-level cache.
const BLOCK: usize = 128;

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

/// What a layer needs to know of its model, and the caller's way to stop it.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'call> {
    pub(crate) kernels: Kernels,
    pub(crate) heads: Heads,
    pub(crate) intermediate: usize,
    pub(crate) cancel: &'call dyn Fn() -> Result<()>,
}

impl Pass<'_> {
    pub(crate) const fn hidden(&self) -> usize {
        self.heads.count * self.heads.width
    }
}

/// Blocks of at most `BLOCK` tokens, alike in size.
pub(crate) fn blocks(tokens: usize) -> impl Iterator<Item = Range<usize>> {
    let size = tokens.div_ceil(tokens.div_ceil(BLOCK).max(1)).max(1);
    (0..tokens)
        .step_by(size)
        .map(move |first| first..(first + size).min(tokens))
}

/// The size of the greatest of them.
pub(crate) fn block_size(tokens: usize) -> usize {
    blocks(tokens).map(|block| block.len()).max().unwrap_or(0)
}

impl Layer {
    /// Replaces `scratch.hidden` by what this layer makes of it.
    ///
    /// # Errors
    /// What `pass.cancel` gives.
    pub(crate) fn run(
        &self,
        pass: Pass<'_>,
        tokens: &Tokens<'_>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        for block in blocks(tokens.ids().len()) {
            (pass.cancel)()?;
            self.project(pass, block, scratch);
        }
        for row in tokens.ranges() {
            (pass.cancel)()?;
            self.attend(pass, row, scratch);
        }
        for block in blocks(tokens.ids().len()) {
            (pass.cancel)()?;
            self.transform(pass, block, scratch);
        }
        Ok(())
    }

    fn project(&self, pass: Pass<'_>, block: Range<usize>, scratch: &mut Scratch) {
        let hidden = pass.hidden();
        let input = &scratch.hidden[block.start * hidden..block.end * hidden];
        let input = normed(
            pass,
            self.before_attention.as_ref(),
            input,
            &mut scratch.normed,
        );
        let out = &mut scratch.qkv[block.start * 3 * hidden..block.end * 3 * hidden];
        self.qkv.run(
            pass.kernels,
            input,
            Epilogue::Store,
            &mut scratch.quantised,
            out,
        );
    }

    fn attend(&self, pass: Pass<'_>, row: Range<usize>, scratch: &mut Scratch) {
        let hidden = pass.hidden();
        let qkv = &mut scratch.qkv[row.start * 3 * hidden..row.end * 3 * hidden];
        if let Some(rotation) = &self.rotation {
            pass.kernels
                .rope(qkv, 3 * hidden, 2 * pass.heads.count, rotation);
        }
        let out = &mut scratch.context[row.start * hidden..row.end * hidden];
        pass.kernels
            .attention(qkv, pass.heads, self.reach, &mut scratch.attention, out);
    }

    fn transform(&self, pass: Pass<'_>, block: Range<usize>, scratch: &mut Scratch) {
        let (hidden, kernels) = (pass.hidden(), pass.kernels);
        let context = &scratch.context[block.start * hidden..block.end * hidden];
        let inner = &mut scratch.inner[..block.len() * pass.intermediate];
        let rows = &mut scratch.hidden[block.start * hidden..block.end * hidden];
        self.attention_out.run(
            kernels,
            context,
            Epilogue::Add,
            &mut scratch.quantised,
            rows,
        );
        self.after_attention
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
        let input = normed(pass, self.before_mlp.as_ref(), rows, &mut scratch.normed);
        self.up.run(
            kernels,
            input,
            self.activation,
            &mut scratch.quantised,
            inner,
        );
        self.down
            .run(kernels, inner, Epilogue::Add, &mut scratch.quantised, rows);
        self.after_mlp
            .iter()
            .for_each(|norm| norm.run(kernels, rows));
    }
}

/// `rows` through `norm` into `space`, or as they are.
fn normed<'rows>(
    pass: Pass<'_>,
    norm: Option<&Norm>,
    rows: &'rows [f32],
    space: &'rows mut [f32],
) -> &'rows [f32] {
    let Some(norm) = norm else { return rows };
    norm.run_to(pass.kernels, rows, &mut space[..rows.len()]);
    &space[..rows.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_all_tokens_once() {
        for tokens in [0, 1, 127, 128, 129, 300, 4096] {
            assert!(blocks(tokens).flatten().eq(0..tokens));
            assert!(block_size(tokens) <= BLOCK && blocks(tokens).all(|block| !block.is_empty()));
        }
    }
}
