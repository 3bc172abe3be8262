//! Time of sixty hostile patterns over 100 KB of the text each is worst on: refused, or at most 5 ms.

mod patterns;

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use patterns::{EVIL, HOSTILE_BYTES, hostile};
use signalbox_text::{KeywordMatcher, KeywordRule, Method, Operator};

/// What issue 5 allows.
const MOST: Duration = Duration::from_millis(5);

/// Timed runs; the least of the later ones is reported, and the first, which builds the automaton's states.
const RUNS: usize = 7;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (mut refused, mut slow) = (0, 0);
    for evil in &EVIL {
        let rule = KeywordRule {
            name: "evil".to_owned(),
            operator: Operator::Or,
            keywords: Vec::new(),
            patterns: vec![evil.0.to_owned()],
            case_sensitive: false,
            method: Method::Exact,
        };
        let begin = Instant::now();
        let matcher = match KeywordMatcher::new(vec![rule]) {
            Ok(matcher) => matcher,
            Err(error) => {
                refused += 1;
                writeln!(out, "refused {:?}: {}", evil.0, error.received())?;
                continue;
            }
        };
        let compiled = begin.elapsed();
        let text = hostile(evil);
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let begin = Instant::now();
                black_box(matcher.matches(black_box(&text)));
                begin.elapsed()
            })
            .collect();
        let first = times.remove(0);
        let least = times.into_iter().min().unwrap_or_default();
        slow += usize::from(least > MOST);
        let mark = if least > MOST { "SLOW" } else { "" };
        writeln!(
            out,
            "first {first:>9.1?}  least {least:>9.1?}  compiled {compiled:>9.1?}  {:?} {mark}",
            evil.0
        )?;
    }
    writeln!(
        out,
        "{refused} of {} refused, {slow} slower than {MOST:?} over {HOSTILE_BYTES} bytes",
        EVIL.len()
    )
}
