//! The one ONNX Runtime of the process: found and opened at the first call that needs it, and what is told of it.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use signalbox_base::{Code, Error, Result};
use signalbox_core::caught;

use crate::load::{self, Opened, Place};

/// The variable that names a library, as `ort` and others have it.
const VARIABLE: &str = "ORT_DYLIB_PATH";

/// Where to look for the library. The order is: `library`, the variable `ORT_DYLIB_PATH`, one that the process has mapped already,
/// `candidates`. One that is named by `library` or the variable must serve: nothing else is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The library's file, as the user named it.
    pub library: Option<PathBuf>,
    /// Files that installed packages hold, the application's own first.
    pub candidates: Vec<PathBuf>,
}

/// The library that serves this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Its file.
    pub path: PathBuf,
    /// Its version, such as `1.30.0`.
    pub version: String,
    /// The number of the C interface that is used of it.
    pub api: u32,
}

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Opens the library, once; later calls give what is open.
///
/// # Errors
/// `CapabilityMissing` with a reason for every place where there is none, it does not open, or it is older than 1.20; a later call looks
/// again. `InvalidInput` when another library is named than the one that is open: a process has one.
pub fn open(places: &Places) -> Result<&'static Runtime> {
    static OPENING: Mutex<()> = Mutex::new(());
    let _alone = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    let named = places.library.clone().or_else(variable);
    if let Some(runtime) = RUNTIME.get() {
        return match named {
            Some(named) if !same(&named, &runtime.path) => Err(another(&named, &runtime.path)),
            _ => Ok(runtime),
        };
    }
    let opened = first(&order(named, &places.candidates))?;
    caught("ONNX Runtime", || start(opened))
}

/// What is open, if anything is.
#[must_use]
pub fn opened() -> Option<&'static Runtime> {
    RUNTIME.get()
}

/// What needs the library gets it, or the reason why there is none.
///
/// # Errors
/// As `open` with no place of its own.
pub(crate) fn needed() -> Result<&'static Runtime> {
    opened().map_or_else(|| open(&Places::default()), Ok)
}

fn variable() -> Option<PathBuf> {
    let value = env::var_os(VARIABLE).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

fn order(named: Option<PathBuf>, candidates: &[PathBuf]) -> Vec<Place> {
    if let Some(named) = named {
        return vec![Place::File(named)];
    }
    let mapped = load::mapped().into_iter().map(Place::Mapped);
    let files = candidates.iter().cloned().map(Place::File);
    mapped.chain(files).collect()
}

fn first(places: &[Place]) -> Result<Opened> {
    let mut reasons = Vec::new();
    for place in places {
        match checked(place) {
            Ok(opened) => return Ok(opened),
            Err(reason) => reasons.push(format!("{}: {reason}", shown(place.path()))),
        }
    }
    let received = if reasons.is_empty() {
        "none: install the package onnxruntime-node, or name the library by ORT_DYLIB_PATH"
            .to_owned()
    } else {
        reasons.join("; ")
    };
    let expected = format!("a library of ONNX Runtime 1.{} or later", load::API);
    Err(Error::new(
        Code::CapabilityMissing,
        "onnxruntime",
        expected,
        received,
    ))
}

fn checked(place: &Place) -> std::result::Result<Opened, String> {
    if let Place::File(path) = place {
        // A relative path would be looked for in the system's folders, where another library of the same name may lie.
        if !path.is_absolute() {
            return Err("it is no absolute path".to_owned());
        }
        if !path.is_file() {
            return Err("there is no such file".to_owned());
        }
    }
    load::open(place)
}

/// From here on `ort` may be called; before, any call of it would poison a lock and abort the process at its end.
fn start(opened: Opened) -> Result<&'static Runtime> {
    ort::set_api(opened.api);
    ort::init()
        .with_name("signalbox")
        .with_telemetry(false)
        .commit();
    Ok(RUNTIME.get_or_init(|| Runtime {
        path: opened.path,
        version: opened.version,
        api: load::API,
    }))
}

/// The library is the user's own installation: the last three parts of its path tell which it is, and nothing of the machine.
fn shown(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(3)..].join("/")
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    one == other || real(one) == real(other)
}

fn another(named: &Path, open: &Path) -> Error {
    let received = format!("{}, after {} was opened", shown(named), shown(open));
    Error::new(
        Code::InvalidInput,
        "onnxruntime",
        "one library a process",
        received,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_named_is_the_only_place() {
        let candidates = [PathBuf::from("/one"), PathBuf::from("/two")];
        let named = order(Some(PathBuf::from("/named")), &candidates);
        assert_eq!(named, [Place::File(PathBuf::from("/named"))]);
        let files = order(None, &candidates);
        assert!(files.ends_with(&candidates.map(Place::File)));
    }

    #[test]
    fn every_place_says_why_it_does_not_serve() {
        let places = ["relative.so", "/nowhere/of/this/name.so"]
            .map(|path| Place::File(PathBuf::from(path)));
        let error = first(&places).err().expect("no library");
        assert_eq!(
            (error.code(), error.at()),
            (Code::CapabilityMissing, "onnxruntime")
        );
        let expected =
            "relative.so: it is no absolute path; of/this/name.so: there is no such file";
        assert_eq!(error.received(), expected);
        assert!(
            first(&[])
                .err()
                .expect("none")
                .received()
                .contains("onnxruntime-node")
        );
    }
}
