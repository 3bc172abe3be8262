//! Fuzzing of scorer, matcher and offsets: seeded mutations, a few thousand in the tests, minutes with `SIGNALBOX_FUZZ_SECONDS`.
//!
//! A round's failure names its seed; `SIGNALBOX_FUZZ_SEED` begins there.

mod mutation;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use mutation::Mutation;
use signalbox_text::{
    FastPath, FastPathOptions, Input, KeywordMatcher, KeywordRule, Method, agentic,
};

/// Rounds of each target without a time to fill.
const ROUNDS: u64 = 1500;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs `round` with seed after seed.
fn fuzz(target: &str, round: impl Fn(&mut Mutation)) {
    let first = number("SIGNALBOX_FUZZ_SEED").unwrap_or(1);
    let end = number("SIGNALBOX_FUZZ_SECONDS")
        .map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut seed = first;
    while end.map_or(seed < first + ROUNDS, |end| Instant::now() < end) {
        let caught = catch_unwind(AssertUnwindSafe(|| round(&mut Mutation::new(seed))));
        if let Err(panic) = caught {
            std::io::Write::write_fmt(
                &mut std::io::stderr(),
                format_args!("{target} fails with SIGNALBOX_FUZZ_SEED={seed}\n"),
            )
            .expect("the error stream is open");
            resume_unwind(panic);
        }
        seed += 1;
    }
}

#[test]
fn scorer() {
    let fast_path = FastPath::new(&FastPathOptions::default()).expect("the defaults are valid");
    fuzz("scorer", |mutation| {
        let (user, system) = (mutation.text(40), mutation.text(6));
        let tools: Vec<String> = (0..mutation.below(3)).map(|_| mutation.text(2)).collect();
        let tools: Vec<&str> = tools.iter().map(String::as_str).collect();
        let input = Input {
            user: &user,
            system: &system,
            tool_count: u32::try_from(tools.len()).unwrap_or_default(),
        };
        let score = fast_path.score(input);
        assert!((-1.0..=1.0).contains(&score.score), "{score:?}");
        assert!((0.0..=1.0).contains(&score.confidence), "{score:?}");
        assert!(
            score
                .dimensions
                .iter()
                .all(|value| (-1.0..=1.0).contains(value))
        );
        assert_eq!(score, fast_path.score(input), "the same twice");
        let found = agentic::detect(&user, &tools);
        assert!((0.0..=1.0).contains(&found.score), "{found:?}");
        assert_eq!(
            found,
            score.agentic_task(&user, &tools),
            "with and without a scan of its own"
        );
    });
}

/// Rules that compile, or nothing; a refusal must say what was expected where.
fn compiled(rules: Vec<KeywordRule>) -> Option<KeywordMatcher> {
    match KeywordMatcher::new(rules) {
        Ok(matcher) => Some(matcher),
        Err(error) => {
            assert!(
                error.at().starts_with("rules") && !error.expected().is_empty(),
                "{error}"
            );
            None
        }
    }
}

#[test]
fn matcher() {
    fuzz("matcher", |mutation| {
        let rules = mutation.rules();
        let Some(matcher) = compiled(rules.clone()) else {
            return;
        };
        let text = mutation.text(30);
        let found = matcher.matches(&text);
        assert!(found.windows(2).all(|pair| pair[0].rule < pair[1].rule));
        for one in &found {
            assert!(one.confidence > 0.0 && one.confidence <= 1.0, "{one:?}");
            let known = &rules[one.rule];
            let named = |name| known.keywords.contains(name) || known.patterns.contains(name);
            assert!(one.matched.iter().all(named));
        }
        for (place, rule) in rules.iter().enumerate() {
            let alone = compiled(vec![rule.clone()]).expect("it compiled among others");
            let expected = found.iter().find(|one| one.rule == place);
            let answer = alone.matches(&text);
            assert_eq!(
                answer.first().map(|one| (&one.matched, one.confidence)),
                expected.map(|one| (&one.matched, one.confidence)),
                "a rule says the same alone as among others"
            );
        }
    });
}

#[test]
fn offsets() {
    fuzz("offsets", |mutation| {
        let rules = mutation.rules();
        let Some(matcher) = compiled(rules.clone()) else {
            return;
        };
        let text = mutation.text(30);
        let units: Vec<u16> = text.encode_utf16().collect();
        let findings = matcher.find(&text, 1 + mutation.below(20));
        let found: Vec<_> = findings.iter().map(|one| one.found.clone()).collect();
        assert_eq!(found, matcher.matches(&text), "find and matches agree");
        for finding in &findings {
            let rule = &rules[finding.found.rule];
            for span in &finding.spans {
                let cut =
                    String::from_utf16(&units[span.begin..span.end]).expect("whole characters");
                assert!(!cut.is_empty(), "{span:?}");
                let keyword = &finding.found.matched[span.matched];
                if rule.method == Method::Exact
                    && rule.keywords.contains(keyword)
                    && rule.case_sensitive
                {
                    assert_eq!(&cut, keyword, "{span:?}");
                }
                if rule.method == Method::Exact && rule.keywords.contains(keyword) {
                    assert_eq!(cut.chars().count(), keyword.chars().count(), "{span:?}");
                }
            }
        }
    });
}
