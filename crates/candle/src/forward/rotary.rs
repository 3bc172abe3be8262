//! Rotary positions (Su et al., 2021), lane `n` paired with lane `n + width / 2`: a table for as many tokens as a row has.

/// Cosines and sines, `[tokens, width / 2]` each.
pub(crate) struct Rotary {
    cosines: Vec<f32>,
    sines: Vec<f32>,
    half: usize,
}

impl Rotary {
    /// Frequencies and angles are f32 values, as in transformers, so that far positions agree with it.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "angles in f32 are the reference"
    )]
    pub(crate) fn new(tokens: usize, width: usize, theta: f64) -> Self {
        let half = width / 2;
        let frequency = |pair: usize| 1.0 / (theta as f32).powf((2 * pair) as f32 / width as f32);
        let frequencies: Vec<f32> = (0..half).map(frequency).collect();
        let angles = (0..tokens).flat_map(|position| {
            let turned = frequencies.iter();
            turned.map(move |frequency| f64::from(position as f32 * frequency))
        });
        let (cosines, sines) = angles
            .map(|angle| (angle.cos() as f32, angle.sin() as f32))
            .unzip();
        Self {
            cosines,
            sines,
            half,
        }
    }

    /// Turns `heads`, one or more of `width` numbers each, by the angle of `position`.
    pub(crate) fn turn(&self, position: usize, heads: &mut [f32]) {
        let at = position * self.half..(position + 1) * self.half;
        let (cosines, sines) = (&self.cosines[at.clone()], &self.sines[at]);
        for head in heads.chunks_exact_mut(2 * self.half) {
            let (low, high) = head.split_at_mut(self.half);
            let pairs = low.iter_mut().zip(high).zip(cosines.iter().zip(sines));
            for ((low, high), (cosine, sine)) in pairs {
                (*low, *high) = (*low * cosine - *high * sine, *high * cosine + *low * sine);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_keeps_lengths_and_depends_on_distances_alone() {
        let rotary = Rotary::new(50, 6, 10_000.0);
        let turned = |position: usize, mut head: [f32; 6]| {
            rotary.turn(position, &mut head);
            head
        };
        let product = |left: [f32; 6], right: [f32; 6]| -> f32 {
            left.iter().zip(right).map(|(a, b)| a * b).sum()
        };
        let (query, key) = (
            [1.0, -0.5, 2.0, 0.25, 1.5, -1.0],
            [0.5, 1.0, -1.0, 2.0, 0.0, 0.75],
        );
        assert!(
            (product(turned(49, query), turned(49, query)) - product(query, query)).abs() < 1e-4
        );
        let near = product(turned(7, query), turned(3, key));
        assert!((product(turned(44, query), turned(40, key)) - near).abs() < 1e-4);
        assert!((product(turned(7, query), turned(4, key)) - near).abs() > 1e-3);
    }
}
