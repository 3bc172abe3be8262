//! Folders that are wrong in hundreds of ways: each gives an error that names its place, none takes memory, none panics.

#![expect(clippy::unwrap_used, reason = "tests")]

mod configs;
mod forwards;
mod manifests;
mod tokenisers;
mod weights;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signalbox_base::Code;
use signalbox_candle::{LoadOptions, load};

/// SPEC N13 and issue 4.
const FEWEST: usize = 300;
/// What all of them together may add to the most memory the process ever had.
const MEMORY_BYTES: u64 = 32 << 20;

/// One way in which a folder is wrong.
struct Fault {
    /// For the message of a test that fails.
    name: String,
    /// The fixture it is done to.
    fixture: &'static str,
    /// What is done.
    edit: Box<dyn Fn(&Path)>,
    /// The file that the error must name, or one of several.
    at: Vec<String>,
}

impl Fault {
    fn new(
        name: impl Into<String>,
        fixture: &'static str,
        at: &str,
        edit: impl Fn(&Path) + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            fixture,
            edit: Box::new(edit),
            at: at.split('|').map(str::to_owned).collect(),
        }
    }
}

/// Marsaglia's xorshift: the same faults in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../models/tiny")
        .join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else if entry.file_name() != "golden.json" {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Changes a JSON file.
fn edit_json(path: &Path, edit: impl Fn(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    edit(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

/// The most memory the process ever had; `None` where the system does not tell.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn faults() -> Vec<Fault> {
    let mut all = weights::faults();
    all.extend(configs::faults());
    all.extend(forwards::faults());
    all.extend(manifests::faults());
    all.extend(tokenisers::faults());
    all
}

#[test]
fn every_faulty_folder_gives_an_error_that_names_its_place() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faulty");
    let mut before = None;
    let mut wrong = Vec::new();
    let faults = faults();
    assert!(faults.len() >= FEWEST, "{} faults", faults.len());
    for (number, fault) in faults.iter().enumerate() {
        let _ = fs::remove_dir_all(&scratch);
        copy(&fixture(fault.fixture), &scratch);
        if number == 0 {
            load(&scratch, &LoadOptions::default()).unwrap();
            before = peak_bytes();
        }
        (fault.edit)(&scratch);
        let told = match load(&scratch, &LoadOptions::default()) {
            Ok(_) => "it loads".to_owned(),
            Err(error) => {
                let typed = matches!(error.code(), Code::ModelInvalid | Code::CapabilityMissing);
                let named = fault
                    .at
                    .iter()
                    .any(|at| error.at().starts_with(at.as_str()));
                if typed && named {
                    continue;
                }
                error.to_string()
            }
        };
        wrong.push(format!(
            "{} of {}, {:?}: {told:.300}",
            fault.name, fault.fixture, fault.at
        ));
    }
    fs::remove_dir_all(&scratch).unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        faults.len(),
        wrong.join("\n")
    );
    if let (Some(before), Some(after)) = (before, peak_bytes()) {
        let added = after - before;
        assert!(added <= MEMORY_BYTES, "{} MB more", added >> 20);
    }
}

#[test]
fn a_byte_that_was_changed_never_kills() {
    const ROUNDS: usize = 250;
    const FILES: [(&str, &str); 7] = [
        ("multi", "signalbox.json"),
        ("multi", "config.json"),
        ("bert_tokens", "tokenizer.json"),
        ("bert_tokens", "model.safetensors"),
        ("modernbert_tokens", "tokenizer.json"),
        ("xlm_roberta", "tokenizer.json"),
        ("xlm_roberta_classifier", "model.safetensors.index.json"),
    ];
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("noise");
    let mut random = Random(0x5eed_0003);
    for _ in 0..ROUNDS {
        let (name, file) = FILES[random.below(FILES.len())];
        let _ = fs::remove_dir_all(&scratch);
        copy(&fixture(name), &scratch);
        let path = scratch.join(file);
        let mut bytes = fs::read(&path).unwrap();
        // Headers are where a change does most.
        let bound = if random.below(2) == 0 {
            bytes.len().min(4096)
        } else {
            bytes.len()
        };
        let place = random.below(bound);
        bytes[place] = u8::try_from(random.below(256)).unwrap();
        fs::write(&path, bytes).unwrap();
        if let Err(error) = load(&scratch, &LoadOptions::default()) {
            let typed = matches!(error.code(), Code::ModelInvalid | Code::CapabilityMissing);
            assert!(typed, "{name}/{file} at {place}: {error}");
        }
    }
    fs::remove_dir_all(&scratch).unwrap();
}
