//! Time of sixty hostile patterns over 100 KB of the text each is worst on: refused, or at most 5 ms.

mod patterns;

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use patterns::{EVIL, HOSTILE_BYTES, hostile};
use signalbox_base::Error;
use signalbox_text::{KeywordMatcher, KeywordRule, Method, Operator};

/// What issue 5 allows.
const MOST: Duration = Duration::from_millis(5);

/// Times a pattern is compiled and run; the least counts, since whatever else the machine does only adds.
const RUNS: usize = 5;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (mut refused, mut slow) = (0, 0);
    for evil in &EVIL {
        let text = hostile(evil);
        let mut least = [Duration::MAX; 3];
        let mut refusal = None;
        for _ in 0..RUNS {
            match times(evil.0, &text) {
                Ok(times) => least = std::array::from_fn(|at| least[at].min(times[at])),
                Err(error) => refusal = Some(error),
            }
        }
        if let Some(error) = refusal {
            refused += 1;
            writeln!(out, "refused {:?}: {}", evil.0, error.received())?;
            continue;
        }
        let [compiled, first, next] = least;
        slow += usize::from(first > MOST);
        let mark = if first > MOST { "SLOW" } else { "" };
        writeln!(
            out,
            "first {first:>9.1?}  next {next:>9.1?}  compiled {compiled:>9.1?}  {:?} {mark}",
            evil.0
        )?;
    }
    writeln!(
        out,
        "{refused} of {} refused, {slow} slower than {MOST:?} over {HOSTILE_BYTES} bytes",
        EVIL.len()
    )
}

/// How long compiling takes, the first match, which builds the states of the automaton, and the next.
fn times(pattern: &str, text: &str) -> Result<[Duration; 3], Error> {
    let rule = KeywordRule {
        name: "evil".to_owned(),
        operator: Operator::Or,
        keywords: Vec::new(),
        patterns: vec![pattern.to_owned()],
        case_sensitive: false,
        method: Method::Exact,
    };
    let begin = Instant::now();
    let matcher = KeywordMatcher::new(vec![rule])?;
    let compiled = begin.elapsed();
    let run = || {
        let begin = Instant::now();
        black_box(matcher.matches(black_box(text)));
        begin.elapsed()
    };
    Ok([compiled, run(), run()])
}
