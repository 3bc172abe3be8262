//! The fuzzy keywords of all rules: every word of a text against all their words at once, by shared remainders.

use std::collections::HashMap;
use std::ops::Range;

use signalbox_base::{Code, Error, Result};

use super::deletions::remainders;
use super::distance::distance;
use super::fold::{Folded, fold};
use super::method::Method;
use super::mixing::{Filter, RuleMap};
use super::rule::{KeywordRule, keywords};
use super::sink::Sink;
use super::tokens::{Token, tokens};

/// More distinct words than this would take hundreds of megabytes.
const MOST_WORDS: usize = 100_000;

/// A distinct word of fuzzy keywords.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Word {
    folded: Vec<char>,
    /// As written, when its case matters.
    cased: Option<Vec<char>>,
    edits: usize,
}

/// A fuzzy keyword.
#[derive(Debug)]
struct Phrase {
    slot: usize,
    /// Its words, by their places among the distinct ones.
    words: Vec<usize>,
    characters: usize,
}

/// All fuzzy keywords.
#[derive(Debug, Default)]
pub(super) struct Fuzzy {
    words: Vec<Word>,
    /// By remainder: where the words that have it stand in `sharing`.
    remainders: RuleMap<u64, Range<usize>>,
    sharing: Vec<usize>,
    filter: Filter,
    phrases: Vec<Phrase>,
    /// By word: the phrases that begin with it.
    openings: Vec<Vec<usize>>,
    most_edits: usize,
}

/// A phrase whose first words were found up to the token before this one.
#[derive(Clone, Copy, Debug)]
struct Started {
    phrase: usize,
    begin: usize,
    words: usize,
    edits: usize,
}

