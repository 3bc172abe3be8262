//! Clustered vectors, the same every time.

use super::DIMENSIONS;

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    /// About normal: the sum of four uniform numbers.
    pub(super) fn normal(&mut self) -> f32 {
        let uniform = |bits: u64| (bits >> 40) as f32 / 8_388_608.0 - 1.0;
        (0..4).map(|_| uniform(self.next())).sum::<f32>()
    }

    pub(super) fn vector(&mut self) -> Vec<f32> {
        (0..DIMENSIONS).map(|_| self.normal()).collect()
    }

    /// A vector near one of `centres`.
    pub(super) fn near(&mut self, centres: &[Vec<f32>]) -> Vec<f32> {
        let centre = self.below(centres.len());
        centres[centre]
            .iter()
            .map(|value| value + 0.5 * self.normal())
            .collect()
    }
}

/// `count` vectors around `clusters` centres, with ids `0..`.
pub(super) fn clustered(seed: u64, count: usize, clusters: usize) -> Vec<(String, Vec<f32>)> {
    let mut random = Random(seed);
    let centres: Vec<Vec<f32>> = (0..clusters).map(|_| random.vector()).collect();
    (0..count)
        .map(|at| (at.to_string(), random.near(&centres)))
        .collect()
}
