//! The vocabularies whose tokens are counted exactly.

use std::sync::LazyLock;

use signalbox_base::{Code, Error, Result};

use super::classes::Classes;
use super::merge;
use super::split::{Pattern, Splitter};
use super::vocabulary::Vocabulary;

static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::new);
static CL100K: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::new(include_bytes!("../../data/cl100k_base.tokens")));
static O200K: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::new(include_bytes!("../../data/o200k_base.tokens")));

/// A vocabulary of byte pairs; its tables are built when it is first used (tens of milliseconds) and shared by the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `cl100k_base`: GPT-4 and GPT-3.5 Turbo.
    Cl100kBase,
    /// `o200k_base`: GPT-4o and later.
    O200kBase,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Cl100kBase, Self::O200kBase];

    /// The name it is published under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cl100kBase => "cl100k_base",
            Self::O200kBase => "o200k_base",
        }
    }

    /// The vocabulary published as `name`.
    ///
    /// # Errors
    /// `InvalidInput` for any other name.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| {
            let expected = Self::ALL.map(Self::name).join(" or ");
            Error::new(Code::InvalidInput, "encoding", expected, "another name")
        })
    }

    /// The number of tokens of `text`; what looks like a special token counts as the text it is. Time is linear in the text but
    /// for runs without a break, where it is n log n.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        let vocabulary = self.vocabulary();
        let mut count = 0;
        self.pieces(text, |piece| count += merge::count(vocabulary, piece));
        count
    }

    /// Hands every piece of `text`, in order, to `each`.
    pub(super) fn pieces(self, text: &str, mut each: impl FnMut(&[u8])) {
        let splitter = Splitter {
            classes: &CLASSES,
            text: text.as_bytes(),
            pattern: match self {
                Self::Cl100kBase => Pattern::Cl100k,
                Self::O200kBase => Pattern::O200k,
            },
        };
        let mut at = 0;
        while at < text.len() {
            let end = splitter.piece(at);
            each(&splitter.text[at..end]);
            at = end;
        }
    }

    /// Bytes of memory that the tables of this vocabulary take.
    #[must_use]
    pub fn resident_bytes(self) -> usize {
        self.vocabulary().resident_bytes()
    }

    /// The bytes of every token, by rank.
    pub fn tokens(self) -> impl Iterator<Item = &'static [u8]> {
        let vocabulary = self.vocabulary();
        (0..)
            .take(vocabulary.len())
            .map(|rank| vocabulary.token(rank))
    }

    fn vocabulary(self) -> &'static Vocabulary {
        match self {
            Self::Cl100kBase => &CL100K,
            Self::O200kBase => &O200K,
        }
    }
}
