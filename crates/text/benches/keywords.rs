//! Time of a thousand keyword rules over 2 KB (F5: at most 100 us): words, patterns and every method, interleaved.

use std::hint::black_box;
use std::io::Write;
use std::rc::Rc;
use std::time::Instant;

use signalbox_text::{KeywordMatcher, KeywordRule, Method, Operator};

/// Rules compiled together.
const RULES: usize = 1000;

/// Timed samples of every arm, in turn; the median is reported.
const SAMPLES: usize = 301;

/// Runs a sample.
const RUNS: usize = 10;

/// What F5 allows, in microseconds.
const MOST: f64 = 100.0;

const SENTENCE: &str = "The committee met on Tuesday to discuss what topic7x could do about keyword12 and nobody agreed with order 4711. ";

/// The syllables of invented words; ten of them, thrice, give a thousand.
const SYLLABLES: [&str; 10] = [
    "ba", "gre", "lin", "mor", "tas", "vel", "ock", "und", "shi", "per",
];

/// A name, how many rules have a pattern, and the method of all.
type Arm = (&'static str, usize, fn(usize) -> Method);

const ARMS: [Arm; 7] = [
    ("words", 0, |_| Method::Exact),
    ("100 patterns", 100, |_| Method::Exact),
    ("1000 patterns", 1000, |_| Method::Exact),
    ("fuzzy", 0, |_| fuzzy()),
    ("ngram", 0, |_| ngram()),
    ("bm25", 0, |_| bm25()),
    ("mixed", 0, |at| match at % 4 {
        0 => Method::Exact,
        1 => fuzzy(),
        2 => ngram(),
        _ => bm25(),
    }),
];

fn main() -> std::io::Result<()> {
    let text = SENTENCE.repeat(2048 / SENTENCE.len() + 1);
    let mut arms = Vec::new();
    for (name, patterns, method) in ARMS {
        let begin = Instant::now();
        let matcher =
            KeywordMatcher::new(rules(patterns, method)).map_err(std::io::Error::other)?;
        let (matcher, compiled) = (Rc::new(matcher), begin.elapsed());
        for (script, text) in [
            ("ascii", text[..2048].to_owned()),
            ("accented", format!("é{}é", &text[..2044])),
        ] {
            let found = matcher.matches(&text);
            assert!(
                found.iter().any(|found| found.rule == 12),
                "{name}: the rule of keyword12"
            );
            assert!(found.len() < 20, "{name}: {} rules", found.len());
            arms.push((name, script, text, Rc::clone(&matcher), compiled));
        }
    }
    let mut samples = vec![Vec::new(); arms.len()];
    for _ in 0..SAMPLES {
        for ((_, _, text, matcher, _), samples) in arms.iter().zip(&mut samples) {
            samples.push(sample(matcher, text));
        }
    }
    let mut out = std::io::stdout().lock();
    for ((name, script, _, _, compiled), mut samples) in arms.into_iter().zip(samples) {
        samples.sort_by(f64::total_cmp);
        writeln!(
            out,
            "{name:14} {script:8} 2048 B  median {:.1} us  least {:.1} us  (at most {MOST})  compiled in {compiled:.0?}",
            samples[SAMPLES / 2],
            samples[0],
        )?;
    }
    Ok(())
}

fn fuzzy() -> Method {
    Method::Fuzzy {
        edits: Method::FUZZY_EDITS,
    }
}

fn ngram() -> Method {
    Method::Ngram {
        threshold: Method::NGRAM_THRESHOLD,
        arity: Method::NGRAM_ARITY,
    }
}

fn bm25() -> Method {
    Method::Bm25 {
        threshold: Method::BM25_THRESHOLD,
    }
}

/// Rules of three keywords each, the first of them with a pattern too; rule 12 holds for the text by any method.
fn rules(patterns: usize, method: fn(usize) -> Method) -> Vec<KeywordRule> {
    let of = |at: usize| KeywordRule {
        name: format!("rule{at}"),
        operator: Operator::Or,
        keywords: vec![
            if at == 12 {
                "keyword12".to_owned()
            } else {
                word(at)
            },
            format!("{} {}", word(at + 1), word(at * 7)),
            format!("关键词{at}"),
        ],
        patterns: if at < patterns {
            vec![format!(r"\bticket-{at}-[0-9]{{3,8}}\b")]
        } else {
            Vec::new()
        },
        case_sensitive: false,
        method: method(at),
    };
    (0..RULES).map(of).collect()
}

/// An invented word of three or four syllables.
fn word(at: usize) -> String {
    let digit = |shift: u32| SYLLABLES[at / 10_usize.pow(shift) % 10];
    [digit(0), digit(1), digit(2), digit(3)].concat()
}

/// The mean time of one match in microseconds.
#[expect(clippy::cast_precision_loss, reason = "ten runs")]
fn sample(matcher: &KeywordMatcher, text: &str) -> f64 {
    let begin = Instant::now();
    for _ in 0..RUNS {
        black_box(matcher.matches(black_box(text)));
    }
    begin.elapsed().as_secs_f64() * 1e6 / RUNS as f64
}
