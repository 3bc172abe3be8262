//! Words of a language, drawn from the n-gram frequencies that the crates of `lingua` hold (Apache-2.0).

use std::collections::HashMap;
use std::path::Path;

use fst::{Map, Streamer};

use crate::random::Random;

/// Letters a word is begun with; those that follow depend on as many before them.
const CONTEXT: usize = 4;

type Gram = Vec<char>;

/// Draws words letter by letter. The frequencies are those of letters within words, so what is missing to 1 behind a context is
/// how often a word ends there, and what is missing before it how often one begins there.
pub(crate) struct WordSource {
    /// Whole words of up to three letters, and beginnings of four.
    starts: Vec<Gram>,
    start_sums: Vec<f64>,
    next: HashMap<Gram, Vec<(char, f64)>>,
}

impl WordSource {
    /// Reads `models/ngrams.fst`: the natural logarithm of the probability of each n-gram's last letter after those before it.
    pub(crate) fn read(file: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let map = Map::new(std::fs::read(file)?)?;
        let mut conditional: Vec<(Gram, f64)> = Vec::new();
        let mut stream = map.stream();
        while let Some((key, bits)) = stream.next() {
            let gram = std::str::from_utf8(key)?.chars().collect();
            conditional.push((gram, f64::from_bits(bits).exp()));
        }
        conditional.sort_by_key(|(gram, _)| gram.len());
        let mut joint: HashMap<Gram, f64> = HashMap::new();
        let mut next: HashMap<Gram, Vec<(char, f64)>> = HashMap::new();
        for (gram, probability) in conditional {
            let (last, before) = gram.split_last().ok_or("an empty n-gram")?;
            let base = if before.is_empty() {
                1.0
            } else {
                joint.get(before).copied().unwrap_or(0.0)
            };
            if before.len() == CONTEXT {
                next.entry(before.to_vec())
                    .or_default()
                    .push((*last, probability));
            }
            joint.insert(gram, base * probability);
        }
        let mut source = Self {
            starts: Vec::new(),
            start_sums: Vec::new(),
            next,
        };
        source.find_starts(&joint);
        Ok(source)
    }

    fn find_starts(&mut self, joint: &HashMap<Gram, f64>) {
        let mut begins = joint.clone();
        for (gram, probability) in joint {
            if let Some(rest) = begins.get_mut(&gram[1..]) {
                *rest -= probability;
            }
        }
        let mut alone: HashMap<&[char], f64> = HashMap::new();
        for (gram, probability) in &begins {
            let probability = probability.max(0.0);
            if gram.len() <= CONTEXT {
                *alone.entry(gram).or_default() += probability;
                if gram.len() > 1 {
                    *alone.entry(&gram[..gram.len() - 1]).or_default() -= probability;
                }
            }
        }
        let mut starts: Vec<(Gram, f64)> = alone
            .into_iter()
            .filter(|(_, probability)| *probability > 1e-9)
            .map(|(gram, probability)| (gram.to_vec(), probability))
            .collect();
        starts.sort_by(|one, other| one.0.cmp(&other.0));
        let mut sum = 0.0;
        for (gram, probability) in starts {
            sum += probability;
            self.starts.push(gram);
            self.start_sums.push(sum);
        }
    }

    /// One word.
    pub(crate) fn word(&self, random: &mut Random, out: &mut String) {
        let drawn = random.unit() * self.start_sums.last().copied().unwrap_or(0.0);
        let at = self.start_sums.partition_point(|sum| *sum < drawn);
        let mut word = self.starts[at.min(self.starts.len() - 1)].clone();
        while word.len() >= CONTEXT && word.len() < 30 {
            let Some(choices) = self.next.get(&word[word.len() - CONTEXT..]) else {
                break;
            };
            let mut drawn = random.unit();
            let found = choices.iter().find(|(_, probability)| {
                drawn -= probability;
                drawn < 0.0
            });
            let Some((letter, _)) = found else { break };
            word.push(*letter);
        }
        out.extend(word);
    }
}
