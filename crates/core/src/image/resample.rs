//! Resizing with filters as wide as the image shrinks, in the fixed-point arithmetic of Pillow (`Resample.c`): models were trained on
//! images made small by it.

use std::ops::Range;

use super::Resampling;

/// Bits after the point of a weight: a byte times a weight, summed, fits 32 bits.
const BITS: u32 = 32 - 8 - 2;

impl Resampling {
    /// How far a filter looks to either side, in pixels of the smaller grid.
    const fn reach(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
        }
    }

    /// The weight at a distance (Keys, 1981, with a = -0.5, for the cubic).
    fn weight(self, distance: f64) -> f64 {
        const A: f64 = -0.5;
        let x = distance.abs();
        match self {
            Self::Bilinear => (1.0 - x).max(0.0),
            Self::Bicubic if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            Self::Bicubic => 0.0,
        }
    }
}

/// What one place of the result is made of: weights of places from `first` on.
struct Taps {
    first: usize,
    weights: Vec<i32>,
}

/// For each place of `wanted`, of a line that goes from `from` to `to` places.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "lines are short; cutting off is how places are rounded"
)]
fn taps(filter: Resampling, from: usize, to: usize, wanted: Range<usize>) -> Vec<Taps> {
    let scale = from as f64 / to as f64;
    let stretch = scale.max(1.0);
    let reach = filter.reach() * stretch;
    let one = |place: usize| {
        let centre = (place as f64 + 0.5) * scale;
        let first = ((centre - reach + 0.5).max(0.0)) as usize;
        let last = ((centre + reach + 0.5) as usize).min(from);
        let near = |at: usize| filter.weight((at as f64 - centre + 0.5) / stretch);
        let weights: Vec<f64> = (first..last).map(near).collect();
        let sum: f64 = weights.iter().sum();
        let fixed = |weight: f64| (weight / sum * f64::from(1 << BITS)).round() as i32;
        Taps {
            first,
            weights: weights.into_iter().map(fixed).collect(),
        }
    };
    wanted.map(one).collect()
}

/// The part of a resized picture that a model wants.
pub(crate) struct Resize {
    pub(crate) filter: Resampling,
    /// Height and width of the whole.
    pub(crate) size: (usize, usize),
    /// The rows and columns wanted of it.
    pub(crate) rows: Range<usize>,
    pub(crate) columns: Range<usize>,
}

impl Resize {
    /// `values` is `[height, width, 3]`; what comes back `[rows, columns, 3]`.
    pub(crate) fn run(&self, values: &[u8], (height, width): (usize, usize)) -> Vec<u8> {
        let down = taps(self.filter, height, self.size.0, self.rows.clone());
        let across = taps(self.filter, width, self.size.1, self.columns.clone());
        let first = down.iter().map(|taps| taps.first).min().unwrap_or(0);
        let last = down
            .iter()
            .map(|taps| taps.first + taps.weights.len())
            .max();
        let lines = &values[first * width * 3..last.unwrap_or(first) * width * 3];
        let line =
            |line: &[u8]| -> Vec<u8> { across.iter().flat_map(|taps| pixel(line, taps)).collect() };
        let narrow: Vec<u8> = lines.chunks_exact(width * 3).flat_map(line).collect();
        let stride = self.columns.len() * 3;
        let row = |taps: &Taps| {
            let top = (taps.first - first) * stride;
            let mut sums = vec![1_i32 << (BITS - 1); stride];
            for (weight, line) in taps.weights.iter().zip(narrow[top..].chunks_exact(stride)) {
                let both = sums.iter_mut().zip(line);
                both.for_each(|(sum, value)| *sum += weight * i32::from(*value));
            }
            sums.into_iter().map(byte)
        };
        down.iter().flat_map(row).collect()
    }
}

fn pixel(line: &[u8], taps: &Taps) -> [u8; 3] {
    let mut sums = [1_i32 << (BITS - 1); 3];
    let pixels = line[taps.first * 3..].as_chunks::<3>().0;
    for (weight, pixel) in taps.weights.iter().zip(pixels) {
        let both = sums.iter_mut().zip(pixel);
        both.for_each(|(sum, value)| *sum += weight * i32::from(*value));
    }
    sums.map(byte)
}

#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn byte(sum: i32) -> u8 {
    (sum >> BITS).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one() {
        for filter in [Resampling::Bilinear, Resampling::Bicubic] {
            for (from, to) in [(1, 1), (1, 9), (9, 1), (640, 224), (7, 31), (16_384, 16)] {
                for taps in taps(filter, from, to, 0..to) {
                    let sum: i32 = taps.weights.iter().sum();
                    let most = i32::try_from(taps.weights.len()).expect("short");
                    assert!(
                        (sum - (1 << BITS)).abs() <= most,
                        "{filter:?} {from} {to}: {sum}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_same_size_changes_nothing_and_one_colour_stays() {
        let values: Vec<u8> = (0..5 * 7 * 3)
            .map(|at| u8::try_from(at * 37 % 256).expect("a byte"))
            .collect();
        for filter in [Resampling::Bilinear, Resampling::Bicubic] {
            let resize = |size, rows, columns| Resize {
                filter,
                size,
                rows,
                columns,
            };
            assert_eq!(resize((5, 7), 0..5, 0..7).run(&values, (5, 7)), values);
            let grey = resize((11, 3), 0..11, 0..3).run(&[99; 5 * 7 * 3], (5, 7));
            assert!(grey.len() == 99 && grey.iter().all(|value| *value == 99));
        }
    }

    #[test]
    fn a_part_is_cut_out_of_the_whole() {
        let values: Vec<u8> = (0..20 * 30 * 3)
            .map(|at| u8::try_from(at * 91 % 251).expect("a byte"))
            .collect();
        let resize = |rows, columns| Resize {
            filter: Resampling::Bicubic,
            size: (12, 18),
            rows,
            columns,
        };
        let whole = resize(0..12, 0..18).run(&values, (20, 30));
        let part = resize(3..9, 5..11).run(&values, (20, 30));
        let cut: Vec<u8> = (3..9)
            .flat_map(|row| whole[(row * 18 + 5) * 3..(row * 18 + 11) * 3].to_vec())
            .collect();
        assert_eq!(part, cut);
    }
}
