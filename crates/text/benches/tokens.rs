//! Speed of exact token counts (F7: at least 25 MB/s), beside the reference implementation in the same run, and of long runs
//! without a break, which must stay linear. Time is CPU time.

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use signalbox_text::{Encoding, estimate_tokens};

/// What F7 asks for, in MB/s.
const LEAST: f64 = 25.0;

const SAMPLES: usize = 9;

const PROSE: &str = "The committee met on Tuesday to discuss whether the proposal, which had been circulated in March, could be financed at all; nobody agreed. ";
const CODE: &str = "    for (let index = 0; index < items.length; index += 1) {\n        total += items[index].price * (1 - discount);\n    }\n";
const GERMAN: &str = "Die Straßenverkehrsordnung schreibt vor, dass Fahrzeugführer ausreichenden Sicherheitsabstand einhalten müssen. ";
const RUSSIAN: &str = "Комитет собрался во вторник, чтобы обсудить предложение, разосланное в марте, и никто не согласился. ";
const CHINESE: &str =
    "委员会星期二开会讨论三月份分发的提案是否能够获得资金支持，但是没有人同意这个方案。";
const HINDI: &str =
    "समिति ने मंगलवार को इस बात पर चर्चा की कि क्या मार्च में भेजे गए प्रस्ताव को धन मिल सकता है। ";

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let references = [
        tiktoken_rs::cl100k_base_singleton(),
        tiktoken_rs::o200k_base_singleton(),
    ];
    for (encoding, reference) in Encoding::ALL.into_iter().zip(references) {
        writeln!(
            out,
            "{}: {:.1} MB resident",
            encoding.name(),
            megabytes(encoding.resident_bytes())
        )?;
        for (name, unit) in [
            ("prose", PROSE),
            ("code", CODE),
            ("german", GERMAN),
            ("russian", RUSSIAN),
            ("chinese", CHINESE),
            ("hindi", HINDI),
        ] {
            let text = unit.repeat(200_000 / unit.len());
            assert_eq!(
                encoding.count(&text),
                reference.encode_ordinary(&text).len(),
                "{name}"
            );
            let mut ours = Vec::new();
            let mut theirs = Vec::new();
            for _ in 0..SAMPLES {
                ours.push(speed(&text, 30, |text| encoding.count(text)));
                theirs.push(speed(&text, 1, |text| {
                    reference.encode_ordinary(text).len()
                }));
            }
            writeln!(
                out,
                "  {name:8} {:7.1} MB/s  reference {:6.1} MB/s  (at least {LEAST})",
                median(ours),
                median(theirs)
            )?;
        }
        for (name, unit) in [
            ("a", "a"),
            ("space", " "),
            ("emoji", "😀"),
            ("han", "字"),
            ("line", "\n"),
            ("mixed", "aZ"),
        ] {
            let speeds = [100_000, 400_000]
                .map(|length| speed(&unit.repeat(length), 3, |text| encoding.count(text)));
            writeln!(
                out,
                "  run of {name:6} 100k {:6.1} MB/s  400k {:6.1} MB/s",
                speeds[0], speeds[1]
            )?;
        }
    }
    let text = PROSE.repeat(1000);
    writeln!(
        out,
        "estimate {:.0} MB/s",
        speed(&text, 30, estimate_tokens)
    )
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// MB for each second of this thread's CPU time.
fn speed(text: &str, runs: u32, count: impl Fn(&str) -> usize) -> f64 {
    let begin = (cpu_time(), Instant::now());
    for _ in 0..runs {
        black_box(count(black_box(text)));
    }
    let took = match (begin.0, cpu_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => begin.1.elapsed(),
    };
    f64::from(runs) * megabytes(text.len()) / took.as_secs_f64()
}

/// What this thread has run so far, where Linux says so; what else runs then changes little.
fn cpu_time() -> Option<Duration> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(
        schedule.split(' ').next()?.parse().ok()?,
    ))
}

fn median(mut speeds: Vec<f64>) -> f64 {
    speeds.sort_by(f64::total_cmp);
    speeds[speeds.len() / 2]
}
