//! What keeps a marker from counting: negations around it, and short quotations that only mention it.

use super::glyph::Quote;
use crate::fast_path::Dimension;
use crate::lexicon::Concept;

/// A negation reaches so many words.
const REACH_WORDS: u32 = 4;

/// A negation reaches so many CJK characters.
const REACH_CHARACTERS: u32 = 8;

/// A quotation of at most so many words only mentions them.
const MENTION_WORDS: u32 = 3;

/// A quotation of at most so many CJK characters only mentions them.
const MENTION_CHARACTERS: u32 = 8;

/// So many markers of an open quotation are held back; more make it a real quotation.
const HELD: usize = 12;

/// So many of the latest fresh markers can still be taken back.
const RECENT: usize = 8;

/// A marker and the position of its first word.
type Marker = (Concept, u32);

/// The state of the guard; positions count words and CJK characters from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    negated_from: u32,
    negated_until: u32,
    mentioned_until: u32,
    clause_begin: u32,
    recent: [Marker; RECENT],
    recent_next: usize,
    quote: Option<Open>,
    held: [Marker; HELD],
    held_count: usize,
}

/// An open quotation that may turn out short.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Quote,
    position: u32,
    dense: u64,
}

impl Guard {
    pub(super) const fn new() -> Self {
        let nothing = (Concept::Mask, 0);
        Self {
            negated_from: 0,
            negated_until: 0,
            mentioned_until: 0,
            clause_begin: 0,
            recent: [nothing; RECENT],
            recent_next: 0,
            quote: None,
            held: [nothing; HELD],
            held_count: 0,
        }
    }

    /// A clause ends after `position`, and with it what a negation reaches.
    #[inline]
    pub(super) const fn end_clause(&mut self, position: u32) {
        self.negated_until = 0;
        self.mentioned_until = 0;
        self.clause_begin = position + 1;
    }

    /// Whether the word at `position` is the first of its clause.
    pub(super) const fn begins_clause(&self, position: u32) -> bool {
        position <= self.clause_begin || position == 1
    }

    /// A negation begins at `start` and ends at `position`.
    pub(super) fn negate(&mut self, start: u32, position: u32, dense: bool) {
        self.negated_from = start;
        self.negated_until = position + if dense { REACH_CHARACTERS } else { REACH_WORDS };
    }

    /// A word is asked about up to `position`: what follows only mentions.
    pub(super) const fn mention(&mut self, position: u32) {
        self.mentioned_until = position + REACH_CHARACTERS;
    }

    /// Whether a marker that begins at `start` is only mentioned by a question about a word.
    pub(super) const fn mentions(&self, start: u32) -> bool {
        start <= self.mentioned_until
    }

    /// The last negation was none.
    pub(super) const fn affirm(&mut self) {
        self.negated_until = 0;
    }

    /// Whether a marker that begins at `start` is negated. A phrase that holds the negation itself is not.
    pub(super) const fn negates(&self, start: u32) -> bool {
        self.negated_from < start && start <= self.negated_until
    }

    /// Remembers a marker that was new, so that what follows can take it back.
    pub(super) const fn remember(&mut self, concept: Concept, start: u32) {
        self.recent[self.recent_next % RECENT] = (concept, start);
        self.recent_next += 1;
    }

    /// The fresh markers that a negation after them takes back: those of this clause within reach before `start`.
    pub(super) fn negated_before(
        &mut self,
        start: u32,
        dense: bool,
    ) -> impl Iterator<Item = Concept> {
        let reach = if dense { REACH_CHARACTERS } else { REACH_WORDS };
        self.taken_back(start.saturating_sub(reach).max(self.clause_begin))
    }

    /// The fresh markers that begin at `start` or later: a phrase that means something else takes them back.
    pub(super) fn taken_back(&mut self, start: u32) -> impl Iterator<Item = Concept> {
        self.taken_back_if(start, |concept| !concept.is_control())
    }

    /// The same of markers of reasoning alone.
    pub(super) fn reasoning_taken_back(&mut self, start: u32) -> impl Iterator<Item = Concept> {
        self.taken_back_if(start, |concept| {
            concept.dimension() == Some(Dimension::ReasoningMarkers)
        })
    }

    fn taken_back_if(
        &mut self,
        start: u32,
        such: impl Fn(Concept) -> bool,
    ) -> impl Iterator<Item = Concept> {
        for held in &mut self.held[..self.held_count] {
            if held.1 >= start && such(held.0) {
                held.0 = Concept::Mask;
            }
        }
        self.recent
            .iter_mut()
            .filter(move |marker| marker.1 >= start && such(marker.0))
            .map(|marker| {
                let concept = marker.0;
                marker.0 = Concept::Mask;
                concept
            })
    }

    /// Whether a quotation of this kind is open.
    pub(super) fn is_open(&self, kind: Quote) -> bool {
        self.quote.is_some_and(|open| open.kind == kind)
    }

    /// A quotation opens after `position`; `dense` is how many CJK characters came before.
    pub(super) const fn open(&mut self, kind: Quote, position: u32, dense: u64) {
        self.quote = Some(Open {
            kind,
            position,
            dense,
        });
    }

    /// Holds a marker back while a quotation is open; false when there is no room left or none is open.
    pub(super) const fn hold(&mut self, concept: Concept, start: u32) -> bool {
        if self.quote.is_none() || self.held_count == HELD {
            return false;
        }
        self.held[self.held_count] = (concept, start);
        self.held_count += 1;
        true
    }

    /// The quotation closes at `position`: true when it was short, and then what was held back is forgotten.
    pub(super) fn close_short(&mut self, position: u32, dense: u64) -> bool {
        let Some(open) = self.quote else { return false };
        let characters = u32::try_from(dense - open.dense).unwrap_or(u32::MAX);
        let words = (position - open.position).saturating_sub(characters);
        if words > MENTION_WORDS || characters > MENTION_CHARACTERS {
            return false;
        }
        self.quote = None;
        self.held_count = 0;
        true
    }

    /// Ends the quotation, if any.
    #[inline]
    pub(super) const fn end_quotation(&mut self) {
        self.quote = None;
    }

    /// Takes one of the markers held back by a quotation that ended: it counts after all.
    #[inline]
    pub(super) const fn take_held(&mut self) -> Option<Marker> {
        if self.held_count == 0 {
            return None;
        }
        self.held_count -= 1;
        Some(self.held[self.held_count])
    }
}
