//! Which language a text is in: by its script where that decides, else by a small linear model over letter n-grams.

mod detect;
mod features;
mod languages;
mod model;
mod script;
mod shape;
mod survey;
#[cfg(test)]
mod tests;

pub use detect::{Detection, UNKNOWN, detect_language, languages};
pub(crate) use script::Script;
