//! Whether a pattern, linear in theory, needs ever more states on a text made against it, and so is slow in practice.
//!
//! `regex` builds the states of its automaton as a text asks for them, and where they are too many it steps through all
//! positions of the pattern at every character: linear, but with a factor of thousands. `.{0,100}x.{0,100}y` takes a second for
//! 100 KB. Such patterns are found by trying: random texts of the pattern's own pieces, the same at every load.

use regex_automata::hybrid::dfa::DFA;
use regex_automata::util::syntax;
use regex_automata::{Input, nfa::thompson};
use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::parse;

/// Patterns with fewer positions that match more than one character cannot have many states.
const HARMLESS_POSITIONS: usize = 10;

/// Repetitions count up to this often.
const MOST_REPEATS: u32 = 1000;

/// Pieces of a pattern that are drawn from.
const MOST_PIECES: usize = 12;

/// Bytes of a random text.
const TEXT_BYTES: usize = 4096;

/// Random texts that are tried.
const TEXTS: usize = 10;

/// What the states of the second half of a text may weigh. A pattern whose states are few has met them all by then.
const GROWTH_BYTES: usize = 64 << 10;

/// The states may take so many bytes in all; more is given up.
const CACHE_BYTES: usize = 8 << 20;

/// Whether `pattern`, which compiles, needs ever more states.
pub(super) fn explodes(pattern: &str, case_sensitive: bool) -> bool {
    // Parsed as written: the two cases of a letter do not make it a position of its own.
    let Ok(hir) = parse(pattern) else {
        return false;
    };
    let mut pieces = Vec::new();
    collect(&hir, &mut pieces);
    pieces.sort_unstable();
    pieces.dedup();
    if positions(&hir) < HARMLESS_POSITIONS || pieces.is_empty() {
        return false;
    }
    let automaton = DFA::builder()
        .configure(
            DFA::config()
                .unicode_word_boundary(true)
                .cache_capacity(CACHE_BYTES)
                .skip_cache_capacity_check(true),
        )
        .syntax(syntax::Config::new().case_insensitive(!case_sensitive))
        .thompson(thompson::Config::new().utf8(true))
        .build(pattern);
    automaton.is_ok_and(|automaton| (0..TEXTS).any(|text| grows(&automaton, &pieces, text)))
}

/// Whether the second half of a random text still needs many new states.
fn grows(automaton: &DFA, pieces: &[String], seed: usize) -> bool {
    let text = random(pieces, seed);
    let mut half = text.len() / 2;
    while !text.is_char_boundary(half) {
        half += 1;
    }
    let mut cache = automaton.create_cache();
    let mut weigh = |text: &str| {
        let searched = automaton.try_search_fwd(&mut cache, &Input::new(text).earliest(true));
        let ended = !matches!(searched, Ok(None));
        (ended, cache.memory_usage(), cache.clear_count())
    };
    let (ended, before, _) = weigh(&text[..half]);
    if ended {
        return false;
    }
    let (_, after, cleared) = weigh(&text);
    cleared > 0 || after > before + GROWTH_BYTES
}

/// A text of a few of the pieces: all of them, or each time others.
fn random(pieces: &[String], seed: usize) -> String {
    let mut state = seed as u64 + 1;
    let mut below = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % bound
    };
    let chosen: Vec<&String> = match seed {
        0 => pieces.iter().collect(),
        _ => (0..2 + seed % 2)
            .map(|_| &pieces[below(pieces.len())])
            .collect(),
    };
    let mut text = String::new();
    while text.len() < TEXT_BYTES {
        text.push_str(chosen[below(chosen.len())]);
    }
    text
}

/// Literals, a character of each class, and what parts beside each other match together.
fn collect(hir: &Hir, pieces: &mut Vec<String>) {
    if pieces.len() >= MOST_PIECES {
        return;
    }
    match hir.kind() {
        HirKind::Literal(literal) => {
            pieces.extend(std::str::from_utf8(&literal.0).map(str::to_owned));
        }
        HirKind::Class(Class::Unicode(_)) => pieces.extend(sample(hir)),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Repetition(repetition) => collect(&repetition.sub, pieces),
        HirKind::Capture(capture) => collect(&capture.sub, pieces),
        HirKind::Concat(parts) => {
            let runs = parts.split(|part| matches!(part.kind(), HirKind::Repetition(_)));
            let joined = runs.map(|run| run.iter().filter_map(sample).collect::<String>());
            pieces.extend(joined.filter(|piece| !piece.is_empty()));
            for part in parts {
                collect(part, pieces);
            }
        }
        HirKind::Alternation(parts) => {
            for part in parts {
                collect(part, pieces);
            }
        }
    }
}

/// A text that a part without repetitions matches.
fn sample(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        HirKind::Class(Class::Unicode(class)) => {
            let range = class.iter().find(|range| range.end() >= '!')?;
            Some(range.end().min('~').max(range.start()).to_string())
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Repetition(repetition) => sample(&repetition.sub),
        HirKind::Capture(capture) => sample(&capture.sub),
        HirKind::Concat(parts) => Some(parts.iter().filter_map(sample).collect()),
        HirKind::Alternation(parts) => parts.iter().find_map(sample),
    }
}

/// How many positions match more than one character, counted repetitions written out.
fn positions(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) => 0,
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.max(1));
            let once = positions(&repetition.sub)
                .max(usize::from(repetition.max.is_some_and(|most| most > 1)));
            once.saturating_mul(times.min(MOST_REPEATS) as usize)
        }
        HirKind::Capture(capture) => positions(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(positions).fold(0, usize::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_explode_are_told_from_those_that_do_not() {
        let table = [
            (".{0,100}x.{0,100}y", true),
            ("[ab]*a[ab]{18}c", true),
            ("(?:a|b)*a(?:a|b){20}", false),
            ("error.{0,200}timeout", true),
            ("(?i)error.{0,200}timeout", true),
            ("err[o0]r.{0,100}t[i1]me", true),
            (r"\d{3}-\d{4}", false),
            (r"\bticket-[0-9]{3,12}\b", false),
            (r"[\w.%+-]+@[\w-]+\.[A-Za-z]{2,24}", false),
            ("[a-f0-9]{40}", false),
            (r"(?:\d{1,3}\.){3}\d{1,3}", false),
            ("error.*timeout", false),
            ("error.{0,8}timeout", false),
            (r"(?i)\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}\b", false),
            (
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                false,
            ),
            ("(?:a?){30}a{30}$", false),
        ];
        for (pattern, expected) in table {
            assert_eq!(explodes(pattern, false), expected, "{pattern}");
        }
    }
}
