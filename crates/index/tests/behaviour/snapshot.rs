//! Saving and loading: the same answers after, typed errors for anything else, whatever the bytes.

use std::fs;
use std::path::PathBuf;

use signalbox_base::Code;
use signalbox_index::{Insertion, VectorIndex};
use signalbox_simd::Kernels;

use super::vectors::{Random, clustered};
use super::{filtered, index, insert, search};

/// A folder of its own, removed at the end.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("signalbox-index-{name}-{}", std::process::id()));
        let _old = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn sample(count: usize) -> VectorIndex {
    let index = index();
    for (at, (id, vector)) in clustered(15, count, 20).iter().enumerate() {
        let metadata = format!(r#"{{"even":{}}}"#, at % 2 == 0);
        let expires = (at % 5 == 0).then_some(1000 + at as u64);
        let insertion = Insertion {
            id,
            vector,
            expires,
            metadata: (at % 3 != 0).then_some(&metadata),
        };
        index.insert(&insertion, 0).expect("good");
    }
    for at in (0..count).step_by(11) {
        index.delete(&at.to_string(), 0);
    }
    index
}

#[test]
fn what_was_saved_answers_the_same() {
    let folder = Folder::new("same");
    for count in [0, 1, 500, 1024, 1500, 4000] {
        let (before, path) = (sample(count), folder.0.join(format!("{count}.vectors")));
        before.save(&path).expect("saved");
        let after = VectorIndex::load(&path, Kernels::detect()).expect("loaded");
        assert_eq!(after.settings(), before.settings());
        for now in [0, 1100, 1_000_000] {
            assert_eq!(after.size(now), before.size(now), "{count}");
            let mut random = Random(16);
            for _ in 0..5 {
                let query = random.vector();
                assert_eq!(
                    search(&after, &query, 20, None, now),
                    search(&before, &query, 20, None, now),
                    "{count}"
                );
            }
        }
        let query = Random(17).vector();
        assert_eq!(
            filtered(&after, &query, 20, r#"{"even":true}"#),
            filtered(&before, &query, 20, r#"{"even":true}"#)
        );
        for (id, vector) in clustered(18, 3000, 20) {
            insert(&after, &format!("new-{id}"), &vector);
        }
        after.sweep();
        after
            .save(&path)
            .expect("saved over itself while it is mapped");
        let again = VectorIndex::load(&path, Kernels::detect()).expect("loaded");
        assert_eq!(again.size(0), after.size(0));
        assert_eq!(
            search(&again, &query, 20, None, 0),
            search(&after, &query, 20, None, 0)
        );
        assert_eq!(
            fs::read_dir(&folder.0).expect("a folder").count(),
            1,
            "nothing else is left"
        );
        fs::remove_file(&path).expect("it is there");
    }
}

#[test]
fn a_snapshot_is_of_one_moment() {
    let folder = Folder::new("moment");
    let (index, path) = (index(), folder.0.join("x"));
    let vectors = clustered(19, 6000, 30);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (id, vector) in &vectors {
                insert(&index, id, vector);
            }
        });
        for _ in 0..10 {
            index.save(&path).expect("saved");
            let after = VectorIndex::load(&path, Kernels::detect()).expect("loaded");
            let size = after.size(0);
            if let Some((id, vector)) = size.checked_sub(1).and_then(|last| vectors.get(last)) {
                assert_eq!(
                    &search(&after, vector, 1, Some(200), 0)[0].0,
                    id,
                    "the last of {size}"
                );
            }
        }
    });
}

