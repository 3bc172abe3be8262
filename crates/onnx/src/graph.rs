//! One graph: what it asks for, what it gives, and how it is run.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use ort::session::{RunOptions, SessionInputValue, SessionOutputs};

use ort::value::{Outlet, TensorElementType, TensorRef};
use signalbox_base::{Code, Error, Result};
use signalbox_core::{Pass, caught};

use crate::fault::{model_invalid, said};
use crate::sessions::Sessions;
use crate::stop::watch;

/// What an input of a graph is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feed {
    Ids,
    Mask,
    Types,
    Positions,
    Pixels,
}

/// Inputs by the names that exporters give them.
const FEEDS: [(&str, Feed); 5] = [
    ("input_ids", Feed::Ids),
    ("attention_mask", Feed::Mask),
    ("token_type_ids", Feed::Types),
    ("position_ids", Feed::Positions),
    ("pixel_values", Feed::Pixels),
];

struct Input {
    name: String,
    feed: Feed,
    /// Whether its numbers are i32 rather than i64.
    narrow: bool,
}

/// What a graph gives for one pass.
#[derive(Debug, PartialEq)]
pub(crate) struct Output {
    /// Sizes, outermost first.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// What one pass feeds: rows of equal length, or images, or both.
#[derive(Debug, Default)]
pub(crate) struct Feeds {
    pub(crate) rows: usize,
    pub(crate) tokens: usize,
    /// `[rows, tokens]`, as are the next three.
    pub(crate) ids: Vec<i64>,
    pub(crate) mask: Vec<i64>,
    pub(crate) types: Vec<i64>,
    pub(crate) positions: Vec<i64>,
    /// `[images, 3, height, width]`.
    pub(crate) pixels: (Vec<usize>, Vec<f32>),
}

/// A graph that ONNX Runtime has taken.
pub(crate) struct Graph {
    sessions: Sessions,
    inputs: Vec<Input>,
    outputs: Vec<String>,
}

impl Graph {
    /// Opens a graph; `name` is how errors call its file.
    ///
    /// # Errors
    /// `ModelInvalid` when ONNX Runtime does not take it, or it asks for what no text or image gives.
    pub(crate) fn open(path: PathBuf, name: String, cache: Option<PathBuf>) -> Result<Self> {
        let sessions = Sessions::open(path, name, cache)?;
        let mut lease = sessions.lease(1)?;
        let session = lease.session();
        let inputs = session
            .inputs()
            .iter()
            .map(|outlet| input(outlet, sessions.name()));
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let outputs = session
            .outputs()
            .iter()
            .map(|outlet| outlet.name().to_owned())
            .collect();
        drop(lease);
        Ok(Self {
            sessions,
            inputs,
            outputs,
        })
    }

    /// How errors call its file.
    pub(crate) fn name(&self) -> &str {
        self.sessions.name()
    }

    /// Bytes of its file, and of the file of weights beside it.
    pub(crate) fn bytes(&self) -> usize {
        let path = self.sessions.path();
        let beside = ["_data", ".data"].map(|end| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        });
        let files = std::iter::once(path).chain(beside.iter().map(PathBuf::as_path));
        let lengths = files.filter_map(|file| usize::try_from(file.metadata().ok()?.len()).ok());
        lengths.sum()
    }

    /// Names of what it gives, in its order.
    pub(crate) fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// Whether it asks for this.
    pub(crate) fn asks(&self, feed: Feed) -> bool {
        self.inputs.iter().any(|input| input.feed == feed)
    }

    /// Runs it once, and gives the outputs of these places.
    ///
    /// # Errors
    /// `Cancelled`, or whatever the pass was given up for; `ModelInvalid` when ONNX Runtime fails, or an output is not of f32.
    pub(crate) fn run(
        &self,
        feeds: &Feeds,
        wanted: &[usize],
        pass: Pass<'_>,
    ) -> Result<HashMap<usize, Output>> {
        pass.cancel.check()?;
        let mut lease = self.sessions.lease(pass.threads)?;
        caught("ONNX Runtime", || {
            let narrow = Narrow::of(feeds, &self.inputs);
            let inputs = self.inputs.iter().map(|input| {
                let value = value(input, feeds, &narrow);
                value
                    .map(|value| (input.name.as_str(), value))
                    .map_err(|error| self.fault(&error))
            });
            let inputs = inputs.collect::<Result<Vec<_>>>()?;
            let options = Arc::new(RunOptions::new().map_err(|error| self.fault(&error))?);
            let watched = watch(pass.cancel, &options);
            let outputs = lease.session().run_with_options(inputs, &*options);
            drop(watched);
            // A pass that was ended says so in its own words; what the caller did comes first.
            let outputs = outputs.map_err(|error| {
                pass.cancel
                    .check()
                    .err()
                    .unwrap_or_else(|| self.fault(&error))
            })?;
            wanted
                .iter()
                .map(|at| Ok((*at, self.read(&outputs, *at)?)))
                .collect()
        })
    }

