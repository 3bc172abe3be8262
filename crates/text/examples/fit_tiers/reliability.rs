//! Accuracy, expected calibration error and their bootstrap intervals.

use crate::prompts::Judged;

/// Bins of equal width over [0, 1] (Guo, Pleiss, Sun and Weinberger 2017, §2).
pub(crate) const BINS: usize = 10;

/// Resamples of a bootstrap interval.
const RESAMPLES: usize = 2000;

/// The seed of the resampling.
const SEED: u64 = 0x7EA5;

/// One bin of the reliability curve.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bin {
    pub(crate) count: f64,
    pub(crate) confidence: f64,
    pub(crate) right: f64,
}

/// A count as a number.
#[expect(
    clippy::cast_precision_loss,
    reason = "a count of prompts is far below 2^52"
)]
pub(crate) const fn real(count: usize) -> f64 {
    count as f64
}

/// The bins of the reliability curve, lowest confidence first.
pub(crate) fn bins(judged: &[Judged]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for one in judged {
        let tenths = one.confidence * real(BINS);
        let at = (1..BINS).filter(|edge| tenths >= real(*edge)).count();
        bins[at].count += 1.0;
        bins[at].confidence += one.confidence;
        bins[at].right += f64::from(u8::from(one.right));
    }
    bins
}

/// The expected calibration error: the mean over prompts of how far their bin's accuracy is from its confidence.
pub(crate) fn calibration_error(judged: &[Judged]) -> f64 {
    let apart = bins(judged).map(|bin| (bin.confidence - bin.right).abs());
    apart.iter().sum::<f64>() / real(judged.len().max(1))
}

/// The share that is right.
pub(crate) fn accuracy(judged: &[Judged]) -> f64 {
    real(judged.iter().filter(|one| one.right).count()) / real(judged.len().max(1))
}

/// A figure's 95 % percentile interval over resamples (Efron and Tibshirani 1993, §13.3).
pub(crate) fn interval(judged: &[Judged], figure: impl Fn(&[Judged]) -> f64) -> [f64; 2] {
    let mut state = SEED;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        usize::try_from(state >> 33).expect("it has 31 bits") % bound
    };
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn = (0..judged.len()).map(|_| judged[draw(judged.len())]);
            figure(&drawn.collect::<Vec<_>>())
        })
        .collect();
    values.sort_by(f64::total_cmp);
    [
        values[RESAMPLES / 40],
        values[RESAMPLES - 1 - RESAMPLES / 40],
    ]
}
