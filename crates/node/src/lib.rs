//! The Node addon: a thin boundary over the crates below it, one file per exported group, every export behind `guard`.

mod backend;
pub mod capabilities;
pub mod failure;
mod guard;
pub mod keywords;
pub mod model;
pub mod prescan;
mod registry;
mod text;
