//! The one crossing of a request: fast-path score, language and keyword rules, written into an array that the caller keeps.

use napi::bindgen_prelude::{Array, Either, Object, Utf16String};
use napi_derive::napi;
use signalbox_base::{Result, invalid_input};
use signalbox_text::{
    DIMENSION_COUNT, DIMENSION_NAMES, Dimension, FastPath, FastPathOptions, Input, KeywordMatcher,
    Score,
    agentic::{self, Agentic},
    detect_language, estimate_tokens,
};

use crate::failure::RawFailure;
use crate::guard::guard;
use crate::keywords::{count, read_rules};
use crate::language::index_of;
use crate::text::utf8;
use crate::tokens::number;

/// Where the dimensions begin in the array; before them stand tier, score, confidence, flags, estimated tokens, language and how sure
/// the language is.
const HEAD: usize = 7;

/// Where the estimate and the language stand.
const TOKENS: usize = 4;
const LANGUAGE: usize = 5;

/// Bits of the number at `flags`.
const AMBIGUOUS: u32 = 1;
const AGENTIC: u32 = 2;

/// Numbers that agentic detection writes after those of the rules: score, task type, flags (1 detected, 2 several steps) and
/// bits of evidence.
const AGENTIC_TASK: usize = 4;

/// The caller's array. As an alias, since the binding's macro takes a bare `&mut` for a class of its own.
type Out<'a> = &'a mut [f64];

/// What the fast path may be told; what is left out keeps its default.
#[napi(object, object_to_js = false)]
pub struct RawFastPathOptions<'env> {
    /// Weights by the names of `dimensionNames()`.
    #[napi(ts_type = "Record<string, number>")]
    pub weights: Option<Object<'env>>,
    /// Where MEDIUM, COMPLEX and REASONING begin.
    #[napi(ts_type = "number[]")]
    pub boundaries: Option<Array<'env>>,
    /// Estimated tokens from which a request is at least COMPLEX.
    pub large_context_tokens: Option<f64>,
    /// Confidence below this is ambiguous.
    pub threshold: Option<f64>,
}

/// What a prescanner does; what is left out is not computed.
#[napi(object, object_to_js = false)]
pub struct RawPrescanOptions<'env> {
    /// Score requests.
    pub fast_path: Option<RawFastPathOptions<'env>>,
    /// Tell the language of the user's text.
    pub language: Option<bool>,
    /// Match these rules against the user's text.
    #[napi(ts_type = "RawKeywordRule[]")]
    pub keywords: Option<Array<'env>>,
    /// Judge whether the user's text asks for agentic work; written after the rules.
    pub agentic: Option<bool>,
}

/// The names of the dimensions, in the order of the array.
#[napi(catch_unwind)]
pub fn dimension_names() -> Vec<&'static str> {
    DIMENSION_NAMES.to_vec()
}

/// A scorer and its rules.
#[napi]
pub struct Prescanner {
    fast_path: Option<FastPath>,
    language: bool,
    keywords: Option<(KeywordMatcher, usize)>,
    agentic: bool,
}

/// Checks the options and compiles the rules.
#[napi]
pub fn create_prescanner(options: RawPrescanOptions<'_>) -> Either<Prescanner, RawFailure> {
    guard("createPrescanner", || {
        let fast_path = options
            .fast_path
            .map(|options| FastPath::new(&read_options(options)?))
            .transpose()?;
        let keywords = options.keywords.map(|rules| compile(&rules)).transpose()?;
        let agentic = options.agentic.unwrap_or(false);
        if agentic {
            agentic::load();
        }
        Ok(Prescanner {
            fast_path,
            language: options.language.unwrap_or(false),
            keywords,
            agentic,
        })
    })
}

#[napi]
impl Prescanner {
    /// Writes tier (0 SIMPLE to 3 REASONING), score, confidence, flags (1 ambiguous, 2 agentic), estimated tokens, the language
    /// of the user's text (an index into `languageNames()`) and its confidence, the score of every dimension, then for every rule
    /// its confidence or -1 where it does not hold, then what `agentic` found. What is not asked for is left as it is.
    /// `tools` are the names of the request's tools, a line each; only agentic detection reads them. Gives 0, or the failure.
    #[napi]
    pub fn scan(
        &self,
        user: Utf16String,
        system: Utf16String,
        tool_count: f64,
        #[napi(ts_arg_type = "Float64Array")] out: Out<'_>,
        tools: Option<Utf16String>,
    ) -> Either<u32, RawFailure> {
        guard("Prescanner.scan", || {
            let rules = self.keywords.as_ref().map_or(0, |(_, count)| *count);
            let tail = if self.agentic { AGENTIC_TASK } else { 0 };
            let needed = HEAD + DIMENSION_COUNT + rules + tail;
            if out.len() < needed {
                return Err(invalid_input(
                    "out",
                    format!("an array of {needed} numbers or more"),
                    format!("{} numbers", out.len()),
                ));
            }
            let user = utf8(&user);
            let (head, rest) = out.split_at_mut(HEAD + DIMENSION_COUNT);
            let score = self.score(input(&user, &utf8(&system), tool_count)?, head);
            if self.language {
                let found = detect_language(&user);
                head[LANGUAGE] = index_of(found.language);
                head[LANGUAGE + 1] = f64::from(found.confidence);
            }
            if self.agentic {
                let tools = tools.map(|tools| utf8(&tools)).unwrap_or_default();
                let tools: Vec<&str> = tools.lines().collect();
                let found = match &score {
                    Some(score) => score.agentic_task(&user, &tools),
                    None => agentic::detect(&user, &tools),
                };
                rest[rules..rules + tail].copy_from_slice(&task(found));
            }
            if let Some((matcher, count)) = &self.keywords {
                rest[..*count].fill(-1.0);
                matcher
                    .matches(&user)
                    .iter()
                    .for_each(|rule| rest[rule.rule] = rule.confidence);
            }
            Ok(0)
        })
    }

