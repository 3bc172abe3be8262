//! Model folders as users have them, whatever engine runs them: their files, what these say of labels and heads, the tokeniser, and heads
//! that are computed here rather than by the engine.

#![forbid(unsafe_code)]

pub mod activation;
pub mod fault;
pub mod folder;
pub mod hash;
pub mod head;
pub mod keys;
pub mod labels;
pub mod lora;
pub mod manifest;
pub mod modules;
pub mod preprocessor;
pub mod prompts;
pub mod recipe;
pub mod step;
pub mod tokeniser;
pub mod weights;
