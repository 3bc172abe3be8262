//! The Node addon: a thin boundary over the crates below it, one file per exported group, every export behind `guard`.

mod backend;
mod capabilities;
mod failure;
mod guard;
mod keywords;
mod model;
mod prescan;
mod registry;
mod text;
