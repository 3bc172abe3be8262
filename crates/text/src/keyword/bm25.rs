//! BM25 of a text against the keywords of each rule, as documents: which keywords a text is about, whatever order its words have.
//!
//! Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", section 3.4, with the inverse document
//! frequency that Lucene keeps above 0: ln(1 + (N - n + 0.5) / (n + 0.5)).

use std::collections::HashMap;

use signalbox_base::{Code, Error, Result};

use super::fold::{Folded, fold};
use super::method::Method;
use super::mixing::RuleMap;
use super::rule::{KeywordRule, keywords};
use super::sink::Sink;
use super::stem::stem;
use super::tokens::{Token, tokens};

/// How soon a word that is repeated in a keyword stops counting more.
const K1: f64 = 1.2;

/// How much long keywords pay for their length.
const B: f64 = 0.75;

/// English words that say nothing of what a text is about.
const STOP_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how",
    "i", "if", "in", "into", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our",
    "s", "she", "should", "so", "t", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "to", "us", "was", "we", "were", "what", "when", "where", "which",
    "who", "why", "will", "with", "would", "you", "your",
];

/// A keyword as a document.
#[derive(Debug)]
struct Document {
    slot: usize,
    threshold: f64,
    /// The score of a text that holds all its terms.
    best: f64,
}

/// All keywords of BM25 rules.
#[derive(Debug, Default)]
pub(super) struct Bm25 {
    documents: Vec<Document>,
    terms: RuleMap<String, usize>,
    /// By term: the documents that have it, and what it adds to their scores.
    weights: Vec<Vec<(usize, f64)>>,
}

/// The terms of a keyword, each with how often it occurs.
type Terms = HashMap<String, f64>;

impl Bm25 {
    /// Takes the keywords of the rules whose method is `Bm25`; case does not matter, whatever the rule says.
    ///
    /// # Errors
    /// A keyword that no text can bring to the threshold of its rule.
    pub(super) fn new(rules: &[KeywordRule]) -> Result<Self> {
        let mut all = Self::default();
        let mut of_rule: HashMap<usize, Vec<(usize, Terms)>> = HashMap::new();
        for (slot, rule, place) in keywords(rules) {
            if matches!(rules[rule].method, Method::Bm25 { .. }) {
                let terms = keyword_terms(&rules[rule].keywords[place]);
                of_rule.entry(rule).or_default().push((slot, terms));
            }
        }
        for (rule, definition) in rules.iter().enumerate() {
            if let (Method::Bm25 { threshold }, Some(documents)) =
                (definition.method, of_rule.get(&rule))
            {
                all.add(documents, threshold);
                let place = all.documents[all.documents.len() - documents.len()..]
                    .iter()
                    .position(|document| document.best < threshold);
                place.map_or(Ok(()), |place| {
                    Err(unreachable(definition, rule, place, threshold))
                })?;
            }
        }
        Ok(all)
    }

    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 keywords")]
    fn add(&mut self, documents: &[(usize, Terms)], threshold: f64) {
        let count = documents.len() as f64;
        let length = |terms: &Terms| terms.values().sum::<f64>();
        let mean = documents
            .iter()
            .map(|(_, terms)| length(terms))
            .sum::<f64>()
            / count;
        let mut holding: HashMap<&str, f64> = HashMap::new();
        for term in documents.iter().flat_map(|(_, terms)| terms.keys()) {
            *holding.entry(term).or_default() += 1.0;
        }
        for (slot, terms) in documents {
            let document = self.documents.len();
            let mut best = 0.0;
            for (term, times) in terms {
                let held = holding.get(term.as_str()).copied().unwrap_or(1.0);
                let rarity = (1.0 + (count - held + 0.5) / (held + 0.5)).ln();
                let damped = times + K1 * (1.0 - B + B * length(terms) / mean);
                let weight = rounded(rarity * times * (K1 + 1.0) / damped);
                best += weight;
                let next = self.weights.len();
                let place = *self.terms.entry(term.clone()).or_insert(next);
                if place == next {
                    self.weights.push(Vec::new());
                }
                self.weights[place].push((document, weight));
            }
            self.documents.push(Document {
                slot: *slot,
                threshold,
                best,
            });
        }
    }

