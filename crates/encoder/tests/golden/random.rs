//! Random models large enough for several threads, and texts for them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use signalbox_base::Result;
use signalbox_encoder::{Bert, Config, Family, Modern, Tensor, WeightSource};

pub(super) const HIDDEN: usize = 192;
const INTERMEDIATE: usize = 400;
const VOCABULARY: usize = 50;

pub(super) struct Random(pub(super) u32);

impl Random {
    pub(super) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(i16::try_from(i64::from(self.0 >> 16) - 32_768).unwrap()) / 32_768.0
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end
    }

    pub(super) fn vector(&mut self, length: usize, spread: f32) -> Vec<f32> {
        (0..length).map(|_| spread * self.next()).collect()
    }

    pub(super) fn rows(&mut self, lengths: &[usize]) -> (Vec<u32>, Vec<usize>) {
        let mut offsets = vec![0];
        for length in lengths {
            offsets.push(offsets.last().unwrap() + length);
        }
        let count = *offsets.last().unwrap();
        let ids = (0..count).map(|_| u32::try_from(self.below(VOCABULARY)).unwrap());
        (ids.collect(), offsets)
    }
}

pub(super) fn bert() -> Config {
    config(Family::Bert(Bert {
        types: 2,
        first_position: 0,
    }))
}

pub(super) fn modern() -> Config {
    config(Family::Modern(Modern {
        global_theta: 160_000.0,
        local_theta: 10_000.0,
        global_every: 3,
        reach: 20,
        attention_bias: true,
        mlp_bias: true,
        norm_bias: true,
    }))
}

const fn config(family: Family) -> Config {
    Config {
        vocabulary: VOCABULARY,
        hidden: HIDDEN,
        layers: 2,
        heads: 6,
        intermediate: INTERMEDIATE,
        positions: 300,
        norm_epsilon: 1e-5,
        family,
        branches: Vec::new(),
    }
}

/// The same tensors each time they are asked for.
pub(super) struct Weights {
    random: RefCell<Random>,
    pub(super) known: RefCell<BTreeMap<String, Tensor>>,
}

impl Weights {
    pub(super) fn new(seed: u32) -> Self {
        Self {
            random: RefCell::new(Random(seed)),
            known: RefCell::default(),
        }
    }
}

impl WeightSource for Weights {
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        let make = || {
            let shape = shape(name);
            let norm = name.to_lowercase().contains("norm") && name.ends_with("weight");
            let mut values = self
                .random
                .borrow_mut()
                .vector(shape.iter().product(), 0.12);
            for value in &mut values {
                *value += f32::from(u8::from(norm));
            }
            Tensor { shape, values }
        };
        let mut known = self.known.borrow_mut();
        Ok(Some(
            known.entry(name.to_owned()).or_insert_with(make).clone(),
        ))
    }
}

/// Outputs and depth of a linear layer.
pub(super) fn sizes(name: &str) -> (usize, usize) {
    let table = [
        ("Wqkv", 3 * HIDDEN, HIDDEN),
        ("mlp.Wi", 2 * INTERMEDIATE, HIDDEN),
        ("intermediate", INTERMEDIATE, HIDDEN),
        ("mlp.Wo", HIDDEN, INTERMEDIATE),
        ("attention.output.dense", HIDDEN, HIDDEN),
        ("output.dense", HIDDEN, INTERMEDIATE),
    ];
    let row = table.into_iter().find(|(part, ..)| name.contains(part));
    row.map_or((HIDDEN, HIDDEN), |(_, outputs, depth)| (outputs, depth))
}

fn shape(name: &str) -> Vec<usize> {
    let (outputs, depth) = sizes(name);
    match name {
        _ if name.to_lowercase().contains("norm") => vec![HIDDEN],
        _ if name.contains("word_emb") || name.contains("tok_emb") => vec![VOCABULARY, HIDDEN],
        _ if name.contains("position_emb") => vec![300, HIDDEN],
        _ if name.contains("token_type") => vec![2, HIDDEN],
        _ if name.ends_with("bias") => vec![outputs],
        _ => vec![outputs, depth],
    }
}
