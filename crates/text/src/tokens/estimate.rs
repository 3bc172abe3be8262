//! An estimate of tokens for vocabularies that are not here: what words, digits, symbols and characters of each script cost.

use crate::language::Script;

/// Letters of a word that are one token together.
const SHORT_WORD: u32 = 6;

/// Thousandths of a token, fitted by least squares of the relative error to `o200k_base` (docs/decisions/0026).
const WORD: u64 = 895;
const FURTHER_LETTER: u64 = 434;
const DIGIT: u64 = 1113;
const SYMBOL: u64 = 640;
const WIDE_SYMBOL: u64 = 1000;

/// Estimated tokens of `text` in a large present-day vocabulary: half of all texts are within 10 % of `o200k_base`, and 19 of
/// 20 within a third. Vocabularies of fewer languages need more for scripts that they hold little of.
#[must_use]
pub fn estimate_tokens(text: &str) -> usize {
    let mut thousandths = 0;
    let mut letters = 0;
    for character in text.chars() {
        let is_letter = character.is_ascii_alphabetic();
        letters = if is_letter { letters + 1 } else { 0 };
        thousandths += match character {
            _ if is_letter => match letters {
                1 => WORD,
                2..=SHORT_WORD => 0,
                _ => FURTHER_LETTER,
            },
            '0'..='9' => DIGIT,
            '\0'..=' ' | '\u{7f}' => 0,
            '!'..='~' => SYMBOL,
            _ => of_script(Script::of(character)),
        };
    }
    usize::try_from(thousandths.div_ceil(1000)).unwrap_or(usize::MAX)
}

/// Thousandths of a token a character beyond ASCII.
const fn of_script(script: Script) -> u64 {
    match script {
        Script::Latin => 1032,
        Script::Cyrillic | Script::Greek => 373,
        Script::Arabic | Script::Hebrew | Script::Armenian => 394,
        Script::Devanagari
        | Script::Bengali
        | Script::Gurmukhi
        | Script::Gujarati
        | Script::Oriya
        | Script::Tamil
        | Script::Telugu
        | Script::Kannada
        | Script::Malayalam
        | Script::Sinhala => 388,
        Script::Thai
        | Script::Lao
        | Script::Tibetan
        | Script::Myanmar
        | Script::Georgian
        | Script::Ethiopic
        | Script::Khmer
        | Script::Thaana => 452,
        Script::Hangul => 796,
        Script::Kana => 713,
        Script::Han => 825,
        Script::Inherited | Script::None => WIDE_SYMBOL,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Encoding;
    use super::*;

    #[test]
    fn is_near_the_exact_count() {
        let table = [
            "The committee met on Tuesday to discuss whether the proposal could be financed at all; nobody agreed.",
            "    for (let index = 0; index < items.length; index += 1) {\n        total += items[index].price;\n    }\n",
            "Комитет собрался во вторник, чтобы обсудить предложение, разосланное в марте.",
            "委员会星期二开会讨论三月份分发的提案是否能够获得资金支持。",
            "समिति ने मंगलवार को इस बात पर चर्चा की कि क्या प्रस्ताव को धन मिल सकता है।",
            "اجتمعت اللجنة يوم الثلاثاء لمناقشة الاقتراح الذي تم توزيعه في مارس",
        ];
        for text in table {
            let (estimated, counted) = (estimate_tokens(text), Encoding::O200kBase.count(text));
            let error = estimated.abs_diff(counted) * 100 / counted;
            assert!(error <= 40, "{estimated} for {counted}: {text}");
        }
    }

    #[test]
    fn nothing_is_nothing_and_more_is_more() {
        assert_eq!(estimate_tokens(""), 0);
        assert_eq!(estimate_tokens(" \n\t"), 0);
        for text in ["a", "é", "字", "1", "?", "😀"] {
            assert!(estimate_tokens(text) > 0, "{text}");
            assert!(
                estimate_tokens(&text.repeat(99)) > estimate_tokens(text),
                "{text}"
            );
        }
    }
}
