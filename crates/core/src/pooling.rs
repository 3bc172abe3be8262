//! From the hidden states of tokens to one vector a row.

/// How the tokens of a row become one vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of all tokens, special ones included, as sentence-transformers does.
    #[default]
    Mean,
    /// The first token.
    Cls,
    /// The last token, as decoders are pooled.
    Last,
    /// The greatest of each number.
    Max,
}

/// Pools the hidden states of one row, `[tokens, width]`, to `[width]`.
///
/// # Panics
/// When there is no token, or `states` is not of whole tokens: a bug of the backend.
#[must_use]
pub fn pool_row(states: &[f32], width: usize, pooling: Pooling) -> Vec<f32> {
    assert!(
        width > 0 && !states.is_empty() && states.len().is_multiple_of(width),
        "states are [tokens, width], at least one token"
    );
    match pooling {
        Pooling::Mean => mean(states, width),
        Pooling::Cls => states[..width].to_vec(),
        Pooling::Last => states[states.len() - width..].to_vec(),
        Pooling::Max => greatest(states, width),
    }
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

fn greatest(tokens: &[f32], width: usize) -> Vec<f32> {
    let mut most = tokens[..width].to_vec();
    for token in tokens.chunks_exact(width) {
        for (most, value) in most.iter_mut().zip(token) {
            *most = most.max(*value);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: &[f32], right: &[f32]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn each_way_of_pooling() {
        let states = [1.0, 6.0, 3.0, 4.0, 5.0, 2.0];
        let table = [
            (Pooling::Mean, [3.0, 4.0]),
            (Pooling::Cls, [1.0, 6.0]),
            (Pooling::Last, [5.0, 2.0]),
            (Pooling::Max, [5.0, 6.0]),
        ];
        for (pooling, expected) in table {
            assert!(
                close(&pool_row(&states, 2, pooling), &expected),
                "{pooling:?}"
            );
        }
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
