//! The number of typing errors between two words.

/// The greatest bound that may be asked for.
const MOST: usize = 3;

/// Diagonals that can stay within that bound.
const BAND: usize = 2 * MOST + 1;

/// The optimal string alignment distance of `a` and `b` (letters added, dropped, replaced, and neighbours swapped, no part
/// edited twice), or nothing when it is above `most`, which is at most 3. Only the diagonals that can stay within `most` are
/// walked (Ukkonen 1985, "Algorithms for approximate string matching"); a cell is kept at `column + most - row`.
pub(super) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    debug_assert!(most <= MOST, "the band is of a fixed width");
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let far = most + 1;
    let (mut before, mut above) = ([far; BAND + 1], [far; BAND + 1]);
    for column in 0..=most {
        above[column + most] = column;
    }
    for row in 1..=a.len() {
        let mut here = [far; BAND + 1];
        let (from, to) = (row.saturating_sub(most), (row + most).min(b.len()));
        for column in from..=to {
            let at = column + most - row;
            if column == 0 {
                here[at] = row;
                continue;
            }
            let mut least = above[at] + usize::from(a[row - 1] != b[column - 1]);
            least = least.min(above[at + 1] + 1);
            if at > 0 {
                least = least.min(here[at - 1] + 1);
            }
            let swapped =
                row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
            if swapped {
                least = least.min(before[at] + 1);
            }
            here[at] = least.min(far);
        }
        before = std::mem::replace(&mut above, here);
    }
    Some(above[b.len() + most - a.len()]).filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn characters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The whole matrix, by its definition.
    fn slow(a: &[char], b: &[char]) -> usize {
        let mut cells = vec![vec![0; b.len() + 1]; a.len() + 1];
        for row in 0..=a.len() {
            for column in 0..=b.len() {
                let mut least = if row == 0 {
                    column
                } else if column == 0 {
                    row
                } else {
                    let differ = usize::from(a[row - 1] != b[column - 1]);
                    (cells[row - 1][column - 1] + differ)
                        .min(cells[row - 1][column] + 1)
                        .min(cells[row][column - 1] + 1)
                };
                if row > 1
                    && column > 1
                    && a[row - 1] == b[column - 2]
                    && a[row - 2] == b[column - 1]
                {
                    least = least.min(cells[row - 2][column - 2] + 1);
                }
                cells[row][column] = least;
            }
        }
        cells[a.len()][b.len()]
    }

    #[test]
    fn known_distances() {
        let table = [
            ("urgent", "urgent", 0),
            ("urgent", "urgnet", 1),
            ("urgent", "urgen", 1),
            ("urgent", "urgently", 2),
            ("urgent", "argnet", 2),
            ("", "ab", 2),
            ("ca", "abc", 3),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
        ];
        for (a, b, expected) in table {
            let (a, b) = (characters(a), characters(b));
            assert_eq!(distance(&a, &b, 3), Some(expected));
            assert_eq!(distance(&b, &a, 3), Some(expected));
            assert_eq!(
                expected
                    .checked_sub(1)
                    .and_then(|most| distance(&a, &b, most)),
                None
            );
        }
    }

    #[test]
    fn agrees_with_the_whole_matrix() {
        let mut seed = 11_u64;
        let mut pick = |bound: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        for _ in 0..20_000 {
            let mut word = || -> Vec<char> {
                (0..pick(9))
                    .map(|_| if pick(2) == 0 { 'a' } else { 'b' })
                    .collect()
            };
            let (a, b) = (word(), word());
            let expected = slow(&a, &b);
            for most in 0..4 {
                assert_eq!(
                    distance(&a, &b, most),
                    (expected <= most).then_some(expected),
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
