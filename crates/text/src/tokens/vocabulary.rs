//! A vocabulary: the rank of every token, found by its bytes.

/// No token.
pub(super) const NONE: u32 = u32::MAX;

/// Bits of a slot that hold a rank; the rest hold a piece of the hash, so that most misses end without looking at bytes.
const RANK_BITS: u32 = 18;

/// A slot without a token.
const EMPTY: u32 = (1 << RANK_BITS) - 1;

/// Slots a token, at least: an open table this empty needs less than two looks a miss.
const SLOTS_A_TOKEN: usize = 2;

/// Tokens by their bytes, in an open table.
pub(super) struct Vocabulary {
    /// The bytes of all tokens, by rank.
    bytes: &'static [u8],
    /// Where each token begins in `bytes`, and where the last one ends.
    starts: Vec<u32>,
    /// Rank and a piece of the hash; `EMPTY` where there is none.
    slots: Vec<u32>,
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
        let mut vocabulary = Self {
            bytes,
            starts,
            slots: vec![EMPTY; (count * SLOTS_A_TOKEN).next_power_of_two()],
            longest: lengths.iter().copied().max().map_or(0, usize::from),
        };
        for rank in 0..u32::try_from(count).expect("it was read as a u32") {
            vocabulary.insert(rank);
        }
        vocabulary
    }

    /// Bytes of memory it takes, those of the binary included.
    pub(super) const fn resident_bytes(&self) -> usize {
        self.bytes.len() + (self.starts.len() + self.slots.len()) * size_of::<u32>()
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

    /// The rank of `token`, or `NONE`.
    #[inline]
    pub(super) fn rank(&self, token: &[u8]) -> u32 {
        if token.len() > self.longest {
            return NONE;
        }
        let (mut slot, tag) = self.place(token);
        loop {
            let held = self.slots[slot];
            if held == EMPTY {
                return NONE;
            }
            let rank = held & EMPTY;
            if held & !EMPTY == tag && self.token(rank) == token {
                return rank;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn insert(&mut self, rank: u32) {
        let (mut slot, tag) = self.place(self.token(rank));
        while self.slots[slot] != EMPTY {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = tag | rank;
    }

    /// The first slot of a token, and the piece of its hash that a slot holds. No tag is all ones, or a slot could look empty.
    #[inline]
    fn place(&self, token: &[u8]) -> (usize, u32) {
        let hash = hash(token);
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let (slot, tag) = (hash as usize & (self.slots.len() - 1), (hash >> 32) as u32);
        (slot, (tag & !EMPTY) & !(1 << 31))
    }
}

/// Mixes the bytes, eight at a time; the last word overlaps the one before it.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
    let length = bytes.len();
    let word = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word))
    };
    let half = |at: usize| {
        bytes[at..]
            .first_chunk()
            .map_or(0, |half| u64::from(u32::from_le_bytes(*half)))
    };
    let (first, last) = match length {
        0 => (0, 0),
        1..4 => (
            u64::from(bytes[0]) << 16 | u64::from(bytes[length / 2]) << 8,
            u64::from(bytes[length - 1]),
        ),
        4..8 => (half(0), half(length - 4)),
        _ => (word(0), word(length - 8)),
    };
    let mut state = mix(first ^ SEED, last ^ (length as u64).rotate_left(56));
    let mut at = 8;
    while at + 8 < length {
        state = mix(state ^ word(at), SEED);
        at += 8;
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
