//! The four tiers; `docs/tiers.md` defines them.

/// How demanding a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Tier {
    /// One known thing, recalled.
    Simple,
    /// One ordinary task with one result.
    Medium,
    /// Several parts that must fit one another, or very long input.
    Complex,
    /// A chain of inferences.
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
}
