//! `signalbox.json`: the heads of a folder that has several over one trunk, and the hashes of its files.

use serde_json::Value;
use sha2::{Digest, Sha256};
use signalbox_base::Result;
use signalbox_core::{Head, Heads, Merge, Pooling, Task};
use signalbox_encoder::Branch;

use crate::activation::Activation;
use crate::fault::model_invalid;
use crate::folder::Folder;
use crate::hash;
use crate::head::HeadWeights;
use crate::keys::{Keys, kind};
use crate::step::Step;
use crate::weights::Scope;

/// Its name.
pub const FILE: &str = "signalbox.json";

const NAME: &str = "1 to 64 letters, digits, - and _";

/// What torch's layer norm has.
const NORM_EPSILON: f32 = 1e-5;

const TASKS: &[(&str, Task)] = &[
    ("sequence", Task::Sequence),
    ("token", Task::Token),
    ("embedding", Task::Embedding),
];
const POOLINGS: &[(&str, Pooling)] = &[
    ("mean", Pooling::Mean),
    ("cls", Pooling::Cls),
    ("last", Pooling::Last),
    ("max", Pooling::Max),
];
const ACTIVATIONS: &[(&str, Activation)] = &[
    ("gelu", Activation::Gelu),
    ("tanh", Activation::Tanh),
    ("relu", Activation::Relu),
    ("none", Activation::Identity),
];
const MERGES: &[(&str, Merge)] = &[("mean", Merge::Mean), ("max", Merge::Max)];
const KEYS: &[&str] = &[
    "name",
    "task",
    "pooling",
    "hidden",
    "activation",
    "norm",
    "labels",
    "multiLabel",
    "merge",
    "dimensions",
    "branch",
    "status",
];
const STATUSES: &[(&str, bool)] = &[("experimental", true)];

/// Reads every head; `json` is the whole file, `width` that of the hidden states, `source` holds the tensors.
///
/// # Errors
/// `ModelInvalid` naming the key or tensor that is missing or wrong.
pub fn read(json: &Value, source: &Scope<'_>, width: usize) -> Result<Vec<HeadWeights>> {
    let entries = entries(json)?;
    entries
        .iter()
        .map(|keys| weights(keys, source, width))
        .collect()
}

/// The objects of the heads, at least one, names distinct.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing or wrong.
pub fn entries(json: &Value) -> Result<Vec<Keys<'_>>> {
    let root = Keys::new(FILE, json)?;
    root.only(&["version", "branches", "heads", "files"])?;
    if root.count("version")? != 1 {
        return Err(root.fault("version", "1"));
    }
    let entries = root.objects("heads")?;
    if entries.is_empty() || entries.len() > Heads::MOST {
        let expected = format!("1 to {} heads", Heads::MOST);
        let received = entries.len().to_string();
        return Err(model_invalid(root.place("heads"), expected, received));
    }
    let mut names: Vec<String> = Vec::new();
    for keys in &entries {
        let name = head(keys)?.name;
        if names.contains(&name) {
            return Err(model_invalid(keys.place("name"), "a name of its own", name));
        }
        names.push(name);
    }
    Ok(entries)
}

/// The upper layers that stand beside the model's own; none where there is no such file.
///
/// # Errors
/// `ModelInvalid` naming the key that is missing or wrong.
pub fn branches(home: &Folder) -> Result<Vec<Branch>> {
    let Some(json) = home.json_if(FILE)? else {
        return Ok(Vec::new());
    };
    let root = Keys::new(FILE, &json)?;
    if root.get("branches").is_none() {
        return Ok(Vec::new());
    }
    let branch = |keys: &Keys<'_>| {
        keys.only(&["name", "from"])?;
        let name = keys.text("name")?.filter(|name| is_name(name));
        let name = name.ok_or_else(|| keys.fault("name", NAME))?;
        Ok(Branch {
            name: name.to_owned(),
            from: keys.count("from")?,
        })
    };
    root.objects("branches")?.iter().map(branch).collect()
}

