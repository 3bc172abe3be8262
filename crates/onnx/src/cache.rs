//! Where the graph that ONNX Runtime rewrote for this machine is kept: under a name that changes with the graph, the library and the CPU.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use signalbox_core::cpu_features;
use signalbox_folder::hash::{digits, feed};

use crate::runtime;

/// The place of the rewritten graph of `graph` in `folder`.
///
/// # Errors
/// What reading the graph gives.
pub(crate) fn place(folder: &Path, graph: &Path) -> io::Result<PathBuf> {
    let mut hash = Sha256::new();
    feed(&mut hash, File::open(graph)?)?;
    for end in ["_data", ".data"] {
        let mut beside = graph.as_os_str().to_owned();
        beside.push(end);
        if let Ok(file) = File::open(beside) {
            feed(&mut hash, file)?;
        }
    }
    if let Some(runtime) = runtime::opened() {
        hash.update(runtime.version.as_bytes());
    }
    hash.update(cpu_features().join(" ").as_bytes());
    let digits = digits(hash);
    Ok(folder.join(format!("{}.onnx", &digits[..32])))
}
