//! Character n-grams: keywords that look like a stretch of the text, by the share of n-grams that both have.
//!
//! The similarity is Jaccard's over multisets of n-grams, ends padded. Of a keyword only its rarest n-grams are filed: a
//! stretch that is similar enough must hold one of them (prefix filtering: Chaudhuri, Ganti, Kaushik 2006, "A Primitive
//! Operator for Similarity Joins in Data Cleaning", section 4.2).

use std::collections::HashMap;

use super::fold::{Folded, fold};
use super::method::Method;
use super::mixing::{Filter, RuleMap};
use super::rule::{KeywordRule, keywords};
use super::sink::Sink;
use super::tokens::{Token, tokens};

/// The bits of a character.
const CHARACTER_BITS: usize = 21;

/// What stands before and after a stretch.
const PAD: char = '\u{2}';

/// A keyword as its n-grams.
#[derive(Debug)]
struct Keyword {
    slot: usize,
    threshold: f64,
    /// By rank, ascending, repeated ones repeated.
    grams: Vec<usize>,
}

/// The keywords of one arity, one number of tokens and one care for case.
#[derive(Debug)]
struct Group {
    arity: usize,
    width: usize,
    cased: bool,
    keywords: Vec<Keyword>,
    /// The rank of every n-gram of the keywords: the rarer the smaller.
    ranks: RuleMap<u128, usize>,
    /// By rank: the keywords among whose rarest n-grams it is.
    filed: Vec<Vec<usize>>,
    filter: Filter,
    /// What a stretch must be within to resemble any keyword.
    least_threshold: f64,
    fewest: usize,
    most: usize,
}

/// All n-gram keywords.
#[derive(Debug)]
pub(super) struct Ngrams(Vec<Group>);

/// A keyword before ranks are known: slot, threshold, n-grams.
type Draft = (usize, f64, Vec<u128>);

impl Ngrams {
    /// Takes the keywords of the rules whose method is `Ngram`.
    pub(super) fn new(rules: &[KeywordRule]) -> Self {
        let mut drafts: HashMap<(usize, usize, bool), Vec<Draft>> = HashMap::new();
        for (slot, rule, place) in keywords(rules) {
            let definition = &rules[rule];
            if let Method::Ngram { threshold, arity } = definition.method {
                let cased = definition.case_sensitive;
                let written = definition.keywords[place].chars();
                let keyword: String = if cased {
                    written.collect()
                } else {
                    written.map(fold).collect()
                };
                let tokens = tokens(&keyword);
                let mut grams = Vec::new();
                grams_of(&keyword, &tokens, arity, |gram| grams.push(gram));
                let group = drafts.entry((arity, tokens.len(), cased)).or_default();
                group.push((slot, threshold, grams));
            }
        }
        let mut drafts: Vec<_> = drafts.into_iter().collect();
        drafts.sort_unstable_by_key(|(key, _)| *key);
        Self(
            drafts
                .into_iter()
                .map(|(key, drafts)| Group::new(key, drafts))
                .collect(),
        )
    }

    /// Which keywords some stretch of the text resembles. Time: linear in the text for each number of words that keywords have,
    /// and in the keywords that share a rare n-gram with a stretch.
    pub(super) fn find(&self, folded: &Folded<'_>, tokens: &[Token], sink: &mut impl Sink) {
        for group in &self.0 {
            group.find(folded, tokens, sink);
        }
    }
}

impl Group {
    fn new((arity, width, cased): (usize, usize, bool), drafts: Vec<Draft>) -> Self {
        let mut times: HashMap<u128, usize> = HashMap::new();
        for gram in drafts.iter().flat_map(|(_, _, grams)| grams) {
            *times.entry(*gram).or_default() += 1;
        }
        let mut order: Vec<(usize, u128)> = times
            .into_iter()
            .map(|(gram, times)| (times, gram))
            .collect();
        order.sort_unstable();
        let ranks: RuleMap<u128, usize> = order
            .iter()
            .enumerate()
            .map(|(rank, (_, gram))| (*gram, rank))
            .collect();
        let mut filed = vec![Vec::new(); ranks.len()];
        let mut keywords = Vec::new();
        for (slot, threshold, grams) in drafts {
            let mut grams: Vec<usize> = grams.iter().map(|gram| ranks[gram]).collect();
            grams.sort_unstable();
            let rarest = grams.len() + 1 - least(threshold, grams.len());
            for &gram in &grams[..rarest] {
                let list: &mut Vec<usize> = &mut filed[gram];
                if list.last() != Some(&keywords.len()) {
                    list.push(keywords.len());
                }
            }
            keywords.push(Keyword {
                slot,
                threshold,
                grams,
            });
        }
        let least_threshold = keywords.iter().map(|one| one.threshold).fold(1.0, f64::min);
        let counts = || keywords.iter().map(|one| one.grams.len());
        Self {
            filter: Filter::new(ranks.keys().map(|gram| half(*gram))),
            fewest: counts().min().unwrap_or_default(),
            most: counts().max().unwrap_or_default(),
            arity,
            width,
            cased,
            keywords,
            ranks,
            filed,
            least_threshold,
        }
    }

