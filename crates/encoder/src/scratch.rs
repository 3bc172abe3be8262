//! The working memory of one worker: it grows to the greatest batch seen and is then used again and again.

use std::sync::Mutex;

use signalbox_simd::{Aligned, AttentionSpace, Quantised};

use crate::adapter::UpdateSpace;
use crate::parts::lock;

/// Everything a pass writes. Make one a worker; any encoder may use it.
#[derive(Default)]
pub struct Scratch {
    /// `[tokens, hidden]`.
    pub(crate) hidden: Aligned<f32>,
    /// `[tokens, 3 * hidden]`.
    pub(crate) qkv: Aligned<f32>,
    /// `[tokens, hidden]`.
    pub(crate) context: Aligned<f32>,
    /// For what the calling thread does between parts.
    pub(crate) own: Space,
    /// One a thread of the pass.
    pub(crate) spaces: Vec<Mutex<Space>>,
}

/// What one thread writes.
#[derive(Default)]
pub(crate) struct Space {
    /// `[block, hidden]`.
    pub(crate) normed: Aligned<f32>,
    /// `[block, intermediate]`.
    pub(crate) inner: Aligned<f32>,
    pub(crate) linear: LinearSpace,
    pub(crate) attention: AttentionSpace,
}

/// What a linear layer writes besides its result.
#[derive(Default)]
pub(crate) struct LinearSpace {
    pub(crate) quantised: Quantised,
    pub(crate) update: UpdateSpace,
}

/// How much of it a pass needs.
pub(crate) struct Need {
    pub(crate) tokens: usize,
    /// Tokens that one thread takes at once.
    pub(crate) block: usize,
    pub(crate) by_columns: bool,
    pub(crate) threads: usize,
    pub(crate) hidden: usize,
    pub(crate) intermediate: usize,
}

impl Scratch {
    /// Memory that it holds, the greatest buffers counted.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let shared = [&self.hidden, &self.qkv, &self.context];
        let of_threads = self.spaces.iter().map(|space| lock(space).bytes());
        shared.into_iter().map(size).sum::<usize>() + self.own.bytes() + of_threads.sum::<usize>()
    }

    pub(crate) fn reserve(&mut self, need: &Need) {
        self.hidden.reserve(need.tokens * need.hidden);
        self.qkv.reserve(need.tokens * 3 * need.hidden);
        self.context.reserve(need.tokens * need.hidden);
        while self.spaces.len() < need.threads {
            self.spaces.push(Mutex::default());
        }
        if need.by_columns {
            self.own.reserve(need);
        } else {
            let spaces = &self.spaces[..need.threads];
            spaces.iter().for_each(|space| lock(space).reserve(need));
        }
    }
}

impl Space {
    fn bytes(&self) -> usize {
        size(&self.normed) + size(&self.inner) + self.linear.update.bytes()
    }

    fn reserve(&mut self, need: &Need) {
        self.normed.reserve(need.block * need.hidden);
        self.inner.reserve(need.block * need.intermediate);
    }
}

fn size(buffer: &Aligned<f32>) -> usize {
    size_of_val::<[f32]>(buffer)
}
