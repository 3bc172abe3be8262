//! The words of the fast path in thirteen languages, and the automaton they become.

mod automaton;
mod concept;
mod spelling;
mod table;

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod hi;
mod it;
mod ja;
mod ko;
mod pt;
mod ru;
mod tr;
mod zh;

use std::sync::LazyLock;

use automaton::Builder;

pub(crate) use automaton::{Automaton, Hit, START, State, Token, UNKNOWN};
pub(crate) use concept::{Concept, ConceptSet};

/// The entries of one language: what is spelled, and the spellings as `spelling::spellings` reads them.
type Entries = &'static [(Concept, &'static str)];

/// Writes entries as `Concept: "spellings",` lines.
macro_rules! entries {
    ($($concept:ident: $spellings:literal,)*) => { &[$(($crate::lexicon::Concept::$concept, $spellings),)*] };
}
use entries;

/// Every language: its ISO 639-1 code and its entries.
const LANGUAGES: &[(&str, Entries)] = &[
    ("en", en::ENTRIES),
    ("zh", zh::ENTRIES),
    ("ja", ja::ENTRIES),
    ("ko", ko::ENTRIES),
    ("ru", ru::ENTRIES),
    ("de", de::ENTRIES),
    ("fr", fr::ENTRIES),
    ("es", es::ENTRIES),
    ("pt", pt::ENTRIES),
    ("it", it::ENTRIES),
    ("ar", ar::ENTRIES),
    ("hi", hi::ENTRIES),
    ("tr", tr::ENTRIES),
];

static AUTOMATON: LazyLock<Automaton> = LazyLock::new(build);

/// The automaton of all languages, built once a process.
pub(crate) fn automaton() -> &'static Automaton {
    &AUTOMATON
}

/// Builds the automaton now rather than at the first scan.
pub(crate) fn load() {
    LazyLock::force(&AUTOMATON);
}

fn build() -> Automaton {
    let mut builder = Builder::default();
    for (language, entries) in LANGUAGES {
        for (concept, list) in *entries {
            for spelling in spelling::spellings(list) {
                let opening = spelling.starts_with('^');
                builder.add(&spelling::tokens(&spelling), *concept, opening);
                if *language == "ar" && !opening {
                    arabic_prefixes(&mut builder, &spelling, *concept);
                }
            }
        }
    }
    builder.build()
}

/// Arabic writes the article and short conjunctions and prepositions onto the word.
fn arabic_prefixes(builder: &mut Builder, spelling: &str, concept: Concept) {
    for prefix in ["ال", "و", "ف", "وال", "بال", "لل", "ب"] {
        builder.add(
            &spelling::tokens(&format!("{prefix}{spelling}")),
            concept,
            false,
        );
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::scan::{Key, scan};

    fn every_spelling() -> impl Iterator<Item = (&'static str, Concept, String)> {
        LANGUAGES.iter().flat_map(|(language, entries)| {
            entries.iter().flat_map(move |(concept, list)| {
                spelling::spellings(list)
                    .into_iter()
                    .map(move |spelling| (*language, *concept, spelling))
            })
        })
    }

    #[test]
    fn every_spelling_is_found_when_it_stands_alone() {
        let lost: Vec<_> = every_spelling()
            .filter(|(_, concept, spelling)| {
                let text = spelling.replace('#', "7");
                !concept.is_control() && !scan(&text, "", 0).user.concepts.contains(*concept)
            })
            .collect();
        assert!(lost.is_empty(), "{lost:#?}");
    }

    #[test]
    fn no_spelling_counts_twice_in_one_dimension() {
        let mut known: HashMap<(Vec<Key>, Option<usize>), (Concept, String)> = HashMap::new();
        let mut doubled = Vec::new();
        for (language, concept, spelling) in every_spelling().filter(|entry| !entry.1.is_control())
        {
            let place = (
                spelling::tokens(&spelling),
                concept.dimension().map(crate::fast_path::Dimension::index),
            );
            let first = known.entry(place).or_insert((concept, spelling.clone()));
            if first.0 != concept {
                doubled.push((language, spelling, concept, first.clone()));
            }
        }
        assert!(doubled.is_empty(), "{doubled:#?}");
    }

    #[test]
    fn every_concept_but_the_structural_ones_has_an_english_spelling() {
        let english: Vec<Concept> = en::ENTRIES.iter().map(|entry| entry.0).collect();
        let structural = [
            Concept::CodeFence,
            Concept::InlineCode,
            Concept::Operators,
            Concept::Call,
            Concept::SnakeCase,
            Concept::FirstThen,
            Concept::NumberedList,
            Concept::Notation,
            Concept::PlanFirstThen,
            Concept::Diff,
            Concept::FilePath,
            Concept::Tools,
            Concept::Equation,
            Concept::Quantities,
            Concept::Parts,
            Concept::ManyParts,
        ];
        for (concept, _, name) in concept::CONCEPTS {
            assert!(
                english.contains(concept) || structural.contains(concept),
                "{name}"
            );
        }
    }
}
