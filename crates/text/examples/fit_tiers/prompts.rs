//! The labelled prompts of `data/tiers.jsonl`, and which of them are kept aside.

use std::path::Path;

use signalbox_text::{FastPath, Input, Tier};

/// Topics that nothing is ever fitted on, written in another style: no capitals, few marks, other subjects.
const ASIDE_FAMILIES: [&str; 10] = [
    "health", "law", "arts", "home", "physics", "sport", "slang", "agent", "money", "office",
];

/// Of every ten prompts of the other topics so many are kept aside too.
const ASIDE_OF_TEN: u64 = 3;

/// What a prompt is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Fitted on.
    Fitted,
    /// Kept aside; its topics are those of the fitted ones.
    Aside,
    /// Kept aside with its whole topic.
    AsideTopic,
}

/// One labelled prompt.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub text: String,
    pub system: String,
    pub language: String,
    pub family: String,
    pub tier: Tier,
}

impl Prompt {
    /// What it is used for: decided by its topic, else by a hash of its text alone.
    pub fn part(&self) -> Part {
        if ASIDE_FAMILIES.contains(&self.family.as_str()) {
            Part::AsideTopic
        } else if hash(&self.text) % 10 < ASIDE_OF_TEN {
            Part::Aside
        } else {
            Part::Fitted
        }
    }

    /// As the scorer takes it.
    pub fn input(&self) -> Input<'_> {
        Input {
            user: &self.text,
            system: &self.system,
            tool_count: 0,
        }
    }
}

/// FNV-1a of the text, 64 bits (Fowler, Noll and Vo), its halves mixed.
fn hash(text: &str) -> u64 {
    let mixed = text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    mixed ^ (mixed >> 32)
}

/// All labelled prompts, in the order of the file.
pub fn read() -> Vec<Prompt> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/tiers.jsonl");
    let text = std::fs::read_to_string(path).expect("data/tiers.jsonl is part of the crate");
    text.lines().map(parse).collect()
}

fn parse(line: &str) -> Prompt {
    let row: serde_json::Value = serde_json::from_str(line).expect("a line is one JSON object");
    let of = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let tier = Tier::ALL
        .into_iter()
        .find(|tier| tier.name() == of("tier"))
        .expect("a line names one of the four tiers");
    Prompt {
        text: of("text"),
        system: of("system"),
        language: of("language"),
        family: of("family"),
        tier,
    }
}

/// The tier, confidence and correctness of a prompt by the scorer as it is.
#[derive(Clone, Debug)]
pub struct Judged {
    pub confidence: f64,
    pub right: bool,
}

/// Scores one prompt.
pub fn judge(scorer: &FastPath, prompt: &Prompt) -> Judged {
    let score = scorer.score(prompt.input());
    Judged {
        confidence: score.confidence,
        right: score.tier == prompt.tier,
    }
}
