//! All spellings as one automaton over words: Aho and Corasick (1975), with words in the place of letters.

use std::collections::{HashMap, VecDeque};

use super::concept::Concept;
use super::table::WordTable;
use crate::scan::Key;

/// A word of some spelling; `UNKNOWN` stands for every other word.
pub(crate) type Token = u16;

/// How much of which spellings has been read.
pub(crate) type State = u16;

/// A word that is in no spelling.
pub(crate) const UNKNOWN: Token = 0;

/// Nothing has been read.
pub(crate) const START: State = 0;

/// A spelling that ends in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// What it spells.
    pub(crate) concept: Concept,
    /// Of how many words (or CJK characters).
    pub(crate) length: u8,
    /// Whether it counts only where a clause begins.
    pub(crate) opening: bool,
}

/// What is known of a state.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// Where to go on from here: the longest suffix, perhaps all of it, that is a state with edges.
    resume: State,
    /// The same of proper suffixes.
    fail: State,
    /// Where its hits begin; shortest spelling first, so that a phrase has the last word on the words in it.
    begin: u16,
    /// How many there are.
    count: u8,
    /// Whether meeting it again changes nothing once all its concepts are found.
    once: bool,
}

/// The automaton.
#[derive(Debug)]
pub(crate) struct Automaton {
    words: WordTable,
    /// Where a word leads from the start, by token.
    first: Vec<State>,
    /// Where a word leads from elsewhere: open addressing over (state and token, next), a power of two long; next 0 is free.
    edges: Vec<(u32, State)>,
    states: Vec<Node>,
    /// The hits of all states, those of a state together.
    hits: Vec<Hit>,
    number: Token,
}

impl Automaton {
    /// The token of a folded word.
    #[inline]
    pub(crate) fn token(&self, key: Key) -> Token {
        self.words.get(key)
    }

    /// The token of a CJK character.
    #[inline]
    pub(crate) fn character(&self, character: u32) -> Token {
        self.words.character(character)
    }

    /// The token of any number.
    #[inline]
    pub(crate) const fn number(&self) -> Token {
        self.number
    }

    /// Reads one known word; `state` is where `resume` said to go on. Amortised constant time: every step along `fail` undoes
    /// an earlier step forwards.
    #[inline]
    pub(crate) fn step(&self, mut state: State, token: Token) -> State {
        while state != START {
            if let Some(next) = self.edge(state, token) {
                return next;
            }
            state = self.states[state as usize].fail;
        }
        self.first[token as usize]
    }

    /// Where to go on from a state.
    #[inline]
    pub(crate) fn resume(&self, state: State) -> State {
        self.states[state as usize].resume
    }

    /// The spellings that end here, shortest first.
    #[inline]
    pub(crate) fn hits(&self, state: State) -> &[Hit] {
        let node = &self.states[state as usize];
        let begin = usize::from(node.begin);
        &self.hits[begin..begin + usize::from(node.count)]
    }

    /// Whether the hits of this state, once found, say nothing new: none controls others, none counts each occurrence.
    #[inline]
    pub(crate) fn counts_once(&self, state: State) -> bool {
        self.states[state as usize].once
    }

    #[inline]
    fn edge(&self, state: State, token: Token) -> Option<State> {
        let by = joined(state, token);
        let mut at = slot(by, self.edges.len());
        loop {
            let (known, next) = self.edges[at];
            if next == START || known == by {
                return (next != START).then_some(next);
            }
            at = (at + 1) & (self.edges.len() - 1);
        }
    }
}

/// A state and a token as one number.
#[inline]
const fn joined(state: State, token: Token) -> u32 {
    (state as u32) << 16 | token as u32
}

/// Where the search for an edge begins.
#[inline]
const fn slot(by: u32, slots: usize) -> usize {
    let mixed = (by ^ (by >> 15)).wrapping_mul(0x9E37_79B9);
    (mixed ^ (mixed >> 15)) as usize & (slots - 1)
}

/// Collects spellings, then becomes an automaton.
#[derive(Debug, Default)]
pub(super) struct Builder {
    tokens: HashMap<Key, Token>,
    children: Vec<HashMap<Token, State>>,
    own: Vec<Vec<Hit>>,
}

