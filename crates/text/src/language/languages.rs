//! The languages that can be told, and those a script decides alone.

use super::script::Script;

/// A script whose languages the model tells apart.
pub(crate) struct Group {
    pub(crate) script: Script,
    /// ISO 639-1; the model's classes in this order, behind the class of gibberish.
    pub(crate) languages: &'static [&'static str],
    /// The model's table has 2 to this power rows.
    pub(crate) bits: u32,
}

impl Group {
    /// Weights of a row: a class of gibberish, then the languages, filled up to whole vectors of eight.
    pub(crate) const fn width(&self) -> usize {
        (self.languages.len() + 1).next_multiple_of(8)
    }
}

/// Scripts of several languages.
pub(crate) const GROUPS: [Group; 4] = [
    Group {
        script: Script::Latin,
        languages: &[
            "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "eo", "es", "et", "eu", "fi",
            "fr", "ga", "hr", "hu", "id", "is", "it", "la", "lg", "lt", "lv", "mi", "ms", "nb",
            "nl", "nn", "pl", "pt", "ro", "sk", "sl", "sn", "so", "sq", "st", "sv", "sw", "tl",
            "tn", "tr", "ts", "vi", "xh", "yo", "zu",
        ],
        bits: 15,
    },
    Group {
        script: Script::Cyrillic,
        languages: &["be", "bg", "kk", "mk", "mn", "ru", "sr", "uk"],
        bits: 15,
    },
    Group {
        script: Script::Arabic,
        languages: &["ar", "fa", "ur"],
        bits: 13,
    },
    Group {
        script: Script::Devanagari,
        languages: &["hi", "mr"],
        bits: 13,
    },
];

/// Scripts of one language. Han stands for Chinese where there is no kana.
pub(crate) const ALONE: [(Script, &str); 23] = [
    (Script::Han, "zh"),
    (Script::Kana, "ja"),
    (Script::Hangul, "ko"),
    (Script::Greek, "el"),
    (Script::Armenian, "hy"),
    (Script::Hebrew, "he"),
    (Script::Bengali, "bn"),
    (Script::Gurmukhi, "pa"),
    (Script::Gujarati, "gu"),
    (Script::Oriya, "or"),
    (Script::Tamil, "ta"),
    (Script::Telugu, "te"),
    (Script::Kannada, "kn"),
    (Script::Malayalam, "ml"),
    (Script::Sinhala, "si"),
    (Script::Thai, "th"),
    (Script::Lao, "lo"),
    (Script::Tibetan, "bo"),
    (Script::Myanmar, "my"),
    (Script::Georgian, "ka"),
    (Script::Ethiopic, "am"),
    (Script::Khmer, "km"),
    (Script::Thaana, "dv"),
];
