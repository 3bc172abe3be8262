//! A vocabulary: the rank of every token, found by its bytes.

/// No token.
pub(super) const NONE: u32 = u32::MAX;

/// Tokens up to so many bytes are found by a number that holds them.
const SHORT: usize = size_of::<u64>();

/// Bits of a slot that hold a rank; the rest hold a piece of the hash, so that most misses end without looking at bytes.
const RANK_BITS: u32 = 18;

/// A slot without a token.
const EMPTY: u32 = (1 << RANK_BITS) - 1;

/// Slots of a table, over its tokens.
const ROOM: f64 = 1.5;

/// A token of up to eight bytes: those bytes, little endian, and length and rank in one number.
#[derive(Clone, Copy)]
struct ShortToken {
    bytes: u64,
    /// Length in the upper bits, then the rank; `NONE` where there is no token.
    rank: u32,
}

/// Tokens by their bytes, in open tables.
pub(super) struct Vocabulary {
    /// The bytes of all tokens, by rank.
    bytes: &'static [u8],
    /// Where each token begins in `bytes`, and where the last one ends.
    starts: Vec<u32>,
    /// The rank of every pair of bytes.
    pairs: Vec<u32>,
    short: Vec<ShortToken>,
    /// Of longer tokens: rank and a piece of the hash; `EMPTY` where there is none.
    long: Vec<u32>,
    longest: usize,
}

impl Vocabulary {
    /// Reads a packed vocabulary: how many tokens there are (u32, little endian), the length of each in a byte, by rank, then
    /// the bytes of all.
    pub(super) fn new(packed: &'static [u8]) -> Self {
        let (count, rest) = packed
            .split_first_chunk::<4>()
            .expect("a packed vocabulary begins with its size");
        let count = u32::from_le_bytes(*count) as usize;
        let (lengths, bytes) = rest.split_at(count);
        let mut starts = Vec::with_capacity(count + 1);
        let mut end = 0_u32;
        starts.push(end);
        for length in lengths {
            end += u32::from(*length);
            starts.push(end);
        }
        let short = lengths
            .iter()
            .filter(|length| usize::from(**length) <= SHORT)
            .count();
        let nothing = ShortToken {
            bytes: 0,
            rank: NONE,
        };
        let mut vocabulary = Self {
            bytes,
            starts,
            pairs: Vec::new(),
            short: vec![nothing; room(short)],
            long: vec![EMPTY; room(count - short)],
            longest: lengths.iter().copied().max().map_or(0, usize::from),
        };
        for rank in 0..u32::try_from(count).expect("it was read as a u32") {
            vocabulary.insert(rank);
        }
        let pairs = (0..=u16::MAX).map(|pair| vocabulary.rank(&pair.to_be_bytes()));
        vocabulary.pairs = pairs.collect();
        vocabulary
    }

    /// Bytes of memory it takes, those of the binary included.
    pub(super) const fn resident_bytes(&self) -> usize {
        let numbers = self.starts.len() + self.pairs.len() + self.long.len();
        self.bytes.len() + numbers * size_of::<u32>() + self.short.len() * size_of::<ShortToken>()
    }

    /// How many tokens there are.
    pub(super) const fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The bytes of a token.
    pub(super) fn token(&self, rank: u32) -> &'static [u8] {
        let rank = rank as usize;
        &self.bytes[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }

    /// The rank of two bytes, or `NONE`.
    #[inline]
    pub(super) fn pair(&self, first: u8, second: u8) -> u32 {
        self.pairs[usize::from(u16::from_be_bytes([first, second]))]
    }

    /// The rank of `token`, or `NONE`.
    #[inline]
    pub(super) fn rank(&self, token: &[u8]) -> u32 {
        if token.len() <= SHORT {
            return self.short_rank(token);
        }
        if token.len() > self.longest {
            return NONE;
        }
        let (mut slot, tag) = self.place(token);
        loop {
            let held = self.long[slot];
            if held == EMPTY {
                return NONE;
            }
            let rank = held & EMPTY;
            if held & !EMPTY == tag && self.token(rank) == token {
                return rank;
            }
            slot = (slot + 1) & (self.long.len() - 1);
        }
    }

    #[inline]
    fn short_rank(&self, token: &[u8]) -> u32 {
        let bytes = number(token);
        let mut slot = self.short_place(bytes, token.len());
        loop {
            let ShortToken { bytes: held, rank } = self.short[slot];
            if rank == NONE {
                return NONE;
            }
            if held == bytes && (rank >> RANK_BITS) as usize == token.len() {
                return rank & EMPTY;
            }
            slot = (slot + 1) & (self.short.len() - 1);
        }
    }

    fn insert(&mut self, rank: u32) {
        let token = self.token(rank);
        if token.len() <= SHORT {
            let bytes = number(token);
            let mut slot = self.short_place(bytes, token.len());
            while self.short[slot].rank != NONE {
                slot = (slot + 1) & (self.short.len() - 1);
            }
            let length = u32::try_from(token.len()).expect("at most eight");
            let rank = length << RANK_BITS | rank;
            self.short[slot] = ShortToken { bytes, rank };
            return;
        }
        let (mut slot, tag) = self.place(token);
        while self.long[slot] != EMPTY {
            slot = (slot + 1) & (self.long.len() - 1);
        }
        self.long[slot] = tag | rank;
    }

    /// The first slot of a short token.
    #[inline]
    fn short_place(&self, bytes: u64, length: usize) -> usize {
        let mixed = mix(
            bytes ^ (length as u64).rotate_left(59),
            0x9E37_79B9_7F4A_7C15,
        );
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let slot = mixed as usize & (self.short.len() - 1);
        slot
    }

    /// The first slot of a long token, and the piece of its hash that a slot holds. No tag is all ones, or a slot could look empty.
    #[inline]
    fn place(&self, token: &[u8]) -> (usize, u32) {
        let hash = hash(token);
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let (slot, tag) = (hash as usize & (self.long.len() - 1), (hash >> 32) as u32);
        (slot, (tag & !EMPTY) & !(1 << 31))
    }
}

/// Slots for so many tokens.
fn room(tokens: usize) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of tokens is far below 2^52"
    )]
    let slots = (tokens as f64 * ROOM) as usize;
    slots.max(1).next_power_of_two()
}

/// Up to eight bytes as a number, little endian.
#[inline]
fn number(bytes: &[u8]) -> u64 {
    let half = |at: usize| {
        u64::from(
            bytes[at..]
                .first_chunk()
                .map_or(0, |half| u32::from_le_bytes(*half)),
        )
    };
    let byte = |at: usize| u64::from(bytes[at]) << (8 * at);
    match bytes.len() {
        0 => 0,
        length @ 1..4 => byte(0) | byte(length / 2) | byte(length - 1),
        length @ 4..8 => half(0) | half(length - 4) << (8 * (length - 4)),
        _ => bytes
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word)),
    }
}

/// Mixes more than eight bytes, eight at a time; the last word overlaps the one before it.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    let length = bytes.len();
    let word = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word))
    };
    let last = word(length - SHORT) ^ (length as u64).rotate_left(56);
    let mut state = mix(word(0) ^ SEED, last);
    let mut at = SHORT;
    while at + SHORT < length {
        state = mix(state ^ word(at), SEED);
        at += SHORT;
    }
    state
}

/// The two halves of a product, folded.
#[inline]
fn mix(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right ^ 0xA076_1D64_78BD_642F);
    #[expect(clippy::cast_possible_truncation, reason = "the halves of the product")]
    let folded = product as u64 ^ (product >> 64) as u64;
    folded
}
