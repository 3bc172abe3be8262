//! Time of a thousand keyword rules over 2 KB (F5: at most 100 us), with and without patterns.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use signalbox_text::{KeywordMatcher, KeywordRule, Method, Operator};

/// Rules compiled together.
const RULES: usize = 1000;

/// Timed samples; the median is reported.
const SAMPLES: usize = 31;

/// Runs a sample.
const RUNS: usize = 200;

/// What F5 allows, in microseconds.
const MOST: f64 = 100.0;

const SENTENCE: &str = "The committee met on Tuesday to discuss what topic7x could do about keyword12 and nobody agreed with order 4711. ";

fn main() -> std::io::Result<()> {
    let text = SENTENCE.repeat(2048 / SENTENCE.len() + 1);
    let mut out = std::io::stdout().lock();
    for (name, patterns) in [("words", 0), ("100 patterns", 100), ("1000 patterns", 1000)] {
        let matcher = KeywordMatcher::new(rules(patterns)).map_err(std::io::Error::other)?;
        for (script, text) in [
            ("ascii", text[..2048].to_owned()),
            ("accented", format!("é{}é", &text[..2044])),
        ] {
            assert_eq!(
                matcher.matches(&text).first().map(|found| found.rule),
                Some(12),
                "the rule of keyword12"
            );
            let (median, least) = times(&matcher, &text);
            writeln!(
                out,
                "{name:14} {script:8} 2048 B  median {median:.1} us  least {least:.1} us  (at most {MOST})"
            )?;
        }
    }
    Ok(())
}

/// Rules of three keywords each, the first of them with a pattern too.
fn rules(patterns: usize) -> Vec<KeywordRule> {
    let of = |at: usize| KeywordRule {
        name: format!("rule{at}"),
        operator: Operator::Or,
        keywords: vec![
            format!("keyword{at}"),
            format!("phrase {at} here"),
            format!("关键词{at}"),
        ],
        patterns: if at < patterns {
            vec![format!(r"\bticket-{at}-[0-9]{{3,8}}\b")]
        } else {
            Vec::new()
        },
        case_sensitive: false,
        method: Method::Exact,
    };
    (0..RULES).map(of).collect()
}

/// The median and the least time of one match in microseconds.
#[expect(clippy::cast_precision_loss, reason = "a few hundred runs")]
fn times(matcher: &KeywordMatcher, text: &str) -> (f64, f64) {
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..RUNS {
                black_box(matcher.matches(black_box(text)));
            }
            begin.elapsed().as_secs_f64() * 1e6 / RUNS as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    (samples[SAMPLES / 2], samples[0])
}
