//! The onnx backend: exported graphs of model folders, run by the ONNX Runtime that the application has installed.

mod fault;
mod graph;
mod load;
mod runtime;
mod sessions;
mod stop;

pub use runtime::{Places, Runtime, open as open_runtime, opened as opened_runtime};