    /// The evidence of every dimension, in order, a line each; empty where there is none.
    #[napi]
    pub fn evidence(
        &self,
        user: Utf16String,
        system: Utf16String,
        tool_count: f64,
    ) -> Either<String, RawFailure> {
        guard("Prescanner.evidence", || {
            let Some(fast_path) = &self.fast_path else {
                return Err(invalid_input(
                    "fastPath",
                    "a prescanner that scores",
                    "one that only matches keywords",
                ));
            };
            let score = fast_path.score(input(&utf8(&user), &utf8(&system), tool_count)?);
            Ok(pack(&score.evidence()))
        })
    }
}

impl Prescanner {
    /// The score, written into the array; where nothing is scored, the estimate of tokens alone.
    fn score(&self, input: Input<'_>, head: &mut [f64]) -> Option<Score> {
        let Some(fast_path) = &self.fast_path else {
            head[TOKENS] = number(estimate_tokens(input.user) + estimate_tokens(input.system));
            return None;
        };
        let score = fast_path.score(input);
        write(&score, head);
        Some(score)
    }
}

fn compile(rules: &Array<'_>) -> Result<(KeywordMatcher, usize)> {
    let rules = read_rules(rules)?;
    let count = rules.len();
    Ok((KeywordMatcher::new(rules)?, count))
}

fn input<'a>(user: &'a str, system: &'a str, tool_count: f64) -> Result<Input<'a>> {
    Ok(Input {
        user,
        system,
        tool_count: count("toolCount", tool_count)?,
    })
}

fn write(score: &Score, head: &mut [f64]) {
    let flags = u32::from(score.ambiguous) * AMBIGUOUS + u32::from(score.agentic) * AGENTIC;
    let first = [
        f64::from(score.tier as u8),
        score.score,
        score.confidence,
        f64::from(flags),
        f64::from(score.estimated_tokens),
    ];
    head[..LANGUAGE].copy_from_slice(&first);
    head[HEAD..].copy_from_slice(&score.dimensions);
}

fn task(found: Agentic) -> [f64; AGENTIC_TASK] {
    let flags = u32::from(found.detected) + 2 * u32::from(found.multi_step);
    [
        found.score,
        f64::from(found.task_type as u8),
        f64::from(flags),
        f64::from(found.evidence),
    ]
}

fn pack(evidence: &[(Dimension, String)]) -> String {
    let mut lines = [""; DIMENSION_COUNT];
    for (dimension, text) in evidence {
        lines[dimension.index()] = text;
    }
    lines.join("\n")
}

fn read_options(raw: RawFastPathOptions<'_>) -> Result<FastPathOptions> {
    let mut options = FastPathOptions::default();
    if let Some(weights) = raw.weights {
        let pairs = read_weights(&weights)?;
        options.weights = FastPathOptions::weights_from(
            pairs.iter().map(|(name, weight)| (name.as_str(), *weight)),
        )?;
    }
    if let Some(boundaries) = raw.boundaries {
        options.boundaries = read_boundaries(&boundaries)?;
    }
    if let Some(tokens) = raw.large_context_tokens {
        options.large_context_tokens = count("largeContextTokens", tokens)?;
    }
    if let Some(threshold) = raw.threshold {
        options.threshold = threshold;
    }
    Ok(options)
}

fn read_weights(weights: &Object<'_>) -> Result<Vec<(String, f64)>> {
    let unreadable = || {
        invalid_input(
            "weights",
            "an object of numbers",
            "something that cannot be read",
        )
    };
    let names = Object::keys(weights).map_err(|_| unreadable())?;
    let read = |name: String| match weights.get::<f64>(&name) {
        Ok(Some(weight)) => Ok((name, weight)),
        Ok(None) | Err(_) => Err(invalid_input(
            format!("weights.{name}"),
            "a number",
            "something else",
        )),
    };
    names.into_iter().map(read).collect()
}

fn read_boundaries(boundaries: &Array<'_>) -> Result<[f64; 3]> {
    let wrong = || invalid_input("boundaries", "three numbers", "something else");
    if boundaries.len() != 3 {
        return Err(wrong());
    }
    let mut read = [0.0; 3];
    for (index, slot) in (0..).zip(&mut read) {
        *slot = boundaries.get(index).ok().flatten().ok_or_else(wrong)?;
    }
    Ok(read)
}
