//! Remembers what heads said of strings, so that a long conversation pays for its newest string only (SPEC N17).

use std::sync::{Mutex, MutexGuard, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use lru::LruCache;
use sha2::{Digest, Sha256};
use signalbox_base::{Code, Error, Result};

use crate::{Heads, Item, Outcome, Outcomes};

/// What one entry costs beside its value, roughly: keys, list and table.
const ENTRY_BYTES: usize = 160;

/// By what a string is remembered: HMAC(tenant, model, adapter, SHA-256 of the string and its pair) under a key of this process. Nothing of
/// the string can be read from it, and no tenant can make it hit another's.
pub(crate) type Key = [u8; 32];

/// Answers by string and head; the least recently used go first.
pub struct Memo {
    secret: [u8; 32],
    most_bytes: usize,
    entries: Mutex<Entries>,
}

struct Entries {
    held: LruCache<(Key, usize), Outcome>,
    bytes: usize,
}

impl Memo {
    /// An empty memo of at most `most_bytes`.
    ///
    /// # Errors
    /// `Internal` when the system gives no randomness.
    pub fn new(most_bytes: usize) -> Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            Error::new(
                Code::Internal,
                "memo",
                "randomness from the system",
                error.to_string(),
            )
        })?;
        let entries = Entries {
            held: LruCache::unbounded(),
            bytes: 0,
        };
        Ok(Self {
            secret,
            most_bytes,
            entries: Mutex::new(entries),
        })
    }

    /// The key of an item that a model with this `number` answers for `tenant`.
    ///
    /// # Panics
    /// Never: a key of any length does.
    pub(crate) fn key(&self, tenant: &str, number: u64, item: &Item) -> Key {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(&Sha256::digest(tenant));
        mac.update(&number.to_le_bytes());
        mac.update(&item.adapter.map_or(u32::MAX, u32::from).to_le_bytes());
        mac.update(&Sha256::digest(&item.text));
        if let Some(pair) = &item.pair {
            mac.update(&Sha256::digest(pair));
        }
        mac.finalize().into_bytes().into()
    }

    /// What is remembered of those `heads`, in their order.
    pub(crate) fn recall(&self, key: &Key, heads: Heads) -> Outcomes {
        let mut entries = self.entries();
        let held = |head| {
            entries
                .held
                .get(&(*key, head))
                .map(|outcome| (head, outcome.clone()))
        };
        heads.places().filter_map(held).collect()
    }

    /// Remembers `outcomes`; what is greater than the whole memo is not.
    pub(crate) fn remember(&self, key: &Key, outcomes: &Outcomes) {
        let mut entries = self.entries();
        for (head, outcome) in outcomes {
            let bytes = ENTRY_BYTES + outcome.bytes();
            if bytes > self.most_bytes {
                continue;
            }
            if let Some(replaced) = entries.held.put((*key, *head), outcome.clone()) {
                entries.bytes -= ENTRY_BYTES + replaced.bytes();
            }
            entries.bytes += bytes;
            while entries.bytes > self.most_bytes {
                let Some((_, oldest)) = entries.held.pop_lru() else {
                    break;
                };
                entries.bytes -= ENTRY_BYTES + oldest.bytes();
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        let mut entries = self.entries();
        entries.held.clear();
        entries.bytes = 0;
    }

    /// Memory that its entries take, roughly.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries().bytes
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str, pair: Option<&str>, adapter: Option<u16>) -> Item {
        Item {
            text: text.to_owned(),
            pair: pair.map(str::to_owned),
            adapter,
            heads: Heads::none(),
        }
    }

    fn labels(numbers: &[f32]) -> Outcome {
        Outcome::Labels(numbers.to_vec())
    }

    #[test]
    fn what_differs_has_another_key() {
        let memo = Memo::new(1 << 20).expect("a memo");
        let keys = [
            memo.key("a", 0, &item("text", None, None)),
            memo.key("b", 0, &item("text", None, None)),
            memo.key("a", 1, &item("text", None, None)),
            memo.key("a", 0, &item("texts", None, None)),
            memo.key("a", 0, &item("text", Some(""), None)),
            memo.key("a", 0, &item("text", None, Some(0))),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "{at}");
        }
        assert_eq!(memo.key("a", 0, &item("text", None, None)), keys[0]);
        let other = Memo::new(1 << 20).expect("a memo");
        assert_ne!(other.key("a", 0, &item("text", None, None)), keys[0]);
    }

    #[test]
    fn heads_are_recalled_one_by_one() {
        let memo = Memo::new(1 << 20).expect("a memo");
        let key = memo.key("a", 0, &item("text", None, None));
        memo.remember(&key, &vec![(0, labels(&[1.0])), (2, labels(&[0.5, 0.5]))]);
        let found = memo.recall(&key, [0, 1, 2].into_iter().collect());
        assert_eq!(found, [(0, labels(&[1.0])), (2, labels(&[0.5, 0.5]))]);
        memo.clear();
        assert!(memo.recall(&key, Heads::none().with(0)).is_empty());
    }

    #[test]
    fn the_least_recently_used_goes_first_and_bytes_stay_bounded() {
        let one = ENTRY_BYTES + labels(&[0.0; 8]).bytes();
        let memo = Memo::new(3 * one).expect("a memo");
        let key = |text: &str| memo.key("a", 0, &item(text, None, None));
        let first = Heads::none().with(0);
        for text in ["a", "b", "c"] {
            memo.remember(&key(text), &vec![(0, labels(&[0.0; 8]))]);
        }
        assert_eq!(memo.recall(&key("a"), first).len(), 1);
        memo.remember(&key("d"), &vec![(0, labels(&[0.0; 8]))]);
        memo.remember(&key("d"), &vec![(0, labels(&[1.0; 8]))]);
        assert_eq!(memo.bytes(), 3 * one);
        let held: Vec<_> = ["a", "b", "c", "d"]
            .into_iter()
            .filter(|text| !memo.recall(&key(text), first).is_empty())
            .collect();
        assert_eq!(held, ["a", "c", "d"]);
        memo.remember(&key("e"), &vec![(0, labels(&[0.0; 4096]))]);
        assert!(
            memo.recall(&key("e"), first).is_empty(),
            "greater than the memo"
        );
    }
}