    /// Which keywords score enough. Time: linear in the tokens, and in the keywords that share terms with them.
    pub(super) fn find<S: Sink>(&self, folded: &Folded<'_>, tokens: &[Token], sink: &mut S) {
        if self.documents.is_empty() {
            return;
        }
        let mut scores = vec![0.0; self.documents.len()];
        let mut seen = vec![false; self.weights.len()];
        self.each_term(folded, tokens, |term, _, _| {
            if !std::mem::replace(&mut seen[term], true) {
                for &(document, weight) in &self.weights[term] {
                    scores[document] += weight;
                }
            }
        });
        let enough = |document: usize| scores[document] >= self.documents[document].threshold;
        for (document, known) in self.documents.iter().enumerate() {
            if enough(document) {
                sink.found(known.slot, (scores[document] / known.best).min(1.0));
            }
        }
        if S::PLACES {
            self.each_term(folded, tokens, |term, begin, end| {
                for &(document, _) in &self.weights[term] {
                    if enough(document) {
                        sink.place(self.documents[document].slot, begin, end);
                    }
                }
            });
        }
    }

    /// Every occurrence of a known term: the term and its place.
    fn each_term(
        &self,
        folded: &Folded<'_>,
        tokens: &[Token],
        mut visit: impl FnMut(usize, usize, usize),
    ) {
        let text = folded.text();
        let mut before: Option<&Token> = None;
        let mut letters = Vec::new();
        for token in tokens {
            let word = &text[token.begin..token.end];
            if token.dense {
                if let Some(&term) = self.terms.get(word) {
                    visit(term, token.begin, token.end);
                }
                let pair = before.filter(|before| before.dense && before.end == token.begin);
                if let Some(pair) = pair
                    && let Some(&term) = self.terms.get(&text[pair.begin..token.end])
                {
                    visit(term, pair.begin, token.end);
                }
            } else if let Some(&term) = self.terms.get(stem(word, &mut letters)) {
                visit(term, token.begin, token.end);
            }
            before = Some(token);
        }
    }
}

/// A multiple of 2^-32: sums of such weights are exact, whatever the order of the words.
fn rounded(weight: f64) -> f64 {
    const PARTS: f64 = 4_294_967_296.0;
    (weight * PARTS).round().max(1.0) / PARTS
}

fn unreachable(rule: &KeywordRule, place: usize, keyword: usize, threshold: f64) -> Error {
    let at = rule.at(place, "keywords", keyword);
    let expected = format!("a keyword that can score the bm25Threshold {threshold}");
    let received = "one that scores less in every text: lower the threshold or add keywords";
    Error::new(Code::InvalidInput, at, expected, received)
}

/// The terms of a keyword: stems without stop words (unless it has nothing else), pairs of neighbouring characters in scripts
/// without spaces, a single one where it stands alone.
fn keyword_terms(keyword: &str) -> Terms {
    let folded: String = keyword.chars().map(fold).collect();
    let tokens = tokens(&folded);
    let word = |token: &Token| &folded[token.begin..token.end];
    let stopped = |token: &Token| STOP_WORDS.contains(&word(token));
    let keep_all = tokens.iter().all(stopped);
    let (mut terms, mut letters) = (Terms::new(), Vec::new());
    let beside = |one: Option<&Token>, other: &Token| {
        one.filter(|one| one.dense && (one.end == other.begin || other.end == one.begin))
            .copied()
    };
    for (at, token) in tokens.iter().enumerate() {
        let before = beside(at.checked_sub(1).and_then(|at| tokens.get(at)), token);
        let after = beside(tokens.get(at + 1), token);
        let term = match (token.dense, before, after) {
            (true, Some(before), _) => folded[before.begin..token.end].to_owned(),
            (true, None, None) => word(token).to_owned(),
            (false, ..) if keep_all || !stopped(token) => {
                stem(word(token), &mut letters).to_owned()
            }
            (true, None, Some(_)) | (false, ..) => continue,
        };
        *terms.entry(term).or_default() += 1.0;
    }
    terms
}
