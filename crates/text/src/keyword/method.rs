//! How the keywords of a rule are looked for, and what its thresholds may be.

use signalbox_base::{Code, Error, Result};

/// The longest n-gram: so many characters of 21 bits fit one integer.
const MOST_ARITY: usize = 6;

/// More edits than this make words of another meaning, and every search slow.
const MOST_EDITS: usize = 2;

/// How the keywords of a rule are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// As written, whole words in scripts that put spaces between them.
    Exact,
    /// Word by word, each with typing errors: a letter added, dropped, replaced, or two neighbours swapped (the optimal string
    /// alignment distance). A word of 4 to 7 characters may have one such edit, a longer one two, a shorter one none.
    Fuzzy {
        /// The most edits of any word, 0 to 2, however long.
        edits: usize,
    },
    /// BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", section 3.4) of the text against the rule's
    /// keywords as the documents, over English stems, without stop words.
    Bm25 {
        /// The least score that counts, above 0. Scores have no upper bound.
        threshold: f64,
    },
    /// Jaccard similarity of the character n-grams of a keyword and of as many words of the text as it has.
    Ngram {
        /// The least similarity that counts, above 0, at most 1.
        threshold: f64,
        /// Characters in an n-gram, 1 to 6.
        arity: usize,
    },
}

impl Method {
    /// BM25 scores from here on count when nothing else is said.
    pub const BM25_THRESHOLD: f64 = 0.1;
    /// Similarities from here on count when nothing else is said.
    pub const NGRAM_THRESHOLD: f64 = 0.4;
    /// Characters in an n-gram when nothing else is said.
    pub const NGRAM_ARITY: usize = 3;
    /// The most edits of a word when nothing else is said.
    pub const FUZZY_EDITS: usize = MOST_EDITS;

    /// Checks the thresholds; `at` names the rule.
    pub(super) fn check(&self, at: &str) -> Result<()> {
        let refuse = |part: &str, expected: String, received: String| {
            let at = format!("{at} {part}");
            Err(Error::new(Code::InvalidInput, at, expected, received))
        };
        match *self {
            Self::Fuzzy { edits } if edits > MOST_EDITS => refuse(
                "fuzzyThreshold",
                format!("0 to {MOST_EDITS} edits"),
                edits.to_string(),
            ),
            Self::Bm25 { threshold } if !(threshold > 0.0 && threshold.is_finite()) => refuse(
                "bm25Threshold",
                "a number above 0".to_owned(),
                threshold.to_string(),
            ),
            Self::Ngram { threshold, .. } if !(threshold > 0.0 && threshold <= 1.0) => refuse(
                "ngramThreshold",
                "a number above 0 and at most 1".to_owned(),
                threshold.to_string(),
            ),
            Self::Ngram { arity, .. } if !(1..=MOST_ARITY).contains(&arity) => refuse(
                "ngramArity",
                format!("1 to {MOST_ARITY} characters"),
                arity.to_string(),
            ),
            _ => Ok(()),
        }
    }
}
