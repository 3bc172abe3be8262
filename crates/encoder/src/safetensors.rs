//! `model.safetensors`, in one file or several, as a source of weights.

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use signalbox_base::Result;

use crate::source::{Tensor, WeightSource};
use signalbox_base::model_invalid;

const FILE: &str = "model.safetensors";

/// Prefixes under which exporters put an encoder: bare, and inside a model with a head.
const PREFIXES: [&str; 4] = ["", "bert.", "model.", "roberta."];

/// Tensors that every encoder of some family has; they tell the prefix.
const PROBES: [&str; 2] = [
    "embeddings.word_embeddings.weight",
    "embeddings.tok_embeddings.weight",
];

/// The tensors of one model.
pub struct Safetensors<'file> {
    files: Vec<SafeTensors<'file>>,
    prefix: &'static str,
}

impl<'file> Safetensors<'file> {
    /// Reads the headers of all shards.
    ///
    /// # Errors
    /// `ModelInvalid` when one is cut short or corrupt, or none holds the token embeddings.
    pub fn read(shards: &[&'file [u8]]) -> Result<Self> {
        let open = |bytes: &&'file [u8]| {
            SafeTensors::deserialize(bytes).map_err(|error| unreadable(&error))
        };
        let files = shards.iter().map(open).collect::<Result<Vec<_>>>()?;
        let holds = |prefix: &&str| {
            PROBES
                .iter()
                .any(|probe| find(&files, &format!("{prefix}{probe}")).is_some())
        };
        let prefix = PREFIXES.into_iter().find(holds);
        let prefix = prefix
            .ok_or_else(|| model_invalid(format!("{FILE}:{}", PROBES[0]), "a tensor", "nothing"))?;
        Ok(Self { files, prefix })
    }
}

impl WeightSource for Safetensors<'_> {
    /// Checkpoints of 2018 call the two vectors of a layer norm `gamma` and `beta`.
    fn tensor(&self, name: &str) -> Result<Option<Tensor>> {
        let old = name
            .replace("LayerNorm.weight", "LayerNorm.gamma")
            .replace("LayerNorm.bias", "LayerNorm.beta");
        let view = [name, &old]
            .into_iter()
            .find_map(|name| find(&self.files, &format!("{}{name}", self.prefix)));
        let Some(view) = view else { return Ok(None) };
        let mut values = Vec::with_capacity(view.shape().iter().product());
        if !widen(view.dtype(), view.data(), &mut values) {
            let received = format!("{:?}", view.dtype());
            return Err(model_invalid(
                self.place(name),
                "f32, f16 or bf16",
                received,
            ));
        }
        Ok(Some(Tensor {
            shape: view.shape().to_vec(),
            values,
        }))
    }

    /// The file, then the name with its prefix.
    fn place(&self, name: &str) -> String {
        format!("{FILE}:{}{name}", self.prefix)
    }
}

fn find<'files>(files: &'files [SafeTensors<'_>], name: &str) -> Option<TensorView<'files>> {
    files.iter().find_map(|file| file.tensor(name).ok())
}

/// Appends little-endian numbers to `out` as f32; false, and nothing appended, when `dtype` is none of f32, f16, bf16 and i8.
#[must_use]
pub fn widen(dtype: Dtype, data: &[u8], out: &mut Vec<f32>) -> bool {
    match dtype {
        Dtype::F32 => numbers(data, out, f32::from_le_bytes),
        Dtype::F16 => numbers(data, out, |bytes| from_half(u16::from_le_bytes(bytes))),
        Dtype::BF16 => numbers(data, out, |bytes| {
            f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
        }),
        Dtype::I8 => numbers(data, out, |[byte]: [u8; 1]| {
            f32::from(i8::from_le_bytes([byte]))
        }),
        _ => return false,
    }
    true
}

fn numbers<const BYTES: usize>(data: &[u8], out: &mut Vec<f32>, number: fn([u8; BYTES]) -> f32) {
    let chunks = data.as_chunks::<BYTES>().0.iter();
    out.extend(chunks.map(|bytes| number(*bytes)));
}

/// IEEE 754 binary16 to binary32; a subnormal is its fraction times 2^-24.
fn from_half(half: u16) -> f32 {
    let (sign, exponent, fraction) = (
        u32::from(half >> 15) << 31,
        u32::from(half >> 10) & 31,
        u32::from(half & 0x3ff),
    );
    let magnitude = match exponent {
        0 => (f32::from(half & 0x3ff) / 16_777_216.0).to_bits(),
        31 => 0x7f80_0000 | (fraction << 13),
        _ => ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | magnitude)
}

fn unreadable(error: &impl std::fmt::Display) -> signalbox_base::Error {
    let text = error.to_string();
    model_invalid(
        FILE,
        "a safetensors file",
        text.lines().next().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_base::Code;

    fn file(prefix: &str, dtype: Dtype, data: &[u8]) -> Vec<u8> {
        let view = TensorView::new(dtype, vec![2], data).expect("two numbers");
        safetensors::serialize(
            [(format!("{prefix}embeddings.word_embeddings.weight"), view)],
            None,
        )
        .expect("a file")
    }

    #[test]
    fn every_number_format_and_prefix_is_read() {
        let single: Vec<u8> = [1.5_f32, -2.0]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let table = [
            (Dtype::F32, single),
            (Dtype::F16, vec![0x00, 0x3e, 0x00, 0xc0]),
            (Dtype::BF16, vec![0xc0, 0x3f, 0x00, 0xc0]),
        ];
        for (dtype, data) in table {
            for prefix in PREFIXES {
                let bytes = file(prefix, dtype, &data);
                let tensor = Safetensors::read(&[&bytes])
                    .and_then(|source| source.tensor(PROBES[0]))
                    .expect("a source")
                    .expect("a tensor");
                assert_eq!(
                    tensor,
                    Tensor {
                        shape: vec![2],
                        values: vec![1.5, -2.0]
                    },
                    "{dtype:?} {prefix}"
                );
            }
        }
    }

    #[test]
    fn halves_are_exact() {
        let table = [
            (0x0001, 5.960_464_5e-8),
            (0x8000, -0.0),
            (0x03ff, 6.097_555e-5),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
        ];
        assert!(
            table
                .iter()
                .all(|(half, expected)| from_half(*half).to_bits() == f32::to_bits(*expected))
        );
        assert!(from_half(0x7e00).is_nan());
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let good = file("", Dtype::F32, &[0; 8]);
        let table: [&[u8]; 4] = [
            &[],
            &[255; 16],
            &good[..good.len() - 1],
            &file("other.", Dtype::F32, &[0; 8]),
        ];
        for bytes in table {
            assert_eq!(
                Safetensors::read(&[bytes]).err().expect("refused").code(),
                Code::ModelInvalid
            );
        }
        let whole = file("", Dtype::I64, &[0; 16]);
        assert!(
            Safetensors::read(&[&whole])
                .and_then(|source| source.tensor(PROBES[0]))
                .is_err()
        );
    }
}
