//! The failures of this crate, without the paths and the many lines that ONNX Runtime puts into its own.

use std::path::Path;

use signalbox_base::{Code, Error};

/// A model folder that is not right; `at` is the file, or file and key.
pub(crate) fn model_invalid(
    at: impl Into<String>,
    expected: impl Into<String>,
    received: impl Into<String>,
) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}

/// What ONNX Runtime says of `file`: the first line, without the folder, and without characters that a damaged file may have put there.
pub(crate) fn said(message: &str, file: &Path) -> String {
    const MOST: usize = 200;
    let folder = file
        .parent()
        .map(|folder| folder.to_string_lossy().into_owned());
    let text = match folder {
        Some(folder) if !folder.is_empty() => {
            message.replace(&format!("{folder}{}", std::path::MAIN_SEPARATOR), "")
        }
        _ => message.to_owned(),
    };
    let line = text.lines().next().unwrap_or_default();
    // Builds name the source file that failed, by the path it had on the machine that built them.
    let own = line
        .split_whitespace()
        .filter(|word| !(word.contains('/') && word.contains(".cc")));
    let plain = own.collect::<Vec<_>>().join(" ");
    plain
        .chars()
        .filter(|letter| !letter.is_control())
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_further_lines_are_left_out() {
        let file = Path::new("/home/someone/model.onnx");
        let table = [
            (
                "Load model from /home/someone/model.onnx failed:Protobuf parsing failed.",
                "Load model from model.onnx failed:Protobuf parsing failed.",
            ),
            ("one\ntwo", "one"),
            (
                "Exception during initialization: /onnxruntime_src/onnxruntime/core/x.cc:44 void f() bad",
                "Exception during initialization: void f() bad",
            ),
            ("a \u{1}b", "a b"),
        ];
        for (message, expected) in table {
            assert_eq!(said(message, file), expected);
        }
        assert_eq!(said(&"x".repeat(500), file).len(), 200);
    }
}
