//! English word forms brought together: plurals, -ed and -ing.
//!
//! Steps 1 and 5b of Porter 1980, "An algorithm for suffix stripping"; the others strip derivations (-ational, -iveness), which for
//! keywords conflates more than it finds. Words of other scripts pass unchanged.

/// The stem of a folded word, built in `letters`.
pub(super) fn stem<'a>(word: &'a str, letters: &'a mut Vec<u8>) -> &'a str {
    if word.len() <= 2 || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return word;
    }
    letters.clear();
    letters.extend_from_slice(word.as_bytes());
    plural(letters);
    past(letters);
    if letters.ends_with(b"y") && has_vowel(&letters[..letters.len() - 1]) {
        replace(letters, 1, b"i");
    }
    if letters.ends_with(b"ll") && measure(&letters[..letters.len() - 1]) > 1 {
        letters.pop();
    }
    std::str::from_utf8(letters).unwrap_or(word)
}

/// Step 1a.
fn plural(letters: &mut Vec<u8>) {
    if letters.ends_with(b"sses") || letters.ends_with(b"ies") {
        replace(letters, 2, b"");
    } else if letters.ends_with(b"s") && !letters.ends_with(b"ss") {
        replace(letters, 1, b"");
    }
}

/// Step 1b.
fn past(letters: &mut Vec<u8>) {
    let length = letters.len();
    if letters.ends_with(b"eed") {
        if measure(&letters[..length - 3]) > 0 {
            replace(letters, 1, b"");
        }
        return;
    }
    let ending = [b"ed".as_slice(), b"ing"]
        .into_iter()
        .find(|ending| letters.ends_with(ending) && has_vowel(&letters[..length - ending.len()]));
    let Some(ending) = ending else { return };
    replace(letters, ending.len(), b"");
    if [b"at", b"bl", b"iz"]
        .iter()
        .any(|end| letters.ends_with(*end))
    {
        letters.push(b'e');
    } else if ends_double(letters)
        && !letters.ends_with(b"l")
        && !letters.ends_with(b"s")
        && !letters.ends_with(b"z")
    {
        letters.pop();
    } else if measure(letters) == 1 && ends_short(letters) {
        letters.push(b'e');
    }
}

fn replace(letters: &mut Vec<u8>, dropped: usize, with: &[u8]) {
    letters.truncate(letters.len() - dropped);
    letters.extend_from_slice(with);
}

fn is_vowel(letters: &[u8], at: usize) -> bool {
    match letters[at] {
        b'a' | b'e' | b'i' | b'o' | b'u' => true,
        b'y' => at > 0 && !is_vowel(letters, at - 1),
        _ => false,
    }
}

fn has_vowel(letters: &[u8]) -> bool {
    (0..letters.len()).any(|at| is_vowel(letters, at))
}

/// How often a vowel is followed by a consonant: Porter's m.
fn measure(letters: &[u8]) -> usize {
    (1..letters.len())
        .filter(|&at| is_vowel(letters, at - 1) && !is_vowel(letters, at))
        .count()
}

fn ends_double(letters: &[u8]) -> bool {
    let length = letters.len();
    length > 1 && letters[length - 1] == letters[length - 2] && !is_vowel(letters, length - 1)
}

/// Consonant, vowel, consonant other than w, x and y: Porter's *o.
fn ends_short(letters: &[u8]) -> bool {
    let length = letters.len();
    length > 2
        && !is_vowel(letters, length - 3)
        && is_vowel(letters, length - 2)
        && !is_vowel(letters, length - 1)
        && !matches!(letters[length - 1], b'w' | b'x' | b'y')
}

#[cfg(test)]
mod tests {
    fn stem(word: &str) -> String {
        super::stem(word, &mut Vec::new()).to_owned()
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let table: [&[&str]; 12] = [
            &["cancel", "cancels", "cancelled", "cancelling"],
            &["refund", "refunds", "refunded", "refunding"],
            &["pony", "ponies"],
            &["caress", "caresses"],
            &["hop", "hopped", "hopping", "hops"],
            &["file", "filing", "filed", "files"],
            &["agree", "agreed", "agrees"],
            &["conflate", "conflated", "conflating"],
            &["happy"],
            &["fall", "falling"],
            &["feed"],
            &["size", "sized", "sizing"],
        ];
        for forms in table {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|one| *one == stems[0]), "{stems:?}");
        }
    }

    #[test]
    fn what_only_looks_like_an_ending_stays() {
        for word in [
            "bled",
            "sing",
            "red",
            "is",
            "gas2",
            "übungs",
            "y",
            "",
            "срочнs",
            "ss",
        ] {
            assert_eq!(stem(word), word);
        }
    }
}