impl Builder {
    /// Adds one spelling; `opening` when it counts only where a clause begins.
    pub(super) fn add(&mut self, spelling: &[Key], concept: Concept, opening: bool) {
        let Ok(length) = u8::try_from(spelling.len()) else {
            return;
        };
        if self.children.is_empty() {
            self.new_state();
        }
        let mut state = START;
        for key in spelling {
            let fresh = small(self.tokens.len() + 1);
            let token = *self.tokens.entry(*key).or_insert(fresh);
            state = match self.children[state as usize].get(&token) {
                Some(next) => *next,
                None => self.grow(state, token),
            };
        }
        let hit = Hit {
            concept,
            length,
            opening,
        };
        if state != START && !self.own[state as usize].contains(&hit) {
            self.own[state as usize].push(hit);
        }
    }

    fn new_state(&mut self) -> State {
        self.children.push(HashMap::new());
        self.own.push(Vec::new());
        small(self.children.len() - 1)
    }

    fn grow(&mut self, from: State, token: Token) -> State {
        let next = self.new_state();
        self.children[from as usize].insert(token, next);
        next
    }

    /// The automaton of everything that was added.
    pub(super) fn build(mut self) -> Automaton {
        if self.children.is_empty() {
            self.new_state();
        }
        let fail = self.fails();
        let mut first = vec![START; self.tokens.len() + 1];
        for (token, next) in &self.children[0] {
            first[*token as usize] = *next;
        }
        let mut resume = vec![START; self.children.len()];
        for state in self.nearest_first() {
            let state = state as usize;
            resume[state] = if self.children[state].is_empty() {
                resume[fail[state] as usize]
            } else {
                small(state)
            };
        }
        let (mut states, mut hits) = (Vec::new(), Vec::new());
        for (own, state) in self.own.iter_mut().zip(0..) {
            own.sort_by_key(|hit| (hit.length, hit.concept.is_control()));
            let fail: State = fail[state];
            states.push(Node {
                resume: resume[state],
                fail: resume[fail as usize],
                begin: small(hits.len()),
                count: u8::try_from(own.len()).expect("few spellings end alike"),
                once: own.iter().all(|hit| hit.concept.counts_once()),
            });
            hits.extend_from_slice(own);
        }
        let number = self.tokens.get(&Key::NUMBER).copied().unwrap_or(UNKNOWN);
        Automaton {
            words: WordTable::new(&self.tokens),
            first,
            edges: self.edges(),
            states,
            hits,
            number,
        }
    }

    /// Finds every state's longest proper suffix, nearest states first, and gives the state the hits of that suffix.
    fn fails(&mut self) -> Vec<State> {
        let mut fail = vec![START; self.children.len()];
        let mut queue: VecDeque<State> = self.children[0].values().copied().collect();
        while let Some(state) = queue.pop_front() {
            let inherited = self.own[fail[state as usize] as usize].clone();
            self.own[state as usize].extend(inherited);
            for (&token, &next) in &self.children[state as usize] {
                fail[next as usize] = self.suffix(fail[state as usize], token, &fail);
                queue.push_back(next);
            }
        }
        fail
    }

    fn suffix(&self, mut state: State, token: Token, fail: &[State]) -> State {
        loop {
            if let Some(next) = self.children[state as usize].get(&token) {
                return *next;
            }
            if state == START {
                return START;
            }
            state = fail[state as usize];
        }
    }

    /// Every state but the start, after the shorter ones.
    fn nearest_first(&self) -> Vec<State> {
        let mut order = vec![START];
        let mut at = 0;
        while let Some(state) = order.get(at) {
            order.extend(self.children[*state as usize].values());
            at += 1;
        }
        order.remove(0);
        order
    }

    fn edges(&self) -> Vec<(u32, State)> {
        let deeper = || {
            self.children
                .iter()
                .zip(0..)
                .skip(1)
                .flat_map(|(next, from)| {
                    next.iter()
                        .map(move |(token, to)| (joined(from, *token), *to))
                })
        };
        let mut edges = vec![(0, START); (deeper().count() * 4).next_power_of_two().max(4)];
        for edge in deeper() {
            let mut at = slot(edge.0, edges.len());
            while edges[at].1 != START {
                at = (at + 1) & (edges.len() - 1);
            }
            edges[at] = edge;
        }
        edges
    }
}

/// A token or state by its number. The word lists are a constant of the program: a test proves that they fit.
fn small(number: usize) -> u16 {
    u16::try_from(number).expect("the word lists have fewer than 65,536 words and states")
}