    fn find(&self, folded: &Folded<'_>, tokens: &[Token], sink: &mut impl Sink) {
        let mut grams = Vec::new();
        let mut tried = vec![0; self.keywords.len()];
        for (stretch, window) in tokens.windows(self.width).enumerate() {
            if window[1..].iter().any(|token| !token.follows) {
                continue;
            }
            let count = self.arity - 1 + length(window);
            if self.most.min(count) < least(self.least_threshold, count.max(self.fewest)) {
                continue;
            }
            grams.clear();
            let take = |gram: u128| {
                if self.filter.may_have(half(gram)) {
                    grams.extend(self.ranks.get(&gram));
                }
            };
            if self.cased {
                let (begin, end) = (window[0].begin, window[window.len() - 1].end);
                let original = folded.original(begin, end);
                grams_of(original, &super::tokens::tokens(original), self.arity, take);
            } else {
                grams_of(folded.text(), window, self.arity, take);
            }
            if grams.len() < least(self.least_threshold, count) {
                continue;
            }
            grams.sort_unstable();
            let place = (window[0].begin, window[window.len() - 1].end);
            self.compare(
                &grams,
                count,
                |keyword| std::mem::replace(&mut tried[keyword], stretch + 1) != stretch + 1,
                place,
                sink,
            );
        }
    }

    /// Compares a stretch, of which `grams` are known and `count` there, with every keyword that `fresh` lets pass.
    fn compare(
        &self,
        grams: &[usize],
        count: usize,
        mut fresh: impl FnMut(usize) -> bool,
        place: (usize, usize),
        sink: &mut impl Sink,
    ) {
        for &gram in grams {
            for &candidate in &self.filed[gram] {
                let keyword = &self.keywords[candidate];
                let (less, more) = (
                    count.min(keyword.grams.len()),
                    count.max(keyword.grams.len()),
                );
                if less < least(keyword.threshold, more) || !fresh(candidate) {
                    continue;
                }
                let similarity = jaccard(shared(grams, &keyword.grams), count, keyword.grams.len());
                if similarity >= keyword.threshold {
                    sink.found(keyword.slot, similarity);
                    sink.place(keyword.slot, place.0, place.1);
                }
            }
        }
    }
}

/// The n-grams of tokens: words with one space between them, ends padded.
#[inline]
fn grams_of(text: &str, tokens: &[Token], arity: usize, mut take: impl FnMut(u128)) {
    let mask = (1_u128 << (arity * CHARACTER_BITS)) - 1;
    let mut gram = 0;
    let mut filled = 0;
    let mut push = |character: char| {
        gram = ((gram << CHARACTER_BITS) | u128::from(u32::from(character))) & mask;
        filled += 1;
        if filled >= arity {
            take(gram);
        }
    };
    (1..arity).for_each(|_| push(PAD));
    let mut before: Option<&Token> = None;
    for token in tokens {
        if before.is_some_and(|before| !before.dense || !token.dense) {
            push(' ');
        }
        text[token.begin..token.end].chars().for_each(&mut push);
        before = Some(token);
    }
    (1..arity).for_each(|_| push(PAD));
}

/// The characters of tokens with one space between words.
fn length(tokens: &[Token]) -> usize {
    let spaces = tokens
        .windows(2)
        .filter(|pair| !pair[0].dense || !pair[1].dense);
    tokens.iter().map(|token| token.characters).sum::<usize>() + spaces.count()
}

/// An n-gram as the filter takes it.
#[expect(clippy::cast_possible_truncation, reason = "the two halves, mixed")]
fn half(gram: u128) -> u64 {
    gram as u64 ^ ((gram >> 64) as u64).rotate_left(23)
}

/// How many n-grams two multisets share; both ascending.
fn shared(a: &[usize], b: &[usize]) -> usize {
    let (mut at, mut shared) = (0, 0);
    for gram in a {
        while b.get(at).is_some_and(|other| other < gram) {
            at += 1;
        }
        if b.get(at) == Some(gram) {
            at += 1;
            shared += 1;
        }
    }
    shared
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand n-grams")]
fn jaccard(shared: usize, one: usize, other: usize) -> f64 {
    shared as f64 / (one + other - shared) as f64
}

/// The least whole number that is at least `threshold` of `count`, at least 1. What rounding adds is taken off first, so that a
/// stretch at the very threshold is not lost.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and a few thousand"
)]
fn least(threshold: f64, count: usize) -> usize {
    ((threshold * count as f64 - 1e-9).ceil() as usize).max(1)
}
