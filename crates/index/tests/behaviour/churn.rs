//! Threads that insert, delete, let expire and search at once, each against its own model of the truth. `SIGNALBOX_SOAK_SECONDS` makes it long.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signalbox_index::{Insertion, Query, VectorIndex};

use super::vectors::Random;
use super::{exact, index, recall, search};

const THREADS: usize = 8;
const OPERATIONS: usize = 900;
const IDS_A_THREAD: usize = 700;
const CENTRES: usize = 40;
/// Least mean recall@10 at rest, and least share of own vectors found again right after they were inserted.
const LEAST_RECALL: f64 = 0.95;

struct Known {
    vector: Vec<f32>,
    version: u64,
    expires: Option<u64>,
}

/// What one thread knows of its own ids, which nobody else touches.
struct Writer {
    number: usize,
    random: Random,
    known: HashMap<String, Known>,
    version: u64,
    found_again: (usize, usize),
}

impl Writer {
    fn step(&mut self, index: &VectorIndex, clock: &AtomicU64, centres: &[Vec<f32>]) {
        let id = format!("{}-{}", self.number, self.random.below(IDS_A_THREAD));
        let now = clock.fetch_add(1, Ordering::SeqCst) + 1;
        match self.random.below(10) {
            0..=4 => self.insert(index, id, now, centres),
            5 | 6 => self.delete(index, &id, now, clock),
            _ => {
                let query = self.random.near(centres);
                self.check(index, &query, now);
            }
        }
    }

    fn insert(&mut self, index: &VectorIndex, id: String, now: u64, centres: &[Vec<f32>]) {
        self.version += 1;
        let vector = self.random.near(centres);
        let expires = (self.random.below(3) == 0).then(|| now + 1 + self.random.below(4000) as u64);
        let metadata = format!(r#"{{"version":{}}}"#, self.version);
        let insertion = Insertion {
            id: &id,
            vector: &vector,
            expires,
            metadata: Some(&metadata),
        };
        index.insert(&insertion, now).expect("a good vector");
        let again = search(index, &vector, 3, None, now);
        self.found_again.1 += 1;
        self.found_again.0 += usize::from(again.iter().any(|(found, _)| *found == id));
        self.known.insert(
            id,
            Known {
                vector,
                version: self.version,
                expires,
            },
        );
    }

    /// What expired at the time of another thread, whose clock is ahead, may be gone already.
    fn delete(&mut self, index: &VectorIndex, id: &str, now: u64, clock: &AtomicU64) {
        let was_there = index.delete(id, now);
        let latest = clock.load(Ordering::SeqCst);
        let ends = self
            .known
            .remove(id)
            .map(|known| known.expires.unwrap_or(u64::MAX));
        match ends {
            Some(end) if end > latest => assert!(was_there, "{id} was lost"),
            Some(end) if end > now => {}
            _ => assert!(!was_there, "{id} came back"),
        }
    }

    /// Every hit of an own id is what this thread stored last, and alive.
    fn check(&self, index: &VectorIndex, query: &[f32], now: u64) {
        let own = format!("{}-", self.number);
        let query = Query {
            vector: query,
            k: 10,
            ef: None,
            filter: None,
        };
        let searched = index.search(&query, now, |hit| {
            if !hit.id.starts_with(&own) {
                return;
            }
            let known = self
                .known
                .get(hit.id)
                .unwrap_or_else(|| panic!("{} was deleted", hit.id));
            assert!(
                known.expires.is_none_or(|end| end > now),
                "{} expired",
                hit.id
            );
            assert_eq!(
                hit.metadata,
                Some(&*format!(r#"{{"version":{}}}"#, known.version)),
                "{}",
                hit.id
            );
            let exactly = super::cosine(&known.vector, query.vector);
            assert!(
                (f64::from(hit.similarity) - exactly).abs() < 1e-5,
                "{}",
                hit.id
            );
        });
        searched.expect("a good query");
    }
}

#[test]
fn threads_never_see_what_is_gone() {
    let seconds = std::env::var("SIGNALBOX_SOAK_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (index, clock) = (index(), AtomicU64::new(1));
    let mut random = Random(99);
    let centres: Vec<Vec<f32>> = (0..CENTRES).map(|_| random.vector()).collect();
    let mut writers: Vec<Writer> = (0..THREADS)
        .map(|number| Writer {
            number,
            random: Random(1000 + number as u64),
            known: HashMap::new(),
            version: 0,
            found_again: (0, 0),
        })
        .collect();
    let mut rounds = 0;
    while rounds < 3 || end.is_some_and(|end| Instant::now() < end) {
        rounds += 1;
        std::thread::scope(|scope| {
            for writer in &mut writers {
                let (index, clock, centres) = (&index, &clock, &centres);
                scope.spawn(move || {
                    for _ in 0..OPERATIONS {
                        writer.step(index, clock, centres);
                    }
                });
            }
        });
        at_rest(&index, &writers, clock.load(Ordering::SeqCst), &centres);
    }
}

/// Between rounds nobody writes: the whole truth is known.
fn at_rest(index: &VectorIndex, writers: &[Writer], now: u64, centres: &[Vec<f32>]) {
    let alive = || {
        let all = writers.iter().flat_map(|writer| &writer.known);
        all.filter(|(_, known)| known.expires.is_none_or(|end| end > now))
            .map(|(id, known)| (&**id, &*known.vector))
    };
    assert_eq!(index.size(now), alive().count());
    let mut random = Random(now);
    let mut sum = 0.0;
    for _ in 0..40 {
        let query = random.near(centres);
        sum += recall(
            &search(index, &query, 10, None, now),
            &exact(alive(), &query, 10),
        );
    }
    assert!(sum / 40.0 >= LEAST_RECALL, "recall {}", sum / 40.0);
    let (found, inserted) = writers.iter().fold((0, 0), |sum, writer| {
        (sum.0 + writer.found_again.0, sum.1 + writer.found_again.1)
    });
    assert!(
        found as f64 >= LEAST_RECALL * inserted as f64,
        "{found} of {inserted} found again"
    );
}
