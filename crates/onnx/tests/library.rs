//! Which library is opened, what is said where there is none or an old one, and that nothing of it ends the process.

#![expect(clippy::unwrap_used, reason = "tests")]

mod rigs;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use signalbox_base::Code;
use signalbox_core::Precision;
use signalbox_onnx::{Places, open_runtime, opened_runtime};

const CHILD: &str = "SIGNALBOX_TEST_CHILD";

/// Runs `test` of this file in a process of its own, without a library; true in that process.
fn alone(test: &str) -> bool {
    if env::var_os(CHILD).is_some() {
        return true;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test])
        .env(CHILD, "1")
        .env_remove("ORT_DYLIB_PATH")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
    false
}

/// A library that says it is ONNX Runtime of this version.
fn pretender(version: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pretender-{version}"));
    fs::create_dir_all(&folder).unwrap();
    let source = folder.join("lib.rs");
    let code = format!(
        r#"#[repr(C)] pub struct Base {{ api: extern "C" fn(u32) -> *const u8, version: extern "C" fn() -> *const u8 }}
        extern "C" fn api(_: u32) -> *const u8 {{ std::ptr::null() }}
        extern "C" fn version() -> *const u8 {{ c"{version}".as_ptr().cast() }}
        static BASE: Base = Base {{ api, version }};
        #[unsafe(no_mangle)] pub extern "C" fn OrtGetApiBase() -> *const Base {{ &BASE }}"#
    );
    fs::write(&source, code).unwrap();
    let library = folder.join("libonnxruntime.so.1");
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(compiler);
    command.args([
        "--edition",
        "2024",
        "--crate-type",
        "cdylib",
        "-C",
        "panic=abort",
        "-o",
    ]);
    assert!(
        command
            .arg(&library)
            .arg(&source)
            .status()
            .unwrap()
            .success()
    );
    library
}

fn named(library: PathBuf) -> Places {
    Places {
        library: Some(library),
        candidates: Vec::new(),
    }
}

fn refusal(places: &Places) -> String {
    let error = open_runtime(places).unwrap_err();
    assert_eq!(
        (error.code(), error.at()),
        (Code::CapabilityMissing, "onnxruntime")
    );
    assert!(
        !error.to_string().contains(env!("CARGO_TARGET_TMPDIR")),
        "{error}"
    );
    error.received().to_owned()
}

#[test]
fn without_a_library_a_model_says_so() {
    if !alone("without_a_library_a_model_says_so") {
        return;
    }
    let error = rigs::open(&rigs::fixture("bert"), Precision::F32)
        .err()
        .unwrap();
    assert_eq!(
        (error.code(), error.at()),
        (Code::CapabilityMissing, "onnxruntime")
    );
    assert!(error.received().contains("onnxruntime-node"), "{error}");
    assert!(opened_runtime().is_none());
}

#[test]
fn a_library_that_does_not_serve_is_refused_with_the_reason() {
    if !alone("a_library_that_does_not_serve_is_refused_with_the_reason") {
        return;
    }
    let old = pretender("1.14.1");
    assert!(
        refusal(&named(old.clone())).ends_with("it is version 1.14.1, and 1.20 or later is needed")
    );
    assert!(
        refusal(&named(pretender("1.20.0")))
            .ends_with("version 1.20.0 does not serve interface 20")
    );
    assert!(
        refusal(&named(
            rigs::root().canonicalize().unwrap().join("Cargo.toml")
        ))
        .contains("it does not open")
    );
    assert!(refusal(&named(env::current_exe().unwrap())).contains("it "));
    let several = Places {
        library: None,
        candidates: vec![old, PathBuf::from("/no/such/libonnxruntime.so.1")],
    };
    let said = refusal(&several);
    assert!(
        said.contains("1.14.1")
            && said.ends_with("no/such/libonnxruntime.so.1: there is no such file"),
        "{said}"
    );
}

#[test]
fn a_good_library_is_opened_after_bad_ones_and_then_stays() {
    if !rigs::runtime() {
        return;
    }
    let runtime = opened_runtime().unwrap();
    assert!(runtime.path.is_absolute() && runtime.api == 20);
    assert_eq!(open_runtime(&named(runtime.path.clone())).unwrap(), runtime);
    let error = open_runtime(&named(PathBuf::from("/another/libonnxruntime.so.1"))).unwrap_err();
    assert_eq!(
        (error.code(), error.at()),
        (Code::InvalidInput, "onnxruntime")
    );
}