#[test]
fn files_that_are_no_snapshot_are_typed_errors() {
    let folder = Folder::new("none");
    let path = folder.0.join("x");
    sample(300).save(&path).expect("saved");
    let whole = fs::read(&path).expect("it is there");
    let later = {
        let mut bytes = whole.clone();
        bytes[8] = 2;
        bytes
    };
    let table: [(&str, Vec<u8>); 7] = [
        ("empty", vec![]),
        ("short", whole[..100].to_vec()),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("text", b"not a snapshot".repeat(1000)),
        ("zeros", vec![0; 10_000]),
        ("a later version", later),
        ("ones", vec![255; 10_000]),
    ];
    for (name, bytes) in table {
        fs::write(&path, bytes).expect("written");
        let error = VectorIndex::load(&path, Kernels::detect())
            .err()
            .expect(name);
        assert_eq!(error.code(), Code::InvalidInput, "{name}");
        assert_eq!(error.at(), path.display().to_string(), "{name}");
    }
    for path in [
        folder.0.join("nowhere"),
        folder.0.clone(),
        folder.0.join("nowhere/x"),
    ] {
        assert!(VectorIndex::load(&path, Kernels::detect()).is_err());
    }
    for path in [
        folder.0.join("nowhere/x"),
        folder.0.clone(),
        PathBuf::from("/"),
        PathBuf::new(),
    ] {
        let error = sample(3).save(&path).expect_err("no place for a file");
        assert_eq!(error.code(), Code::InvalidInput);
    }
    assert_eq!(
        fs::read_dir(&folder.0).expect("a folder").count(),
        1,
        "nothing unfinished is left"
    );
}

/// Checksums are made right again after a change, so that what lies behind them is met. Loading gives an index or an error; an index answers.
/// `SIGNALBOX_SOAK_SECONDS` makes it long.
#[test]
fn changed_bytes_never_crash() {
    let folder = Folder::new("fuzz");
    let path = folder.0.join("x");
    sample(1200).save(&path).expect("saved");
    let whole = fs::read(&path).expect("it is there");
    let mut random = Random(20);
    let seconds = std::env::var("SIGNALBOX_SOAK_SECONDS")
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    let end =
        seconds.map(|seconds| std::time::Instant::now() + std::time::Duration::from_secs(seconds));
    let (mut rounds, mut loaded) = (0, 0);
    while rounds < 400 || end.is_some_and(|end| std::time::Instant::now() < end) {
        rounds += 1;
        let mut bytes = whole.clone();
        for _ in 0..=random.below(4) {
            change(&mut bytes, &mut random);
        }
        if random.below(4) != 0 {
            correct_checksums(&mut bytes);
        }
        fs::write(&path, &bytes).expect("written");
        if let Ok(index) = VectorIndex::load(&path, Kernels::detect()) {
            loaded += 1;
            use_all(&index, &mut random);
        }
    }
    assert!(
        loaded > rounds / 100,
        "{loaded} of {rounds} changed snapshots load: the checksums are not made right"
    );
}

fn use_all(index: &VectorIndex, random: &mut Random) {
    let dimensions = index.settings().dimensions();
    let vector: Vec<f32> = (0..dimensions)
        .map(|at| if at == 0 { 1.0 } else { random.normal() })
        .collect();
    search(index, &vector, 10, None, 500);
    for number in 0..5 {
        insert(index, &format!("fuzz-{number}"), &vector);
    }
    assert!(index.delete("fuzz-0", 0));
    index.sweep();
    search(index, &vector, 10, None, 0);
}

fn change(bytes: &mut [u8], random: &mut Random) {
    // Mostly the header, the table and the small sections, where a byte means most.
    let end = [300, 300, 4096, bytes.len()][random.below(4)];
    let at = random.below(end);
    match random.below(4) {
        0 => bytes[at] = random.next() as u8,
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes[at] = [0, 1, 127, 128, 255][random.below(5)],
        _ => {
            let from = random.below(bytes.len() - 8);
            let at = at.min(bytes.len() - 8);
            bytes.copy_within(from..from + 8, at);
        }
    }
}

/// Header: magic, eight words, a long; then eight times offset, length and checksum; then the checksum of all that.
fn correct_checksums(bytes: &mut [u8]) {
    let table = 8 + 8 * 4 + 8;
    for section in 0..8 {
        let at = table + section * 20;
        let long = |at: usize| {
            u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize
        };
        let (offset, length) = (long(at), long(at + 8));
        let content = offset
            .checked_add(length)
            .and_then(|end| bytes.get(offset..end));
        if let Some(sum) = content.map(crc32fast::hash) {
            bytes[at + 16..at + 20].copy_from_slice(&sum.to_le_bytes());
        }
    }
    let end = table + 8 * 20;
    let sum = crc32fast::hash(&bytes[..end]);
    bytes[end..end + 4].copy_from_slice(&sum.to_le_bytes());
}
