//! What every crate may use: the typed error and its closed list of codes.

mod error;

pub use error::{Code, Error, Result, invalid_input, model_invalid};
