//! Accuracy, expected calibration error and their bootstrap intervals.

use crate::prompts::Judged;

/// Bins of equal width over [0, 1] (Guo, Pleiss, Sun and Weinberger 2017, §2).
pub const BINS: usize = 10;

/// Resamples of a bootstrap interval.
const RESAMPLES: usize = 2000;

/// The seed of the resampling.
const SEED: u64 = 0x7EA5;

/// One bin of the reliability curve.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bin {
    pub count: f64,
    pub confidence: f64,
    pub right: f64,
}

/// The bins of the reliability curve, lowest confidence first.
pub fn bins<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for one in judged {
        let at = (1..BINS).filter(|edge| one.confidence * 10.0 >= *edge as f64).count();
        bins[at].count += 1.0;
        bins[at].confidence += one.confidence;
        bins[at].right += f64::from(u8::from(one.right));
    }
    bins
}

/// The expected calibration error: the mean over prompts of how far their bin's accuracy is from its confidence.
pub fn calibration_error<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> f64 {
    let bins = bins(judged);
    let count: f64 = bins.iter().map(|bin| bin.count).sum();
    bins.iter().map(|bin| (bin.confidence - bin.right).abs()).sum::<f64>() / count.max(1.0)
}

/// The share that is right.
pub fn accuracy<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> f64 {
    let (mut right, mut count) = (0.0, 0.0);
    for one in judged {
        right += f64::from(u8::from(one.right));
        count += 1.0;
    }
    right / f64::max(count, 1.0)
}

/// A figure's 95 % percentile interval over resamples (Efron and Tibshirani 1993, §13.3).
pub fn interval(judged: &[Judged], figure: impl Fn(&[Judged]) -> f64) -> [f64; 2] {
    let mut state = SEED;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        usize::try_from(state >> 33).expect("it has 31 bits") % bound
    };
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let resample: Vec<Judged> =
                (0..judged.len()).map(|_| judged[draw(judged.len())].clone()).collect();
            figure(&resample)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    [values[RESAMPLES / 40], values[RESAMPLES - 1 - RESAMPLES / 40]]
}
