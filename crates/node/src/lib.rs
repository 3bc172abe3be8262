//! The Node addon: a thin boundary over the crates below it, one file per exported group, every export behind `guard`.

#![expect(
    clippy::must_use_candidate,
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "exports are called from JavaScript: nobody sees their attributes, and the binding hands arguments over by value"
)]

pub mod answers;
mod backend;
pub mod capabilities;
pub mod failure;
mod guard;
pub mod inference;
mod items;
pub mod keywords;
pub mod language;
pub mod model;
pub mod model_info;
pub mod prescan;
mod registry;
pub mod runtime;
pub mod selectors;
pub mod teardown;
mod text;
pub mod tokens;
pub mod vectors;
