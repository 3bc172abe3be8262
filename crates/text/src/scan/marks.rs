//! What the scanner does with what it recognises: marks count, controls change what counts.

use super::glyph::Quote;
use super::scanner::Scanner;
use crate::fast_path::Dimension;
use crate::lexicon::Concept;

/// "then" belongs to a "first" at most so many words before.
const SEQUENCE_REACH: u32 = 80;

impl Scanner<'_> {
    /// Counts a concept that begins at word `start`, unless it is negated or may turn out only mentioned.
    pub(super) fn mark(&mut self, concept: Concept, start: u32) {
        let dimension = concept.dimension();
        if dimension == Some(Dimension::NegationComplexity) {
            self.found.negations = self.found.negations.saturating_add(1);
        }
        let negated = dimension.is_some_and(is_negatable) && self.guard.negates(start);
        let mentioned =
            dimension == Some(Dimension::ReasoningMarkers) && self.guard.mentions(start);
        if negated && concept == Concept::Prove {
            self.clues.declined = true;
        }
        if negated || mentioned || self.found.concepts.contains(concept) {
            return;
        }
        if !self.guard.hold(concept, start) {
            self.release_quotation();
            self.insert(concept, start);
        }
    }

    fn insert(&mut self, concept: Concept, start: u32) {
        if self.found.concepts.insert(concept) && concept.dimension().is_some_and(is_negatable) {
            self.guard.remember(concept, start);
        }
    }

    /// A spelling that changes how others count; it begins at word `start` and ends at the current one.
    pub(super) fn control(&mut self, control: Concept, start: u32) {
        match control {
            Concept::Negation | Concept::NegationDense => {
                self.take_back(start + 1);
                self.guard
                    .negate(start, self.position, control == Concept::NegationDense);
            }
            Concept::Affirmation => self.guard.affirm(),
            Concept::TrailingNegation | Concept::TrailingNegationDense => {
                let dense = control == Concept::TrailingNegationDense;
                for taken in self.guard.negated_before(start, dense) {
                    self.clues.declined |= taken == Concept::Prove;
                    self.found.concepts.remove(taken);
                }
            }
            Concept::Mask => self.take_back(start),
            Concept::Mention => {
                let mentioned = self.guard.reasoning_taken_back(start);
                mentioned.for_each(|taken| self.found.concepts.remove(taken));
                self.clues.declined = true;
                self.guard.mention(self.position);
            }
            Concept::Quantity => self.clues.asks_quantity = true,
            Concept::Share => self.found.numbers = self.found.numbers.saturating_add(1),
            Concept::First => self.first = self.position,
            Concept::Ordinal => self.first = 0,
            Concept::Next => self.next = self.position,
            Concept::Then => self.sequence(self.first, Concept::FirstThen),
            Concept::After => self.sequence(self.next.max(self.first), Concept::AfterThat),
            _ => {}
        }
    }

    /// Forgets the fresh markers that begin at word `start` or later.
    pub(super) fn take_back(&mut self, start: u32) {
        for taken in self.guard.taken_back(start) {
            self.clues.declined |= taken == Concept::Prove;
            self.found.concepts.remove(taken);
        }
    }

    fn sequence(&mut self, begin: u32, concept: Concept) {
        if begin > 0 && self.position - begin <= SEQUENCE_REACH {
            self.insert(concept, self.position);
            self.insert(Concept::PlanFirstThen, self.position);
        }
    }

    /// A file name whose extension ends at byte `end`, perhaps with a line number after it.
    pub(super) fn file_name(&mut self, end: usize) {
        self.mark(Concept::FilePath, self.position);
        let line = self.bytes.get(end) == Some(&b':')
            && self.bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if line {
            self.mark(Concept::LineNumber, self.position);
        }
    }

    /// A quotation mark of that kind; `may_open` says whether it can begin a quotation where it stands.
    pub(super) fn quote(&mut self, kind: Quote, may_open: bool) {
        if self.guard.is_open(kind) {
            let short = self.guard.close_short(self.position, self.found.dense);
            if short && kind == Quote::Backtick {
                self.insert(Concept::InlineCode, self.position);
            }
            self.release_quotation();
        } else if may_open {
            self.release_quotation();
            self.guard.open(kind, self.position, self.found.dense);
        }
    }

    /// What a quotation held back counts: it is open no more, and was not short.
    #[inline]
    pub(super) fn release_quotation(&mut self) {
        self.guard.end_quotation();
        while let Some((concept, start)) = self.guard.take_held() {
            if !concept.is_control() {
                self.insert(concept, start);
            }
        }
    }
}

/// Whether a negation before a marker of this dimension keeps it from counting.
const fn is_negatable(dimension: Dimension) -> bool {
    !matches!(
        dimension,
        Dimension::ConstraintIndicators
            | Dimension::ReferenceComplexity
            | Dimension::NegationComplexity
    )
}
