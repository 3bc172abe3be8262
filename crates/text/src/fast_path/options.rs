//! What a caller may set about the fast path, and the checked form that the scorer uses.

use signalbox_base::{Error, Result, invalid_input};

use super::dimension::{DEFAULT_WEIGHTS, DIMENSION_COUNT, DIMENSION_NAMES, Dimension};
use super::numbers::{BOUNDARIES, DEFAULT_THRESHOLD, LARGE_CONTEXT_TOKENS};

/// Settings of the fast path; `Default` is what SPEC F1 says.
#[derive(Clone, Debug, PartialEq)]
pub struct FastPathOptions {
    /// One weight a dimension, in the order of `DIMENSION_NAMES`; finite, none negative, some positive. Normalised to sum 1.
    pub weights: [f64; DIMENSION_COUNT],
    /// Where MEDIUM, COMPLEX and REASONING begin; finite and strictly ascending.
    pub boundaries: [f64; 3],
    /// From this many estimated tokens on, the tier is at least COMPLEX.
    pub large_context_tokens: u32,
    /// Confidence below this is ambiguous; 0..1.
    pub threshold: f64,
}

impl Default for FastPathOptions {
    fn default() -> Self {
        Self {
            weights: DEFAULT_WEIGHTS,
            boundaries: BOUNDARIES,
            large_context_tokens: LARGE_CONTEXT_TOKENS,
            threshold: DEFAULT_THRESHOLD,
        }
    }
}

impl FastPathOptions {
    /// The default weights with the named ones replaced.
    ///
    /// # Errors
    /// `InvalidInput` naming the key: unknown (with the nearest known name), negative or not finite; or all weights are 0.
    pub fn weights_from<'a>(
        overrides: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Result<[f64; DIMENSION_COUNT]> {
        let mut weights = DEFAULT_WEIGHTS;
        for (name, weight) in overrides {
            let dimension = Dimension::from_name(name).ok_or_else(|| unknown_dimension(name))?;
            weights[dimension.index()] = weight;
        }
        normalised(&weights)?;
        Ok(weights)
    }
}

/// Weights that add to 1.
pub(super) fn normalised(weights: &[f64; DIMENSION_COUNT]) -> Result<[f64; DIMENSION_COUNT]> {
    for (name, weight) in DIMENSION_NAMES.iter().zip(weights) {
        if !weight.is_finite() || *weight < 0.0 {
            return Err(invalid_input(
                format!("weights.{name}"),
                "a finite number that is not negative",
                weight.to_string(),
            ));
        }
    }
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 || !sum.is_finite() {
        return Err(invalid_input(
            "weights",
            "at least one positive weight, with a finite sum",
            format!("weights that add to {sum}"),
        ));
    }
    Ok(weights.map(|weight| weight / sum))
}

/// Checks everything but the weights.
pub(super) fn check(options: &FastPathOptions) -> Result<()> {
    let [medium, complex, reasoning] = options.boundaries;
    let ascending = medium < complex && complex < reasoning;
    if !ascending
        || options
            .boundaries
            .iter()
            .any(|boundary| !boundary.is_finite())
    {
        let received = format!("{medium}, {complex}, {reasoning}");
        return Err(invalid_input(
            "boundaries",
            "three finite numbers, strictly ascending",
            received,
        ));
    }
    if !(0.0..=1.0).contains(&options.threshold) {
        return Err(invalid_input(
            "threshold",
            "a number from 0 to 1",
            options.threshold.to_string(),
        ));
    }
    Ok(())
}

fn unknown_dimension(name: &str) -> Error {
    let nearest = nearest(name);
    let expected = format!(
        "one of {} (did you mean {nearest}?)",
        DIMENSION_NAMES.join(", ")
    );
    invalid_input(format!("weights.{name}"), expected, "an unknown key")
}

/// The known name with the least edit distance, case ignored.
fn nearest(name: &str) -> &'static str {
    let wanted: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let distance =
        |known: &&&str| edit_distance(&wanted, &known.to_lowercase().chars().collect::<Vec<_>>());
    DIMENSION_NAMES
        .iter()
        .min_by_key(distance)
        .map_or(DIMENSION_NAMES[0], |known| known)
}

/// Levenshtein distance, one row at a time.
fn edit_distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[to + 1];
            row[to + 1] = substituted.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_weights_override_defaults() {
        let weights = FastPathOptions::weights_from([("codePresence", 0.5)]).expect("a known key");
        assert!((weights[1] - 0.5).abs() < 1e-12 && (weights[0] - 0.08).abs() < 1e-12);
    }

    #[test]
    fn faulty_weights_are_refused_by_name() {
        let zero: Vec<(&str, f64)> = DIMENSION_NAMES.iter().map(|name| (*name, 0.0)).collect();
        let table = [
            (
                "unknown",
                vec![("codePresense", 0.1)],
                "weights.codePresense",
                "did you mean codePresence?",
            ),
            (
                "other case",
                vec![("CodePresence", 0.1)],
                "weights.CodePresence",
                "did you mean codePresence?",
            ),
            (
                "negative",
                vec![("tokenCount", -0.1)],
                "weights.tokenCount",
                "not negative",
            ),
            (
                "not finite",
                vec![("agenticTask", f64::NAN)],
                "weights.agenticTask",
                "finite",
            ),
            ("all zero", zero, "weights", "positive"),
        ];
        for (name, overrides, at, expected) in table {
            let error = FastPathOptions::weights_from(overrides).expect_err(name);
            assert_eq!(error.at(), at, "{name}");
            assert!(error.expected().contains(expected), "{name}: {error}");
        }
    }

    #[test]
    fn faulty_boundaries_and_thresholds_are_refused() {
        let options = FastPathOptions::default();
        assert!(check(&options).is_ok());
        for boundaries in [
            [0.0, 0.0, 0.5],
            [0.3, 0.0, 0.5],
            [f64::NAN, 0.3, 0.5],
            [0.0, 0.3, f64::INFINITY],
        ] {
            let error = check(&FastPathOptions {
                boundaries,
                ..options.clone()
            })
            .expect_err("boundaries");
            assert_eq!(error.at(), "boundaries");
        }
        for threshold in [-0.1, 1.1, f64::NAN] {
            let error = check(&FastPathOptions {
                threshold,
                ..options.clone()
            })
            .expect_err("threshold");
            assert_eq!(error.at(), "threshold");
        }
    }

    #[test]
    fn normalised_weights_add_to_one() {
        let sum: f64 = normalised(&DEFAULT_WEIGHTS).expect("defaults").iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