impl Fuzzy {
    /// Takes the keywords of the rules whose method is `Fuzzy`.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let (mut all, mut known) = (Self::default(), HashMap::new());
        for (slot, rule, place) in keywords(rules) {
            if let Method::Fuzzy { edits } = rules[rule].method {
                let keyword = &rules[rule].keywords[place];
                all.add(
                    slot,
                    words(keyword, edits, rules[rule].case_sensitive),
                    &mut known,
                );
            }
        }
        if all.words.len() > MOST_WORDS {
            let expected = format!("at most {MOST_WORDS} distinct words in fuzzy keywords");
            let received = all.words.len().to_string();
            return Err(Error::new(Code::InvalidInput, "rules", expected, received));
        }
        all.most_edits = all.words.iter().map(|word| word.edits).max().unwrap_or(0);
        all.index();
        Ok(all)
    }

    fn add(&mut self, slot: usize, words: Vec<Word>, known: &mut HashMap<Word, usize>) {
        let characters = words.iter().map(|word| word.folded.len()).sum();
        let words: Vec<usize> = words
            .into_iter()
            .map(|word| {
                *known.entry(word).or_insert_with_key(|word| {
                    self.words.push(word.clone());
                    self.openings.push(Vec::new());
                    self.words.len() - 1
                })
            })
            .collect();
        if let Some(&first) = words.first() {
            self.openings[first].push(self.phrases.len());
        }
        self.phrases.push(Phrase {
            slot,
            words,
            characters,
        });
    }

    /// Files every word under its remainders.
    fn index(&mut self) {
        let mut pairs = Vec::new();
        for (place, word) in self.words.iter().enumerate() {
            remainders(&word.folded, word.edits, |hash| pairs.push((hash, place)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut begin = 0;
        for group in pairs.chunk_by(|one, next| one.0 == next.0) {
            self.remainders
                .insert(group[0].0, begin..begin + group.len());
            begin += group.len();
        }
        self.filter = Filter::new(self.remainders.keys().copied());
        self.sharing = pairs.into_iter().map(|(_, place)| place).collect();
    }

    /// Which keywords occur. Time: linear in the tokens and in the words that resemble each.
    pub(super) fn find(&self, folded: &Folded<'_>, tokens: &[Token], sink: &mut impl Sink) {
        if self.phrases.is_empty() {
            return;
        }
        let (mut started, mut next) = (Vec::new(), Vec::new());
        let (mut alike, mut characters) = (Vec::new(), Vec::new());
        for token in tokens {
            self.resembling(folded, token, &mut characters, &mut alike);
            next.clear();
            if token.follows {
                for &open in &started {
                    self.go_on(open, &alike, token, &mut next, sink);
                }
            }
            for &(word, edits) in &alike {
                for &phrase in &self.openings[word] {
                    let open = Started {
                        phrase,
                        begin: token.begin,
                        words: 0,
                        edits: 0,
                    };
                    self.step(open, edits, token, &mut next, sink);
                }
            }
            std::mem::swap(&mut started, &mut next);
        }
    }

    fn go_on(
        &self,
        open: Started,
        alike: &[(usize, usize)],
        token: &Token,
        next: &mut Vec<Started>,
        sink: &mut impl Sink,
    ) {
        let wanted = self.phrases[open.phrase].words[open.words];
        if let Ok(at) = alike.binary_search_by_key(&wanted, |(word, _)| *word) {
            self.step(open, alike[at].1, token, next, sink);
        }
    }

    fn step(
        &self,
        open: Started,
        edits: usize,
        token: &Token,
        next: &mut Vec<Started>,
        sink: &mut impl Sink,
    ) {
        let phrase = &self.phrases[open.phrase];
        let open = Started {
            words: open.words + 1,
            edits: open.edits + edits,
            ..open
        };
        if open.words < phrase.words.len() {
            next.push(open);
            return;
        }
        sink.found(phrase.slot, unedited(open.edits, phrase.characters));
        sink.place(phrase.slot, open.begin, token.end);
    }

    /// The words that `token` resembles and their edits, in the order of words.
    fn resembling(
        &self,
        folded: &Folded<'_>,
        token: &Token,
        characters: &mut Vec<char>,
        alike: &mut Vec<(usize, usize)>,
    ) {
        alike.clear();
        characters.clear();
        characters.extend(folded.text()[token.begin..token.end].chars());
        let most = deletions(characters.len(), self.most_edits);
        remainders(characters, most, |hash| {
            if self.filter.may_have(hash)
                && let Some(sharing) = self.remainders.get(&hash)
            {
                let words = &self.sharing[sharing.clone()];
                alike.extend(words.iter().map(|&word| (word, 0)));
            }
        });
        if alike.is_empty() {
            return;
        }
        alike.sort_unstable();
        alike.dedup();
        let original: Vec<char> = folded.original(token.begin, token.end).chars().collect();
        alike.retain_mut(|(word, edits)| {
            let word = &self.words[*word];
            let found = match &word.cased {
                Some(cased) => distance(cased, &original, word.edits),
                None => distance(&word.folded, characters, word.edits),
            };
            *edits = found.unwrap_or_default();
            found.is_some()
        });
    }
}

/// The words of a keyword, with the edits each may have.
fn words(keyword: &str, most: usize, cased: bool) -> Vec<Word> {
    tokens(keyword)
        .into_iter()
        .map(|token| {
            let written: Vec<char> = keyword[token.begin..token.end].chars().collect();
            Word {
                folded: written.iter().copied().map(fold).collect(),
                edits: allowed(written.len()).min(most),
                cased: cased.then_some(written),
            }
        })
        .collect()
}

/// The edits that a word of so many characters may have: more would make it another word.
fn allowed(characters: usize) -> usize {
    match characters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// The letters that must be dropped from a text's word of so many characters to meet every word that may be that far away.
fn deletions(characters: usize, most: usize) -> usize {
    (1..=most)
        .rev()
        .find(|edits| allowed(characters + edits) >= *edits)
        .unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "a few characters")]
fn unedited(edits: usize, characters: usize) -> f64 {
    1.0 - edits as f64 / characters as f64
}
