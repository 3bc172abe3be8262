//! A similarity and a slot as one number that sorts by similarity: heaps and sorts compare a word instead of a pair.

/// Sorts by similarity, then by slot.
pub(crate) type Ranked = u64;

#[inline]
pub(crate) fn rank(similarity: f32, slot: u32) -> Ranked {
    let bits = similarity.to_bits();
    let ordered = if bits >> 31 == 0 {
        bits | 1 << 31
    } else {
        !bits
    };
    u64::from(ordered) << 32 | u64::from(slot)
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is the slot"
)]
pub(crate) const fn slot_of(ranked: Ranked) -> u32 {
    ranked as u32
}

#[inline]
pub(crate) fn similarity_of(ranked: Ranked) -> f32 {
    let ordered = (ranked >> 32) as u32;
    f32::from_bits(if ordered >> 31 == 1 {
        ordered & !(1 << 31)
    } else {
        !ordered
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_floats_do_and_comes_back() {
        let values = [
            f32::NEG_INFINITY,
            -1.0,
            -1e-30,
            -0.0,
            0.0,
            1e-30,
            0.5,
            1.0,
            f32::INFINITY,
        ];
        let ranked: Vec<_> = values.iter().map(|value| rank(*value, 7)).collect();
        assert!(ranked.is_sorted());
        for (value, ranked) in values.iter().zip(ranked) {
            assert_eq!(similarity_of(ranked).to_bits(), value.to_bits());
            assert_eq!(slot_of(ranked), 7);
        }
        assert!(rank(0.5, 8) > rank(0.5, 7) && rank(0.6, 0) > rank(0.5, u32::MAX));
    }
}
