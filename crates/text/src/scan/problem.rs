//! What the numbers and the punctuation of a text say together: equations, quantities to combine, several parts.

use super::class::is_wordlike;
use super::scanner::Scanner;
use crate::fast_path::Dimension;
use crate::lexicon::Concept;

/// So many separators within a sentence list several parts, and so many list many.
const PART_SEPARATORS: u32 = 3;
const MANY_SEPARATORS: u32 = 5;

/// A problem that is told has at least so many words, and one with two numbers only so many.
const PROBLEM_WORDS: u32 = 8;
const STORY_WORDS: u32 = 16;

/// Longer text is no story but a document, of which a thing is asked.
const MOST_STORY_WORDS: u32 = 150;

/// A question for the chance of something has at least so many words.
const CHANCE_WORDS: u32 = 8;

/// From so many numbers on a question for a quantity asks to combine them, and from so many on in several steps.
const COMBINED_NUMBERS: u32 = 2;
const PROBLEM_NUMBERS: u32 = 3;

/// Text with more than one number in so many words is a table or a log, and so is text of so many lines.
const WORDS_A_NUMBER: u32 = 2;
const TABLE_LINES: u32 = 5;

/// What the layout has said so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clues {
    /// Marks of an equation or of mathematical notation.
    pub(super) equations: u32,
    /// List separators since the sentence began.
    pub(super) separators: u32,
    /// Ends of lines.
    pub(super) lines: u32,
    /// Opening braces, as data and code have them.
    pub(super) braces: u32,
    /// A quantity is asked for.
    pub(super) asks_quantity: bool,
    /// A statement is only mentioned, or its proof refused.
    pub(super) declined: bool,
}

impl Scanner<'_> {
    /// A number begins at `at`, unless it goes on one with a point, a comma or a colon in it.
    pub(super) fn count_number(&mut self, at: usize) {
        let goes_on = at >= 2
            && matches!(self.bytes[at - 1], b'.' | b',' | b':')
            && self.bytes[at - 2].is_ascii_digit();
        if !goes_on {
            self.found.numbers = self.found.numbers.saturating_add(1);
        }
    }

    /// A clause ends, with or without a mark that parts the items of a list.
    #[inline]
    pub(super) fn list_separator(&mut self, parts: bool) {
        self.clues.separators = if parts { self.clues.separators + 1 } else { 0 };
        match self.clues.separators {
            PART_SEPARATORS => self.mark(Concept::Parts, self.position),
            MANY_SEPARATORS => self.mark(Concept::ManyParts, self.position),
            _ => {}
        }
    }

    /// Whether the sign of equality at `at` stands between two sides: "x = 2", "f(x) = …", unlike "limit=50".
    pub(super) fn equates(&self, at: usize) -> bool {
        let side =
            |byte: u8| is_wordlike(byte) || matches!(byte, b')' | b'(' | b'-' | b'\\' | b'|');
        let before = self.bytes[..at].trim_ascii_end();
        let spaced = before.len() < at;
        let single = before.len() < 2 || !is_wordlike(before[before.len() - 2]);
        let after = self.bytes[at + 1..]
            .iter()
            .take(4)
            .find(|byte| **byte != b' ');
        (spaced || single)
            && before.last().copied().is_some_and(side)
            && after.copied().is_some_and(side)
    }

    /// The end of the text: what was held back counts, and what only the whole shows.
    pub(super) fn finish(&mut self) {
        self.release_quotation();
        let dense = u32::try_from(self.found.dense).unwrap_or(u32::MAX);
        self.found.words = self.position.saturating_sub(dense) + dense / 2;
        if self.clues.declined && !self.has(Concept::Prove) {
            self.found.concepts.remove(Concept::Theorem);
        }
        if !self.shows_code() {
            self.weigh_problem();
        }
    }

    fn has(&self, concept: Concept) -> bool {
        self.found.concepts.contains(concept)
    }

    /// Whether there is code or a programming language; "function" and "program" alone may be mathematics.
    fn shows_code(&self) -> bool {
        let vague = [Concept::Function, Concept::Program, Concept::Class];
        let written = [
            Concept::Write,
            Concept::Create,
            Concept::Implement,
            Concept::Generate,
            Concept::Develop,
        ];
        let orders = written.into_iter().any(|verb| self.has(verb));
        let means =
            vague.into_iter().any(|concept| self.has(concept)) || self.has(Concept::Algorithm);
        if orders && means {
            return true;
        }
        let vague = vague
            .into_iter()
            .filter(|concept| self.has(*concept))
            .count();
        self.found.concepts.count(Dimension::CodePresence) as usize > vague
    }

    /// Mathematics and puzzles that no single word gives away.
    fn weigh_problem(&mut self) {
        let words = self.found.words;
        if self.clues.equations > 0 {
            self.found.concepts.insert(Concept::Equation);
        }
        if self.asks_to_combine(words) {
            self.found.concepts.insert(Concept::Quantities);
            if self.found.numbers >= PROBLEM_NUMBERS || words >= STORY_WORDS {
                self.found.concepts.insert(Concept::MathProblem);
            }
        }
        let mathematics = [Concept::Mathematics, Concept::Calculus, Concept::Notation];
        let claims = self.has(Concept::Prove) || self.has(Concept::ShowThat);
        let claim = claims && mathematics.into_iter().any(|subject| self.has(subject));
        let chance = self.has(Concept::Chance) && words >= CHANCE_WORDS;
        let asks = self.found.questions > 0;
        let puzzle = self.has(Concept::LogicPuzzle) && asks && words >= PROBLEM_WORDS;
        let open = self.has(Concept::OpenProblem) && self.has(Concept::YesNo);
        if claim || chance || puzzle || open {
            self.found.concepts.insert(Concept::Posed);
        }
    }

    /// Whether a question for a quantity comes with numbers to combine.
    fn asks_to_combine(&self, words: u32) -> bool {
        let numbers = self.found.numbers;
        let told = (STORY_WORDS..=MOST_STORY_WORDS).contains(&words);
        let what =
            self.has(Concept::WhatIs) || self.has(Concept::WhichIs) || self.has(Concept::NameOne);
        (self.clues.asks_quantity || told && what)
            && words >= PROBLEM_WORDS
            && self.clues.braces == 0
            && numbers >= COMBINED_NUMBERS
            && numbers.saturating_mul(WORDS_A_NUMBER) <= words
            && self.clues.lines < TABLE_LINES
    }
}
