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
mod load;
mod model;
mod open;
mod places;
mod quantised;
mod rows;
mod runtime;
mod sessions;
mod stop;

pub use open::{LoadOptions, Model, load};
pub use runtime::{Places, Runtime, open as open_runtime, opened as opened_runtime};
