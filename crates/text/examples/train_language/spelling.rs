//! Learns the languages of one script from the n-grams of their words.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use crate::corpus::Corpus;
use crate::features::{LONGEST, Words, grams};
use crate::languages::Group;
use crate::linear::{Linear, softmax};
use crate::phrases::PHRASES;
use crate::random::Random;
use crate::script::Script;
use crate::table::Table;

/// Texts learned from, a language, and at least.
const STEPS: usize = 20_000;
const LEAST_STEPS: usize = 200_000;

const RATE: f32 = 0.3;

/// Words a language whose n-grams are counted to choose those that get a row.
const COUNTED: usize = 60_000;

/// N-grams that occur less often get none.
const LEAST: u32 = 4;

/// The share of texts that are gibberish.
const GIBBERISH: f64 = 0.04;

/// The share of greetings and the like, and the same of English, whose "hi" is a word of other languages.
const PHRASE: f64 = 0.05;
const ENGLISH_PHRASE: f64 = 0.25;

/// Scale, fingerprints, then weights `[rows, classes]` in bytes.
pub(crate) fn train(
    group: &'static Group,
    words: &Path,
    corpus: &Corpus,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let lesson = Lesson::read(group, words, corpus)?;
    let table = lesson.table();
    let classes = group.languages.len() + 1;
    let mut linear = Linear::new((1 << group.bits) + LONGEST, classes);
    let mut random = Random(11);
    let mut rows = Vec::new();
    let steps = (STEPS * classes).max(LEAST_STEPS);
    for step in 0..steps {
        let class = if random.unit() < GIBBERISH {
            0
        } else {
            1 + random.below(classes - 1)
        };
        lesson.rows(&table, &lesson.text(class, &mut random), &mut rows);
        if !rows.is_empty() {
            linear.learn(&rows, class, RATE * (1.0 - step as f32 / steps as f32));
        }
    }
    let unit = linear.round();
    let sharpness = lesson.sharpness(&table, &mut linear, &corpus.calibration);
    println!("{:?}: sharpness {sharpness}", group.script);
    let mut packed = (unit * sharpness).to_le_bytes().to_vec();
    packed.extend(&table.fingerprints);
    packed.extend(linear.bytes(unit, group.width()));
    Ok(packed)
}

/// The letters of a keyboard, row by row.
const KEYS: &[u8] = b"qwertyuiopasdfghjklzxcvbnm";

/// What the languages of a group are learned from.
struct Lesson<'a> {
    group: &'static Group,
    /// Drawn words, by language.
    words: Vec<Vec<String>>,
    /// Real sentences, by language.
    sentences: Vec<Vec<&'a str>>,
    /// What is said in a word or two, by language.
    phrases: Vec<Vec<&'static str>>,
    /// What gibberish is made of.
    letters: Vec<char>,
}

impl<'a> Lesson<'a> {
    fn read(
        group: &'static Group,
        words: &Path,
        corpus: &'a Corpus,
    ) -> Result<Self, Box<dyn Error>> {
        let mut lesson = Self {
            group,
            words: Vec::new(),
            sentences: Vec::new(),
            phrases: Vec::new(),
            letters: Vec::new(),
        };
        for language in group.languages {
            let text = std::fs::read_to_string(words.join(language))?;
            lesson
                .words
                .push(text.split_whitespace().map(str::to_owned).collect());
            let own = corpus.sentences.iter().filter(|(one, _)| one == language);
            lesson
                .sentences
                .push(own.map(|(_, text)| text.as_str()).collect());
            if *language == "en" {
                let more = corpus
                    .english
                    .iter()
                    .chain(&corpus.technical)
                    .map(String::as_str);
                lesson
                    .sentences
                    .last_mut()
                    .expect("just pushed")
                    .extend(more);
            }
            let phrases = PHRASES.iter().filter(|(one, _)| one == language);
            lesson.phrases.push(
                phrases
                    .flat_map(|(_, phrases)| phrases.split('|'))
                    .collect(),
            );
        }
        let sample = lesson
            .words
            .iter()
            .flat_map(|words| &words[..2000])
            .flat_map(|word| word.chars());
        let mut letters: Vec<char> = sample
            .filter(|letter| Script::of(*letter) == group.script)
            .collect();
        if group.script == Script::Latin {
            letters = ('a'..='z').collect();
        }
        lesson.letters = letters;
        Ok(lesson)
    }