    fn read(&self, outputs: &SessionOutputs<'_>, at: usize) -> Result<Output> {
        let (shape, values) = outputs[at].try_extract_tensor::<f32>().map_err(|_| {
            let place = format!("{}:{}", self.name(), self.outputs[at]);
            model_invalid(place, "a tensor of f32", "another type")
        })?;
        let shape = shape
            .iter()
            .map(|size| usize::try_from(*size).unwrap_or(0))
            .collect();
        Ok(Output {
            shape,
            values: values.to_vec(),
        })
    }

    fn fault(&self, error: &ort::Error) -> Error {
        let received = said(error.message(), self.sessions.path());
        model_invalid(self.name(), "a graph that runs", received)
    }
}

fn input(outlet: &Outlet, file: &str) -> Result<Input> {
    let place = format!("{file}:{}", outlet.name());
    let known = FEEDS.iter().find(|(name, _)| *name == outlet.name());
    let Some((_, feed)) = known else {
        let names = FEEDS.map(|(name, _)| name).join(", ");
        return Err(model_invalid(
            place,
            format!("inputs among {names}"),
            "another input",
        ));
    };
    let narrow = match (feed, outlet.dtype().tensor_type()) {
        (Feed::Pixels, Some(TensorElementType::Float32)) => false,
        (Feed::Pixels, _) => return Err(model_invalid(place, "f32", "another type")),
        (_, Some(TensorElementType::Int64)) => false,
        (_, Some(TensorElementType::Int32)) => true,
        _ => return Err(model_invalid(place, "i64 or i32", "another type")),
    };
    let sizes = outlet.dtype().tensor_shape();
    if *feed != Feed::Pixels && sizes.is_some_and(|sizes| sizes.iter().any(|size| *size > 0)) {
        let received = sizes.map(ToString::to_string).unwrap_or_default();
        return Err(model_invalid(
            place,
            "any number of rows of any length",
            received,
        ));
    }
    Ok(Input {
        name: outlet.name().to_owned(),
        feed: *feed,
        narrow,
    })
}

/// The numbers of a pass as i32, for the inputs that ask for them.
#[derive(Default)]
struct Narrow(HashMap<&'static str, Vec<i32>>);

impl Narrow {
    fn of(feeds: &Feeds, inputs: &[Input]) -> Self {
        let narrow = inputs.iter().filter(|input| input.narrow);
        let rows = narrow.filter_map(|input| {
            let name = FEEDS.iter().find(|(_, feed)| *feed == input.feed)?.0;
            let values = wide(input.feed, feeds).iter();
            Some((
                name,
                values
                    .map(|value| i32::try_from(*value).unwrap_or(i32::MAX))
                    .collect(),
            ))
        });
        Self(rows.collect())
    }
}

fn wide(feed: Feed, feeds: &Feeds) -> &[i64] {
    match feed {
        Feed::Ids => &feeds.ids,
        Feed::Mask => &feeds.mask,
        Feed::Types => &feeds.types,
        Feed::Positions => &feeds.positions,
        Feed::Pixels => &[],
    }
}

fn value<'feeds>(
    input: &Input,
    feeds: &'feeds Feeds,
    narrow: &'feeds Narrow,
) -> ort::Result<SessionInputValue<'feeds>> {
    let shape = [feeds.rows, feeds.tokens];
    if input.feed == Feed::Pixels {
        let (shape, values) = &feeds.pixels;
        return Ok(TensorRef::from_array_view((shape.clone(), values.as_slice()))?.into());
    }
    match narrow.0.get(input.name.as_str()) {
        Some(values) => Ok(TensorRef::from_array_view((shape, values.as_slice()))?.into()),
        None => Ok(TensorRef::from_array_view((shape, wide(input.feed, feeds)))?.into()),
    }
}

/// A pass over a graph that was not made for it is a bug, told apart from a faulty file.
pub(crate) fn unfit(at: &str, expected: impl Into<String>, received: impl Into<String>) -> Error {
    Error::new(Code::ModelInvalid, at, expected, received)
}
