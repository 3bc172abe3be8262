//! Reads a text line by line: which lines are prose, and how many letters of which script they hold.

use super::model::{Model, ShapeSum};
use super::script::{SCRIPTS, Script};
use super::shape;

/// Texts longer than this are read in stretches, in bytes.
const WHOLE: usize = 768;

/// So many stretches, evenly spread.
const STRETCHES: usize = 6;

/// What begins a comment in code, and hardly ever a line of prose.
const COMMENTS: [&str; 6] = ["//", "/*", "--", "\"\"\"", "#", "*"];

/// Letters of a line or text, by script.
pub(super) type Letters = [u32; SCRIPTS];

/// What a text holds.
pub(super) struct Survey<'a> {
    /// The lines that are prose.
    pub(super) lines: Vec<&'a str>,
    /// Their letters.
    pub(super) letters: Letters,
    /// The shapes of those that are written in Latin letters, or in none.
    pub(super) prose: ShapeSum,
    /// The shapes of all other lines.
    pub(super) code: ShapeSum,
}

impl<'a> Survey<'a> {
    pub(super) fn of(text: &'a str, model: &Model) -> Self {
        let mut survey = Self {
            lines: Vec::new(),
            letters: [0; SCRIPTS],
            prose: ShapeSum::default(),
            code: ShapeSum::default(),
        };
        let mut doubtful = Vec::new();
        let (mut fenced, mut code_lines) = (false, 0_usize);
        for line in stretches(text).flat_map(str::lines) {
            let trimmed = line.trim();
            if trimmed.starts_with("```") {
                fenced = !fenced;
            } else if !trimmed.is_empty() {
                let (letters, shape, is_prose) = read(line, model);
                let known = if !is_prose || fenced {
                    survey.code.add(shape);
                    code_lines += 1;
                    continue;
                } else {
                    (line, letters, shape)
                };
                if COMMENTS.iter().any(|start| trimmed.starts_with(start))
                    || shape::begins_as_code(line)
                {
                    doubtful.push(known);
                } else {
                    survey.add(known);
                }
            }
        }
        for known in doubtful {
            if code_lines == 0 {
                survey.add(known);
            } else {
                survey.code.add(known.2);
            }
        }
        survey
    }

    fn add(&mut self, (line, letters, shape): (&'a str, Letters, ShapeSum)) {
        self.lines.push(line);
        self.prose.add(shape);
        for (sum, count) in self.letters.iter_mut().zip(letters) {
            *sum += count;
        }
    }
}

/// The letters and the shape of a line, and whether it is prose. A line mostly in other scripts than Latin is, and has no shape.
fn read(line: &str, model: &Model) -> (Letters, ShapeSum, bool) {
    let mut letters = [0; SCRIPTS];
    for character in line.chars() {
        let script = Script::of(character) as usize;
        if let Some(count) = letters.get_mut(script) {
            *count += 1;
        }
    }
    let mut shape = ShapeSum::default();
    let others: u32 = letters[Script::Latin as usize + 1..].iter().sum();
    if others > letters[Script::Latin as usize] {
        return (letters, shape, true);
    }
    model.add_shape(line, &mut shape);
    (letters, shape, model.prose(shape) >= 0.5)
}

/// All of a short text; stretches of a long one.
fn stretches(text: &str) -> impl Iterator<Item = &str> {
    let (count, length) = if text.len() <= WHOLE {
        (1, text.len())
    } else {
        (STRETCHES, WHOLE / STRETCHES)
    };
    (0..count).map(move |index| {
        let start = (text.len() - length) * index / (count - 1).max(1);
        &text[boundary(text, start)..boundary(text, start + length)]
    })
}

/// The last character boundary up to `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}
