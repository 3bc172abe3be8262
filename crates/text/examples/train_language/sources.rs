//! Writes a file of words for each language that the model tells by spelling.

use std::error::Error;
use std::path::Path;

use crate::languages::GROUPS;
use crate::random::Random;
use crate::words::WordSource;

/// Words a language.
const WORDS: usize = 400_000;

/// The version of lingua's language crates.
const VERSION: &str = "1.3.0";

/// How lingua's crates call the languages of `GROUPS`, in the same order.
const NAMES: [&[&str]; 4] = [
    &[
        "afrikaans",
        "azerbaijani",
        "bosnian",
        "catalan",
        "czech",
        "welsh",
        "danish",
        "german",
        "english",
        "esperanto",
        "spanish",
        "estonian",
        "basque",
        "finnish",
        "french",
        "irish",
        "croatian",
        "hungarian",
        "indonesian",
        "icelandic",
        "italian",
        "latin",
        "ganda",
        "lithuanian",
        "latvian",
        "maori",
        "malay",
        "bokmal",
        "dutch",
        "nynorsk",
        "polish",
        "portuguese",
        "romanian",
        "slovak",
        "slovene",
        "shona",
        "somali",
        "albanian",
        "sotho",
        "swedish",
        "swahili",
        "tagalog",
        "tswana",
        "turkish",
        "tsonga",
        "vietnamese",
        "xhosa",
        "yoruba",
        "zulu",
    ],
    &[
        "belarusian",
        "bulgarian",
        "kazakh",
        "macedonian",
        "mongolian",
        "russian",
        "serbian",
        "ukrainian",
    ],
    &["arabic", "persian", "urdu"],
    &["hindi", "marathi"],
];

pub(crate) fn write(crates: &Path, words: &Path) -> Result<(), Box<dyn Error>> {
    for (group, names) in GROUPS.iter().zip(NAMES) {
        for (language, name) in group.languages.iter().zip(names) {
            let folder = crates.join(format!("lingua-{name}-language-model-{VERSION}"));
            let source = WordSource::read(&folder.join("models/ngrams.fst"))?;
            let seed = language
                .bytes()
                .fold(7, |seed, byte| seed * 31 + u64::from(byte));
            let mut random = Random(seed);
            let mut text = String::new();
            for _ in 0..WORDS {
                source.word(&mut random, &mut text);
                text.push(' ');
            }
            std::fs::write(words.join(language), text)?;
        }
    }
    Ok(())
}
