//! The one pass over a text: what it finds, and how.

mod block;
mod class;
mod findings;
mod glyph;
mod guard;
mod key;
mod layout;
mod marks;
mod problem;
mod scanner;

pub(crate) use class::joins_contraction;
pub(crate) use findings::Findings;
pub(crate) use glyph::{Glyph, decode, glyph};
pub(crate) use key::{Key, KeyBuilder};

use findings::TextFindings;
use scanner::Scanner;

/// Scans the user's and the system text, each once and whole.
pub(crate) fn scan(user: &str, system: &str, tool_count: u32) -> Findings {
    let system = if system.is_empty() {
        TextFindings::default()
    } else {
        Scanner::new(system).run()
    };
    Findings::new(Scanner::new(user).run(), system, tool_count)
}
