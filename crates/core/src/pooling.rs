//! From the hidden states of tokens to one vector a row.

use crate::{Batch, Matrix};

/// How the tokens of a row become one vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of all tokens, special ones included, as sentence-transformers does.
    Mean,
    /// The first token.
    Cls,
}

/// Pools `hidden` (`[tokens of all rows, width]`) to `[rows, width]`.
///
/// # Panics
/// When `hidden` has fewer rows than the batch has tokens: a bug of the backend.
#[must_use]
pub fn pool(hidden: &Matrix, batch: &Batch, pooling: Pooling) -> Matrix {
    let width = hidden.width;
    let mut values = Vec::with_capacity(batch.len() * width);
    for range in batch.ranges() {
        let tokens = &hidden.values[range.start * width..range.end * width];
        match pooling {
            Pooling::Mean => values.extend(mean(tokens, width)),
            Pooling::Cls => values.extend_from_slice(&tokens[..width]),
        }
    }
    Matrix { values, width }
}

/// Scales a vector to unit length; a vector without length stays as it is.
pub fn normalise(vector: &mut [f32]) {
    let length = vector
        .iter()
        .map(|value| f64::from(*value).powi(2))
        .sum::<f64>()
        .sqrt();
    if length > 0.0 && length.is_finite() {
        for value in vector {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a part of a vector is no longer than the vector"
            )]
            let scaled = (f64::from(*value) / length) as f32;
            *value = scaled;
        }
    }
}

fn mean(tokens: &[f32], width: usize) -> Vec<f32> {
    let mut sum = vec![0.0_f64; width];
    for token in tokens.chunks_exact(width) {
        for (total, value) in sum.iter_mut().zip(token) {
            *total += f64::from(*value);
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of tokens is far below 2^52"
    )]
    let count = (tokens.len() / width) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a mean of f32 values fits f32"
    )]
    sum.into_iter()
        .map(|total| (total / count) as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: &[f32], right: &[f32]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn each_row_pools_its_own_tokens() {
        let batch = Batch::new(&[vec![1, 2], vec![3]]).expect("rows");
        let hidden = Matrix {
            values: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            width: 2,
        };
        assert!(close(
            &pool(&hidden, &batch, Pooling::Mean).values,
            &[2.0, 3.0, 5.0, 6.0]
        ));
        assert!(close(
            &pool(&hidden, &batch, Pooling::Cls).values,
            &[1.0, 2.0, 5.0, 6.0]
        ));
    }

    #[test]
    fn normalising_gives_unit_length_and_spares_zero() {
        let mut vector = [3.0, 4.0];
        normalise(&mut vector);
        assert!(close(&vector, &[0.6, 0.8]));
        let mut zero = [0.0, 0.0];
        normalise(&mut zero);
        assert!(close(&zero, &[0.0, 0.0]));
    }
}
