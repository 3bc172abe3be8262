//! The four tiers, and how sure a score is of its tier.

/// How demanding a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tier {
    /// Greetings, look-ups, definitions.
    Simple,
    /// Ordinary single tasks.
    Medium,
    /// Technical work under several constraints, or very long input.
    Complex,
    /// Proofs and derivations.
    Reasoning,
}

impl Tier {
    /// All tiers, from the least demanding.
    pub const ALL: [Self; 4] = [Self::Simple, Self::Medium, Self::Complex, Self::Reasoning];

    /// Its name in configuration and in results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "SIMPLE",
            Self::Medium => "MEDIUM",
            Self::Complex => "COMPLEX",
            Self::Reasoning => "REASONING",
        }
    }

    /// The tier of a score: a score on a boundary belongs to the upper tier.
    pub(super) fn of(score: f64, boundaries: &[f64; 3]) -> Self {
        Self::ALL[boundaries
            .iter()
            .filter(|&&boundary| score >= boundary)
            .count()]
    }
}

/// How fast confidence grows with distance from the nearest boundary, per unit of score. With the default boundaries the
/// narrowest tier (COMPLEX, 0.2 wide) reaches 0.88 and a score 0.042 away from every boundary reaches the default
/// threshold 0.7. Chosen by hand; F2 replaces it by a fit on labelled prompts, until then the figure is a distance and not
/// a probability.
const STEEPNESS: f64 = 20.0;

/// The logistic of the distance between `score` and the nearest boundary, in [0.5, 1).
pub(super) fn confidence(score: f64, boundaries: &[f64; 3]) -> f64 {
    let nearest = boundaries
        .iter()
        .map(|boundary| (score - boundary).abs())
        .fold(f64::INFINITY, f64::min);
    1.0 / (1.0 + (-STEEPNESS * nearest).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDARIES: [f64; 3] = [0.0, 0.3, 0.5];

    #[test]
    fn a_boundary_belongs_to_the_upper_tier() {
        let table = [
            (-0.001, Tier::Simple),
            (0.0, Tier::Medium),
            (0.299, Tier::Medium),
            (0.3, Tier::Complex),
            (0.499, Tier::Complex),
            (0.5, Tier::Reasoning),
        ];
        for (score, expected) in table {
            assert_eq!(Tier::of(score, &BOUNDARIES), expected, "{score}");
        }
    }

    #[test]
    fn every_tier_can_exceed_the_default_threshold() {
        for score in [-0.1, 0.15, 0.4, 0.6] {
            assert!(confidence(score, &BOUNDARIES) > 0.8, "{score}");
        }
        assert!((confidence(0.3, &BOUNDARIES) - 0.5).abs() < 1e-12);
    }
}