    fn table(&self) -> Table {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        let mut count = |text: &str, times: u32| {
            Words::new().read(text, |script, word| {
                if script == self.group.script {
                    grams(word, |gram| *counts.entry(gram.hash).or_default() += times);
                }
            });
        };
        for word in self.words.iter().flat_map(|words| &words[..COUNTED]) {
            count(word, 1);
        }
        for sentence in self
            .sentences
            .iter()
            .flat_map(|sentences| sentences.iter().take(100))
        {
            count(sentence, LEAST / 2);
        }
        counts.retain(|_, count| *count >= LEAST);
        Table::new(self.group.bits, counts)
    }

    fn rows(&self, table: &Table, text: &str, rows: &mut Vec<u32>) {
        rows.clear();
        Words::new().read(text, |script, word| {
            if script == self.group.script {
                grams(word, |gram| rows.push(table.row(gram) as u32));
            }
        });
    }

    /// A text of 1 to 25 words.
    fn text(&self, class: usize, random: &mut Random) -> String {
        let count = match random.below(4) {
            0 => 1 + random.below(3),
            1 => 4 + random.below(5),
            _ => 9 + random.below(17),
        };
        let Some(language) = class.checked_sub(1) else {
            return self.gibberish(count, random);
        };
        let phrase = if self.group.languages[language] == "en" {
            ENGLISH_PHRASE
        } else {
            PHRASE
        };
        if !self.phrases[language].is_empty() && random.unit() < phrase {
            return (*random.pick(&self.phrases[language])).to_owned();
        }
        // The drawn words of Devanagari lack their vowel signs.
        let real = if self.group.script == Script::Devanagari {
            0.9
        } else {
            0.2
        };
        if random.unit() < real {
            let words: Vec<&str> = random
                .pick(&self.sentences[language])
                .split_whitespace()
                .collect();
            let start = random.below(words.len()) * random.below(2);
            return words[start..(start + count).min(words.len())].join(" ");
        }
        let words = &self.words[language];
        let start = random.below(words.len() - count);
        words[start..start + count].join(" ")
    }

    /// Letters at random, a few of them over and over, or neighbours on a keyboard.
    fn gibberish(&self, count: usize, random: &mut Random) -> String {
        let longest = if random.below(3) == 0 { 14 } else { 8 };
        let kind = random.below(8);
        let mut text = String::new();
        for _ in 0..count {
            let length = 2 + random.below(longest);
            let start = random.below(self.letters.len());
            for index in 0..length {
                text.push(match kind {
                    0 => self.letters[(start + index % 2) % self.letters.len()],
                    1 => self.letters[start],
                    2 | 3 if self.group.script == Script::Latin => {
                        char::from(KEYS[(start + index) % KEYS.len()])
                    }
                    _ => *random.pick(&self.letters),
                });
            }
            text.push(' ');
        }
        text
    }

    /// What the logits are multiplied by so that probabilities are right on real sentences and their beginnings: the factor of
    /// least loss (Guo et al. 2017, temperature scaling).
    fn sharpness(
        &self,
        table: &Table,
        linear: &mut Linear,
        calibration: &[(String, String)],
    ) -> f32 {
        let mut rows = Vec::new();
        let mut seen: Vec<(usize, Vec<f32>)> = Vec::new();
        for (language, text) in calibration {
            let Some(class) = self.group.languages.iter().position(|one| one == language) else {
                continue;
            };
            for words in [1, 2, 4, 8, 100] {
                let start: Vec<&str> = text.split_whitespace().take(words).collect();
                self.rows(table, &start.join(" "), &mut rows);
                seen.push((class + 1, linear.logits(&rows).to_vec()));
            }
        }
        let loss = |factor: f32| -> f32 {
            let losses = seen.iter().map(|(class, logits)| {
                let mut scaled: Vec<f32> = logits.iter().map(|logit| logit * factor).collect();
                softmax(&mut scaled);
                -scaled[*class].max(1e-9).ln()
            });
            losses.sum()
        };
        let factors = (4..40).map(|step| step as f32 / 20.0);
        factors
            .min_by(|one, other| loss(*one).total_cmp(&loss(*other)))
            .unwrap_or(1.0)
    }
}
