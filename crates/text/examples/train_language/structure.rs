//! Learns to tell lines of prose from lines of code by their shape.

use crate::corpus::Corpus;
use crate::linear::{Linear, softmax};
use crate::random::Random;
use crate::shape;

/// Lines learned from.
const STEPS: usize = 1_500_000;

const RATE: f32 = 0.2;

/// Scale, bias, then a weight a row for prose and against code, in bytes.
pub(crate) fn train(corpus: &Corpus) -> Vec<u8> {
    let prose: Vec<&str> = corpus
        .sentences
        .iter()
        .map(|(_, text)| text.as_str())
        .collect();
    let english: Vec<&str> = corpus
        .english
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| is_prose(line))
        .collect();
    let technical: Vec<&str> = corpus.technical.iter().map(String::as_str).collect();
    let code: Vec<&str> = corpus.code.iter().map(String::as_str).collect();
    println!(
        "lines: {} sentences, {} English, {} about code, {} code",
        prose.len(),
        english.len(),
        technical.len(),
        code.len()
    );
    let mut random = Random(3);
    let mut linear = Linear::new(1 << shape::BITS, 2);
    let mut rows = Vec::new();
    let mut wrong = 0;
    for step in 0..STEPS {
        let class = random.below(2);
        let line = if class == 0 {
            *random.pick(&code)
        } else {
            let kind = [&prose, &technical, &english, &english][random.below(4)];
            let line = *random.pick(kind);
            shortened(line, &mut random)
        };
        fill(line, &mut rows);
        if step >= STEPS - 100_000 {
            let logits = linear.logits(&rows);
            softmax(logits);
            wrong += u32::from(logits[class] < 0.5);
        }
        linear.learn(&rows, class, RATE * (1.0 - step as f32 / STEPS as f32));
    }
    println!(
        "shapes: {:.2} % of the last lines wrong",
        f64::from(wrong) / 1000.0
    );
    pack(&linear)
}

fn pack(linear: &Linear) -> Vec<u8> {
    let mut single = linear.difference();
    let unit = single.round();
    let mut packed = unit.to_le_bytes().to_vec();
    packed.extend(0_f32.to_le_bytes());
    packed.extend(single.bytes(unit, 1));
    packed
}

fn fill(line: &str, rows: &mut Vec<u32>) {
    rows.clear();
    shape::rows(line, |row| rows.push(row as u32));
}

/// People write fragments too: every other line is cut to a few words.
fn shortened<'a>(line: &'a str, random: &mut Random) -> &'a str {
    if random.below(2) == 0 {
        return line;
    }
    let words = 1 + random.below(6);
    line.match_indices(' ')
        .nth(words)
        .map_or(line, |(end, _)| &line[..end])
}

/// Requests hold lines of code too.
fn is_prose(line: &str) -> bool {
    let marks = line
        .chars()
        .filter(|letter| "(){}[]=;<>|&_".contains(*letter))
        .count();
    !line.trim().is_empty() && marks * 20 < line.len()
}
