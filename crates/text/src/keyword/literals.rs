//! The literals a pattern cannot match without, so that most patterns need not be run at all.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::parse;

use super::fold::fold;

/// So many alternatives at most; a pattern with more is run always.
const MOST_LITERALS: usize = 64;

/// A class of more characters than this ends a literal instead of multiplying it.
const MOST_VARIANTS: usize = 4;

/// A shorter literal occurs in too many texts to tell anything.
const LEAST_BYTES: usize = 2;

/// Folded literals of which every match of `pattern` holds one, or nothing when there is no such list. Only ASCII literals
/// are given: their folding here and in the `regex` crate is the same.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    let hir = parse(pattern).ok()?;
    let of = |kind: ExtractKind| {
        let mut extractor = Extractor::new();
        folded(
            &extractor
                .kind(kind)
                .limit_class(MOST_VARIANTS)
                .extract(&hir),
        )
    };
    let least = |literals: &Vec<String>| literals.iter().map(String::len).min().unwrap_or_default();
    of(ExtractKind::Prefix)
        .into_iter()
        .chain(of(ExtractKind::Suffix))
        .max_by_key(least)
}

fn folded(literals: &Seq) -> Option<Vec<String>> {
    let literals = literals.literals()?;
    let text = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| text.is_ascii() && text.len() >= LEAST_BYTES)?;
        Some(text.chars().map(fold).collect::<String>())
    };
    let mut folded: Vec<String> = literals
        .iter()
        .map(|literal| text(literal.as_bytes()))
        .collect::<Option<_>>()?;
    folded.sort_unstable();
    folded.dedup();
    (!folded.is_empty() && folded.len() <= MOST_LITERALS).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_or_honestly_absent() {
        let table: [(&str, Option<&[&str]>); 10] = [
            ("urgent", Some(&["urgent"])),
            (r"\b(urgent|ASAP)\b", Some(&["asap", "urgent"])),
            (r"\d+ tickets", Some(&[" tickets"])),
            (r"ticket-[0-9]{3}", Some(&["ticket-"])),
            (r"\d{3}-\d{4}", None),
            ("a*", None),
            ("(urgent)?", None),
            ("é+", None),
            ("x|urgent", None),
            ("(?x) ur gent # spaced", Some(&["urgent"])),
        ];
        for (pattern, expected) in table {
            let expected =
                expected.map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
            assert_eq!(required(pattern), expected, "{pattern}");
        }
    }
}
