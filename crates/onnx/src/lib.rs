//! The onnx backend: exported graphs of model folders, run by the ONNX Runtime that the application has installed.
//!
//! ```text
//! Places ─▶ load ─▶ Runtime (one a process)
//! folder ─▶ Graph ─▶ Sessions (one a pass) ──┐
//!    └────▶ config.json, outputs ─▶ Part ────┴─▶ Onnx (a Backend)
//! ```

mod cache;
mod fault;
mod graph;
mod heads;
mod images;
mod load;
mod model;
mod open;
mod places;
mod quantised;
mod rows;
mod runtime;
mod sessions;
mod stop;
mod weights;

pub use open::{LoadOptions, Model, load};
/// Architectures whose exported graphs are proven against transformers, by `model_type`; a graph of any other with inputs and outputs of the
/// same kinds runs as well.
pub const ARCHITECTURES: &[&str] = &[
    "bert",
    "roberta",
    "xlm-roberta",
    "distilbert",
    "modernbert",
    "deberta-v2",
    "qwen3",
    "gemma3_text",
    "clip",
    "siglip",
];

pub use runtime::{Places, Runtime, open as open_runtime, opened as opened_runtime};
