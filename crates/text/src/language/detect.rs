//! From what a text holds to a language, or to none.

use super::features::{Words, grams};
use super::languages::{ALONE, GROUPS};
use super::model::{GramSum, GroupModel, Model};
use super::script::Script;
use super::survey::{Letters, Survey};

/// The answer for what is in no language that can be told.
pub const UNKNOWN: &str = "unknown";

/// How sure a script alone makes us: rarer languages share it.
const BY_SCRIPT: f32 = 0.99;

/// What a Latin letter weighs, one of another script, and a character that is a syllable or a word. Text in other scripts often
/// quotes Latin names and terms, seldom the other way round.
const LATIN: u32 = 2;
const OTHER: u32 = 3;
const DENSE: u32 = 8;

/// From this share of kana on, kana and Han together are Japanese.
const KANA_SHARE: f32 = 0.02;

/// A language and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// ISO 639-1, or `UNKNOWN`.
    pub language: &'static str,
    /// The probability that `language` is right, 0..1; of `UNKNOWN`, that the text is in no language that can be told.
    pub confidence: f32,
}

/// The languages that can be told, by ISO 639-1.
pub fn languages() -> impl Iterator<Item = &'static str> {
    let modelled = GROUPS
        .iter()
        .flat_map(|group| group.languages.iter().copied());
    modelled.chain(ALONE.iter().map(|(_, language)| *language))
}

/// The language most of the prose in `text` is written in. Code is no prose, nor are letters at random. Texts of more than 768
/// bytes are read in six stretches, evenly spread.
#[must_use]
pub fn detect_language(text: &str) -> Detection {
    let model = Model::get();
    let survey = Survey::of(text, model);
    let Some((script, share)) = dominant(&survey.letters) else {
        let is_code = text.chars().any(char::is_alphabetic);
        let prose = if is_code {
            model.prose(survey.code)
        } else {
            0.0
        };
        return unknown((1.0 - prose).max(0.5));
    };
    if let Some((_, language)) = ALONE.iter().find(|(alone, _)| *alone == script) {
        return Detection {
            language,
            confidence: share * BY_SCRIPT,
        };
    }
    let group = model.groups().iter().find(|one| one.group.script == script);
    group.map_or(unknown(1.0), |group| {
        let prose = if script == Script::Latin {
            model.prose(survey.prose)
        } else {
            1.0
        };
        by_letters(group, &survey.lines, prose, share)
    })
}

fn unknown(confidence: f32) -> Detection {
    Detection {
        language: UNKNOWN,
        confidence,
    }
}

/// The script of most letters, and its share; Han goes to Japanese where there is kana.
#[expect(clippy::cast_precision_loss, reason = "letters of a few kilobytes")]
fn dominant(letters: &Letters) -> Option<(Script, f32)> {
    let mut weights = letters.map(|count| count * OTHER);
    weights[Script::Latin as usize] = letters[Script::Latin as usize] * LATIN;
    for script in [Script::Han, Script::Kana, Script::Hangul] {
        weights[script as usize] = letters[script as usize] * DENSE;
    }
    let (han, kana) = (
        weights[Script::Han as usize],
        weights[Script::Kana as usize],
    );
    if kana as f32 > KANA_SHARE * (han + kana) as f32 {
        weights[Script::Kana as usize] += std::mem::take(&mut weights[Script::Han as usize]);
    }
    let total: u32 = weights.iter().sum();
    let scripts = GROUPS
        .iter()
        .map(|group| group.script)
        .chain(ALONE.iter().map(|(script, _)| *script));
    let script = scripts.max_by_key(|script| weights[*script as usize])?;
    let most = weights[script as usize];
    (most > 0).then(|| (script, most as f32 / total as f32))
}

/// How much more often a language is met than a rare one, as a logarithm: it counts where the text says little. Indonesian and
/// Hindi are left out, since Malay and Marathi share most of their words.
fn favour(language: &str) -> f32 {
    match language {
        "en" => 3.5,
        "es" | "fr" | "de" | "pt" | "it" | "nl" | "pl" | "tr" | "vi" | "sv" | "ru" | "ar"
        | "fa" => 1.5,
        _ => 0.0,
    }
}

fn by_letters(model: &GroupModel, lines: &[&str], prose: f32, share: f32) -> Detection {
    let mut sum = GramSum::new();
    let mut words = Words::new();
    for line in lines {
        words.read(line, |script, word| {
            if script == model.group.script {
                grams(word, |gram| model.add(gram, &mut sum));
            }
        });
    }
    let probabilities = model.probabilities(sum, favour);
    let (gibberish, languages) = probabilities.split_first().expect("gibberish is a class");
    let nothing = 1.0 - prose * (1.0 - gibberish);
    let best = languages
        .iter()
        .zip(model.group.languages)
        .max_by(|one, other| one.0.total_cmp(other.0));
    match best {
        Some((probability, language)) if probability * prose * share > nothing => Detection {
            language,
            confidence: probability * prose * share,
        },
        _ => unknown(nothing),
    }
}
