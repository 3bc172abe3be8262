//! Whether a request asks for work with tools, files and shells, of which kind, and in how many steps (SPEC S5).

mod judge;
mod tool_names;
mod weights;
mod words;

pub use judge::{Agentic, Evidence, TaskType};

use crate::scan::scan;

/// Judges the user's text and the names of the tools that the request declares.
///
/// Reads the concepts that the fast path's scan finds, in thirteen languages, so negated and quoted words do not count, and
/// phrases that tell kinds of tasks apart. Time is linear in the text.
#[must_use]
pub fn detect(user: &str, tools: &[&str]) -> Agentic {
    judge::judge(&scan(user, "", 0).user.concepts, user, tools)
}

/// Builds what `detect` needs now rather than at the first call.
pub fn load() {
    crate::lexicon::load();
    words::load();
}

pub(crate) use judge::judge;

#[cfg(test)]
mod tests;
