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

pub(crate) use automaton::{Automaton, START, State, Token, UNKNOWN};
pub(crate) use concept::{Concept, ConceptSet};

/// The entries of one language: what is spelled, and the spellings as `spelling::spellings` reads them.
type Entries = &'static [(Concept, &'static str)];

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
                if *language == "ar" {
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
        builder.add(&spelling::tokens(&format!("{prefix}{spelling}")), concept, false);
    }
}