/// What one of them is; the width of an embedding that does not tell it is 0.
///
/// # Errors
/// As `entries`.
pub fn head(keys: &Keys<'_>) -> Result<Head> {
    keys.only(KEYS)?;
    let name = keys.text("name")?.filter(|name| is_name(name));
    let name = name.ok_or_else(|| keys.fault("name", NAME))?;
    let task = keys.word_or("task", TASKS, None)?;
    let labels = labels(keys, task)?;
    let width = match task {
        Task::Embedding => keys
            .get("dimensions")
            .map_or(Ok(0), |_| keys.count("dimensions"))?,
        Task::Sequence | Task::Token => labels.len(),
    };
    let activation = if keys.flag_or("multiLabel", false)? {
        signalbox_core::Activation::Sigmoid
    } else {
        signalbox_core::Activation::Softmax
    };
    Ok(Head {
        name: name.to_owned(),
        task,
        labels,
        activation,
        merge: keys.word_or("merge", MERGES, Some(Merge::Mean))?,
        pooling: keys.word_or("pooling", POOLINGS, Some(Pooling::Mean))?,
        width,
        experimental: keys.word_or("status", STATUSES, Some(false))?,
    })
}

/// One of them with its tensors.
///
/// # Errors
/// As `read`.
pub fn weights(keys: &Keys<'_>, source: &Scope<'_>, width: usize) -> Result<HeadWeights> {
    let mut head = head(keys)?;
    let mut steps = inner(keys, source, &head.name, width)?;
    let depth = steps.iter().fold(width, |width, step| step.width(width));
    if head.width == 0 {
        head.width = depth;
    }
    let output = format!("heads.{}.output", head.name);
    let embeds = head.task == Task::Embedding;
    let bare = embeds && steps.is_empty() && !source.has(&format!("{output}.weight"));
    if !bare {
        steps.push(Step::dense(source, &output, head.width, depth)?);
    } else if head.width != width {
        let expected = format!("{width}, for there is no {output}.weight");
        return Err(keys.fault("dimensions", expected));
    }
    Ok(HeadWeights {
        head,
        steps,
        branch: keys.text("branch")?.map(str::to_owned),
    })
}

/// Dense, activation, norm; nothing where `hidden` is left out.
fn inner(keys: &Keys<'_>, source: &Scope<'_>, name: &str, width: usize) -> Result<Vec<Step>> {
    let activation = keys.word_or("activation", ACTIVATIONS, Some(Activation::Identity))?;
    let norm = keys.flag_or("norm", false)?;
    if keys.get("hidden").is_none() {
        if norm || activation != Activation::Identity {
            return Err(keys.fault("hidden", "a width, for activation and norm follow it"));
        }
        return Ok(Vec::new());
    }
    let hidden = keys.count("hidden")?;
    let part = |part: &str| format!("heads.{name}.{part}");
    let mut steps = vec![
        Step::dense(source, &part("dense"), hidden, width)?,
        Step::Activation(activation),
    ];
    if norm {
        steps.push(Step::norm(source, &part("norm"), hidden, NORM_EPSILON)?);
    }
    Ok(steps)
}

fn labels(keys: &Keys<'_>, task: Task) -> Result<Vec<String>> {
    let labels = keys.texts("labels")?.unwrap_or_default();
    if (task == Task::Embedding) != labels.is_empty() {
        let expected = "labels for a sequence or token head, none for an embedding";
        return Err(keys.fault("labels", expected));
    }
    Ok(labels)
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

/// Compares the files that `signalbox.json` names with their SHA-256; nothing to do where there is no such file, or it names none.
///
/// # Errors
/// `ModelInvalid` naming the file that is missing or has another hash.
pub fn check_files(home: &Folder) -> Result<()> {
    let Some(json) = home.json_if(FILE)? else {
        return Ok(());
    };
    let root = Keys::new(FILE, &json)?;
    let Some(files) = root.child("files")? else {
        return Ok(());
    };
    for (name, expected) in files.entries() {
        let place = files.place(name);
        Folder::plain(name, &place)?;
        let hash = expected.as_str().filter(|hash| hash.len() == 64);
        let expected =
            hash.ok_or_else(|| model_invalid(place, "64 hexadecimal digits", kind(expected)))?;
        let found = sha256(home, name)?;
        if !found.eq_ignore_ascii_case(expected) {
            let (expected, found) = (format!("SHA-256 {expected}"), format!("SHA-256 {found}"));
            return Err(model_invalid(name, expected, found));
        }
    }
    Ok(())
}

fn sha256(home: &Folder, name: &str) -> Result<String> {
    let (file, _) = home.open(name)?;
    let mut hash = Sha256::new();
    hash::feed(&mut hash, file).map_err(|error| {
        model_invalid(name, "a file that can be read", error.kind().to_string())
    })?;
    Ok(hash::digits(hash))
}
