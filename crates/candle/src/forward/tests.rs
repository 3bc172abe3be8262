//! Hidden states against the goldens of transformers.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde_json::Value;
use signalbox_base::Result;
use signalbox_core::{Batch, Cancel, Heads, Pass, Pooling, normalise, pool_row};
use signalbox_encoder::{Tensor, WeightSource};

use super::*;
use crate::keys::Keys;
use crate::trunk::Trunk;

struct Source(Vec<Vec<u8>>, &'static str);
impl WeightSource for Source {
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        for bytes in &self.0 {
            let file = SafeTensors::deserialize(bytes).unwrap();
            if let Ok(view) = file.tensor(&format!("{}{name}", self.1)) {
                let values = match view.dtype() {
                    safetensors::Dtype::F32 => view.data().chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect(),
                    _ => view.data().chunks(2).map(|b| f32::from_bits(u32::from(u16::from_le_bytes(b.try_into().unwrap())) << 16)).collect(),
                };
                return Ok(Some(Tensor { shape: view.shape().to_vec(), values }));
            }
        }
        Ok(None)
    }
}
fn folder(name: &str) -> PathBuf { Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tiny").join(name) }
fn source(name: &str, prefix: &'static str) -> Source {
    let mut files: Vec<_> = fs::read_dir(folder(name)).unwrap().map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "safetensors")).collect();
    files.sort();
    Source(files.iter().map(|p| fs::read(p).unwrap()).collect(), prefix)
}
fn json(name: &str, file: &str) -> Value { serde_json::from_slice(&fs::read(folder(name).join(file)).unwrap()).unwrap() }
fn states(trunk: &dyn Trunk, rows: &[Vec<u32>], threads: usize) -> Vec<Vec<f32>> {
    let batch = Batch::of(rows, Heads::none()).unwrap();
    let cancel = Cancel::default();
    let mut out = Vec::new();
    trunk.run(&batch, Pass { cancel: &cancel, threads }, &mut |_, s| { out.push(s.to_vec()); Ok(()) }).unwrap();
    out
}
fn check(name: &str, prefix: &'static str, trunk: &dyn Trunk, pooling: Pooling, dense: &[&str]) {
    let cases = json(name, "golden.json");
    let rows: Vec<Vec<u32>> = cases.as_array().unwrap().iter().map(|c| serde_json::from_value(c["ids"].clone()).unwrap()).collect();
    let _ = prefix;
    let all = states(trunk, &rows, 1);
    assert_eq!(all, states(trunk, &rows, 3));
    for (case, (row, states_of)) in cases.as_array().unwrap().iter().zip(rows.iter().zip(&all)) {
        assert_eq!(&states(trunk, &[row.clone()], 2)[0], states_of);
        let mut v = pool_row(states_of, trunk.width(), pooling);
        for d in dense {
            let bytes = fs::read(folder(name).join(d).join("model.safetensors")).unwrap();
            let w = Source(vec![bytes], "").tensor("linear.weight").unwrap().unwrap();
            v = w.values.chunks(w.shape[1]).map(|r| r.iter().zip(&v).map(|(a, b)| a * b).sum()).collect();
        }
        normalise(&mut v);
        let Some(e) = case.get("embedding") else { continue };
        let e: Vec<f32> = serde_json::from_value(e.clone()).unwrap();
        let worst = v.iter().zip(&e).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        println!("{name} {} {worst}", row.len());
        assert!(worst < 1e-4);
    }
}
#[test]
fn deberta() {
    let config = json("deberta", "config.json");
    let trunk = Deberta::load(&Keys::new("config.json", &config).unwrap(), &source("deberta", "deberta.")).unwrap();
    check("deberta", "", &trunk, Pooling::Mean, &[]);
}
#[test]
fn deberta_token() {
    let config = json("deberta_token", "config.json");
    let trunk = Deberta::load(&Keys::new("config.json", &config).unwrap(), &source("deberta_token", "deberta.")).unwrap();
    let s = source("deberta_token", "");
    let w = s.tensor("classifier.weight").unwrap().unwrap();
    let b = s.tensor("classifier.bias").unwrap().unwrap();
    for case in json("deberta_token", "golden.json").as_array().unwrap() {
        if case.get("types").is_some() { continue }
        let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        let expected: Vec<Vec<f32>> = serde_json::from_value(case["token_logits"].clone()).unwrap();
        let s = &states(&trunk, &[ids], 1)[0];
        for (s, e) in s.chunks(40).zip(&expected) {
            for (l, e) in e.iter().enumerate() {
                let x: f32 = b.values[l] + w.values[l*40..(l+1)*40].iter().zip(s).map(|(a, b)| a * b).sum::<f32>();
                assert!((x - e).abs() < 1e-4, "{x} {e}");
            }
        }
    }
}
#[test]
fn qwen() {
    for name in ["qwen3", "qwen3_sliding"] {
        let config = json(name, "config.json");
        let trunk = qwen3(&Keys::new("config.json", &config).unwrap(), &source(name, "")).unwrap();
        check(name, "", &trunk, Pooling::Last, &[]);
    }
}
#[test]
fn gemma() {
    let config = json("embeddinggemma", "config.json");
    let trunk = gemma3(&Keys::new("config.json", &config).unwrap(), &source("embeddinggemma", "")).unwrap();
    check("embeddinggemma", "", &trunk, Pooling::Mean, &["2_Dense", "3_Dense"]);
}
