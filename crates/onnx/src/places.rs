//! Where the graphs of a model lie: in the folder itself or its `onnx` folder, by the names that exporters give them.

use std::path::{Path, PathBuf};

use signalbox_base::Result;
use signalbox_core::Precision;
use signalbox_folder::fault::model_invalid;
use signalbox_folder::folder::Folder;

/// A graph's file, and how errors call it: from the model's folder on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
}

/// The graphs of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
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

/// The graphs of a model, which lie in the first of `folders` that has any; names begin where the last of them is.
///
/// # Errors
/// `ModelInvalid` naming the file that is missing.
pub(crate) fn find(folders: &[&Folder], precision: Precision) -> Result<Found> {
    let ends: &[&str] = match precision {
        Precision::F32 => &[""],
        Precision::Int8 => &QUANTISED,
    };
    let found = folders.iter().map(|folder| Found {
        texts: first(folder, &TEXTS, ends),
        images: first(folder, &IMAGES, ends),
    });
    let mut some = found.filter(|found| found.texts.is_some() || found.images.is_some());
    some.next().ok_or_else(|| {
        let (wanted, expected) = match precision {
            Precision::F32 => ("model.onnx", "a graph, here or in the folder onnx"),
            Precision::Int8 => (
                "model_quantized.onnx",
                "a quantised graph, here or in the folder onnx",
            ),
        };
        model_invalid(wanted, expected, "nothing")
    })
}

fn first(folder: &Folder, stems: &[&str], ends: &[&str]) -> Option<File> {
    let names = stems.iter().flat_map(|stem| {
        let ends = ends
            .iter()
            .flat_map(|end| INSIDE.iter().map(move |inside| (inside, end)));
        ends.map(move |(inside, end)| format!("{inside}{stem}{end}{ENDING}"))
    });
    let mut files = names.filter(|name| folder.has(name)).map(|name| File {
        path: folder.path(&name),
        name: folder.place(&name),
    });
    files.next()
}

/// The folder of the model at `path`, which is that folder or one graph's file: a graph in a folder called `onnx` belongs to the folder
/// above.
pub(crate) fn home(path: &Path) -> &Path {
    if !path.is_file() {
        return path;
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let inner = folder.file_name().is_some_and(|name| name == "onnx");
    if inner {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    }
}

/// One graph's file, taken as it is.
pub(crate) fn single(path: &Path) -> Found {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let sees = IMAGES.iter().any(|stem| name.starts_with(stem));
    let file = File {
        path: path.to_owned(),
        name: name.into_owned(),
    };
    Found {
        texts: (!sees).then(|| file.clone()),
        images: sees.then_some(file),
    }
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
        type Row<'table> = (
            &'table str,
            &'table [&'table str],
            Precision,
            [Option<&'table str>; 2],
        );
        let table: [Row<'_>; 6] = [
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
            let found = find(&[&Folder::new(&home)], precision).expect(name);
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
            find(&[&Folder::new(&home)], Precision::F32)
                .expect_err("no graph")
                .at(),
            "model.onnx"
        );
        let other = folder("plain", &["model.onnx"]);
        assert_eq!(
            find(&[&Folder::new(&other)], Precision::Int8)
                .expect_err("no graph")
                .at(),
            "model_quantized.onnx"
        );
        assert_eq!(super::home(&other.join("model.onnx")), other);
        for home in [home, other] {
            fs::remove_dir_all(home).expect("the folder of the test");
        }
    }
}
