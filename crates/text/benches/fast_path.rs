//! Time of the fast path by size and kind of text: medians of many runs, one line each, against the targets of F4.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use signalbox_text::{FastPath, FastPathOptions, Input, Tier};

/// Timed samples a case; the median is reported.
const SAMPLES: usize = 31;

/// Every sample reads about so many bytes, so that short texts are repeated.
const SAMPLE_BYTES: usize = 1 << 20;

/// Size in bytes, and the most a scan may take of what F4 allows from JavaScript, in microseconds.
const SIZES: [(usize, f64); 3] = [(60, 0.6), (2048, 8.0), (102_400, 300.0)];

const KINDS: [(&str, &str); 12] = [
    (
        "peer",
        "Explain how a distributed database keeps replicas consistent when the network splits, and then implement it step by step. ",
    ),
    (
        "english",
        "The committee met on Tuesday to discuss what the town could do about its old bridge, and nobody agreed with anybody else. ",
    ),
    (
        "code",
        "async fn read_file(path: &str) -> Result<String> { let text = fs::read(path)?; if text.len() == 0 { return Err(e); } }\n",
    ),
    (
        "mixed",
        "Please translate 机器学习 and Verständnis into English; don’t forget the naïve café 🙂 and «доказательство» too. ",
    ),
    (
        "chinese",
        "请用中文解释分布式数据库如何在网络分区的情况下保持副本一致，并逐步实现它。",
    ),
    (
        "russian",
        "Объясните, как распределённая база данных сохраняет согласованность реплик при разделении сети. ",
    ),
    (
        "hindi",
        "कृपया समझाइए कि नेटवर्क टूटने पर वितरित डेटाबेस प्रतियों को कैसे एक समान रखता है। ",
    ),
    ("quotes", "\"'`"),
    ("one word", "step "),
    ("no spaces", "x"),
    ("questions", "?"),
    ("emoji", "😀"),
];

fn main() -> std::io::Result<()> {
    let scorer = FastPath::new(&FastPathOptions::default()).map_err(std::io::Error::other)?;
    let hello = scorer.score(Input {
        user: "hello",
        ..Input::default()
    });
    assert_eq!(
        hello.tier,
        Tier::Simple,
        "the answer of the bench's first case"
    );
    let mut out = std::io::stdout().lock();
    for (kind, unit) in KINDS {
        for (bytes, most) in SIZES {
            let text = filled(unit, bytes);
            let (median, least) = times(&scorer, &text);
            let verdict = if median <= most { "" } else { "  above target" };
            writeln!(
                out,
                "{kind:10} {bytes:>7} B  median {median:>9.3} us  least {least:>9.3} us  (at most {most}){verdict}"
            )?;
        }
    }
    Ok(())
}

/// `unit` over and over, cut to at most `bytes` on a character.
fn filled(unit: &str, bytes: usize) -> String {
    let mut text = unit.repeat(bytes / unit.len() + 1);
    let end = (0..=bytes)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or_default();
    text.truncate(end);
    text
}

/// The median and the least time of one scan in microseconds.
#[expect(clippy::cast_precision_loss, reason = "a few million runs at most")]
fn times(scorer: &FastPath, text: &str) -> (f64, f64) {
    let runs = SAMPLE_BYTES / text.len() + 1;
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..runs {
                black_box(scorer.score(black_box(Input {
                    user: text,
                    ..Input::default()
                })));
            }
            begin.elapsed().as_secs_f64() * 1e6 / runs as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    (samples[SAMPLES / 2], samples[0])
}
