//! The working memory of one worker: it grows to the greatest batch seen and is then used again and again.

use signalbox_simd::{Aligned, AttentionSpace, Quantised};

/// Everything a pass writes. Make one a worker; any encoder may use it.
#[derive(Default)]
pub struct Scratch {
    /// `[tokens, hidden]`.
    pub(crate) hidden: Aligned<f32>,
    /// `[tokens, 3 * hidden]`.
    pub(crate) qkv: Aligned<f32>,
    /// `[tokens, hidden]`.
    pub(crate) context: Aligned<f32>,
    /// `[block, hidden]`.
    pub(crate) normed: Aligned<f32>,
    /// `[block, intermediate]`.
    pub(crate) inner: Aligned<f32>,
    pub(crate) quantised: Quantised,
    pub(crate) attention: AttentionSpace,
}

impl Scratch {
    /// Memory that it holds, the greatest buffers counted.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let buffers = [
            &self.hidden,
            &self.qkv,
            &self.context,
            &self.normed,
            &self.inner,
        ];
        buffers
            .iter()
            .map(|buffer| buffer.len() * size_of::<f32>())
            .sum()
    }

    pub(crate) fn reserve(
        &mut self,
        tokens: usize,
        block: usize,
        hidden: usize,
        intermediate: usize,
    ) {
        self.hidden.reserve(tokens * hidden);
        self.qkv.reserve(tokens * 3 * hidden);
        self.context.reserve(tokens * hidden);
        self.normed.reserve(block * hidden);
        self.inner.reserve(block * intermediate);
    }
}
