//! Where the graphs of a model lie: in the folder itself or its `onnx` folder, by the names that exporters give them.

use std::path::{Path, PathBuf};

use signalbox_base::Result;
use signalbox_core::Precision;

use crate::fault::model_invalid;

/// A graph's file, and how errors call it: from the model's folder on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
}

/// The graphs of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The folder that holds `config.json`.
    pub(crate) home: PathBuf,
    /// What reads texts, or texts and images.
    pub(crate) texts: Option<File>,
    /// What reads images alone.
    pub(crate) images: Option<File>,
}

const ENDING: &str = ".onnx";
const INSIDE: [&str; 2] = ["", "onnx/"];
/// Of a graph of texts: alone, or as half of a dual encoder.
const TEXTS: [&str; 2] = ["model", "text_model"];
const IMAGES: [&str; 1] = ["vision_model"];
/// What follows the name of a quantised graph (optimum, transformers.js, sentence-transformers).
const QUANTISED: [&str; 7] = [
    "_quantized",
    "_int8",
    "_uint8",
    "_qint8_avx512_vnni",
    "_qint8_avx512",
    "_quint8_avx2",
    "_qint8_arm64",
];

/// The graphs at `path`, which is a model's folder, or one graph's file: then it is taken as it is, whatever `precision` says.
///
/// # Errors
/// `ModelInvalid` naming the file that is missing.
pub(crate) fn find(path: &Path, precision: Precision) -> Result<Found> {
    if path.is_file() {
        return Ok(single(path));
    }
    let ends: &[&str] = match precision {
        Precision::F32 => &[""],
        Precision::Int8 => &QUANTISED,
    };
    let texts = first(path, &TEXTS, ends);
    let images = first(path, &IMAGES, ends);
    if texts.is_none() && images.is_none() {
        let (wanted, expected) = match precision {
            Precision::F32 => ("model.onnx", "a graph, here or in the folder onnx"),
            Precision::Int8 => (
                "model_quantized.onnx",
                "a quantised graph, here or in the folder onnx",
            ),
        };
        return Err(model_invalid(wanted, expected, "nothing"));
    }
    Ok(Found {
        home: path.to_owned(),
        texts,
        images,
    })
}

fn first(home: &Path, stems: &[&str], ends: &[&str]) -> Option<File> {
    let names = stems.iter().flat_map(|stem| {
        let ends = ends
            .iter()
            .flat_map(|end| INSIDE.iter().map(move |inside| (inside, end)));
        ends.map(move |(inside, end)| format!("{inside}{stem}{end}{ENDING}"))
    });
    let mut files = names.map(|name| File {
        path: home.join(&name),
        name,
    });
    files.find(|file| file.path.is_file())
}

/// A graph in a folder called `onnx` belongs to the folder above.
fn single(path: &Path) -> Found {
    let folder = path.parent().unwrap_or(Path::new(""));
    let inner = folder.file_name().is_some_and(|name| name == "onnx");
    let home = if inner {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let file = File {
        path: path.to_owned(),
        name: name.clone(),
    };
    let images = IMAGES.iter().any(|stem| name.starts_with(stem));
    Found {
        home: home.to_owned(),
        texts: (!images).then(|| file.clone()),
        images: images.then_some(file),
    }
}

/// The adapters in the folder `adapters` of a model: a folder each, which holds a graph with the adapter's weights merged into it.
pub(crate) fn adapters(home: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(home.join("adapters"))
        .into_iter()
        .flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.to_owned();
            first(&path, &["model"], &["", "_quantized", "_int8"]).map(|_| (name, path))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(name: &str, files: &[&str]) -> PathBuf {
        let home =
            std::env::temp_dir().join(format!("signalbox-places-{}-{name}", std::process::id()));
        for file in files {
            let path = home.join(file);
            fs::create_dir_all(path.parent().expect("inside a folder"))
                .expect("a folder of the test");
            fs::write(path, "").expect("a file of the test");
        }
        home
    }

    #[test]
    fn graphs_are_found_where_exporters_put_them() {
        use Precision::{F32, Int8};
        let table: [(&str, &[&str], Precision, [Option<&str>; 2]); 6] = [
            (
                "root",
                &["model.onnx", "onnx/model.onnx"],
                F32,
                [Some("model.onnx"), None],
            ),
            (
                "inner",
                &["onnx/model.onnx", "onnx/model_int8.onnx"],
                F32,
                [Some("onnx/model.onnx"), None],
            ),
            (
                "int8",
                &["model.onnx", "onnx/model_int8.onnx"],
                Int8,
                [Some("onnx/model_int8.onnx"), None],
            ),
            (
                "both",
                &["onnx/model_int8.onnx", "onnx/model_quantized.onnx"],
                Int8,
                [Some("onnx/model_quantized.onnx"), None],
            ),
            (
                "dual",
                &["onnx/text_model.onnx", "onnx/vision_model.onnx"],
                F32,
                [Some("onnx/text_model.onnx"), Some("onnx/vision_model.onnx")],
            ),
            (
                "seeing",
                &["vision_model.onnx"],
                F32,
                [None, Some("vision_model.onnx")],
            ),
        ];
        for (name, files, precision, expected) in table {
            let home = folder(name, files);
            let found = find(&home, precision).expect(name);
            let names = [&found.texts, &found.images]
                .map(|file| file.as_ref().map(|file| file.name.as_str()));
            assert_eq!(names, expected, "{name}");
            fs::remove_dir_all(home).expect("the folder of the test");
        }
    }

    #[test]
    fn a_missing_graph_is_named() {
        let home = folder("none", &["model.onnx.txt", "model_int8.onnx"]);
        assert_eq!(
            find(&home, Precision::F32).expect_err("no graph").at(),
            "model.onnx"
        );
        let other = folder("plain", &["model.onnx"]);
        assert_eq!(
            find(&other, Precision::Int8).expect_err("no graph").at(),
            "model_quantized.onnx"
        );
        let one = find(&other.join("model.onnx"), Precision::F32).expect("a file");
        assert_eq!(one.home, other);
        for home in [home, other] {
            fs::remove_dir_all(home).expect("the folder of the test");
        }
    }

    #[test]
    fn adapters_are_folders_with_a_graph() {
        let home = folder(
            "adapted",
            &[
                "adapters/b/model.onnx",
                "adapters/a/onnx/model.onnx",
                "adapters/c/adapter_config.json",
            ],
        );
        let names: Vec<_> = adapters(&home).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        fs::remove_dir_all(home).expect("the folder of the test");
    }
}
