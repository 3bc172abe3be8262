//! The labelled prompts of `data/tiers.jsonl`, and which of them are kept aside.

use std::path::Path;

use signalbox_text::{FastPath, Input, Tier};

/// Topics that nothing is ever fitted on, written in another style: no capitals, few marks, other subjects.
const ASIDE_FAMILIES: [&str; 10] = [
    "health", "law", "arts", "home", "physics", "sport", "slang", "agent", "money", "office",
];

/// Topics that neither words nor curves were chosen on: some of their prompts fit the map of the confidence, the others are kept
/// aside.
const CALIBRATING_FAMILIES: [&str; 8] = [
    "school", "travel", "garden", "music", "data", "history", "pets", "shop",
];

/// Of every ten prompts of those topics so many are kept aside.
const ASIDE_OF_TEN_CALIBRATING: u64 = 4;

/// Examples that other tests hold the scorer to: always fitted, and the curves must get them right.
const PINNED_FAMILY: &str = "pinned";

/// Of every ten prompts of the other topics so many are kept aside too.
const ASIDE_OF_TEN: u64 = 3;

/// What a prompt is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Fitted on.
    Fitted,
    /// The map of the confidence is fitted on it, and nothing else.
    Calibrating,
    /// Kept aside; its topics are those of the fitted ones.
    Aside,
    /// Kept aside; its topic is none of the fitted ones.
    AsideTopic,
}

/// One labelled prompt.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) text: String,
    pub(crate) system: String,
    pub(crate) language: String,
    pub(crate) family: String,
    pub(crate) tier: Tier,
}

impl Prompt {
    /// What it is used for: decided by its topic, else by a hash of its text alone.
    pub(crate) fn part(&self) -> Part {
        let of_ten = hash(&self.text) % 10;
        let family = self.family.as_str();
        if ASIDE_FAMILIES.contains(&family) {
            Part::AsideTopic
        } else if CALIBRATING_FAMILIES.contains(&family) {
            if of_ten < ASIDE_OF_TEN_CALIBRATING {
                Part::AsideTopic
            } else {
                Part::Calibrating
            }
        } else if !self.is_pinned() && of_ten < ASIDE_OF_TEN {
            Part::Aside
        } else {
            Part::Fitted
        }
    }

    /// Whether the curves must get it right.
    pub(crate) fn is_pinned(&self) -> bool {
        self.family == PINNED_FAMILY
    }

    /// As the scorer takes it.
    pub(crate) fn input(&self) -> Input<'_> {
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
pub(crate) fn read() -> Vec<Prompt> {
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) confidence: f64,
    pub(crate) right: bool,
}

/// Scores one prompt.
pub(crate) fn judge(scorer: &FastPath, prompt: &Prompt) -> Judged {
    let score = scorer.score(prompt.input());
    Judged {
        confidence: score.confidence,
        right: score.tier == prompt.tier,
    }
}
