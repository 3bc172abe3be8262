//! SPEC N10: what a row becomes never depends on the rows beside it.

use signalbox_encoder::Precision;
use signalbox_simd::Kernels;

use super::{Golden, HIDDEN, NAMES, encode, encoder, golden};

const NEAR: f32 = 1e-5;

/// 32 rows of unlike length, cut from the longest golden row.
fn rows(name: &str) -> Vec<Golden> {
    let longest = golden(name).pop().expect("goldens");
    let lengths = (0..32).map(|row| 1 + (row * 67) % 290);
    lengths
        .map(|length| Golden {
            ids: longest.ids[..length].to_vec(),
            types: longest.types.as_ref().map(|types| types[..length].to_vec()),
            hidden: Vec::new(),
        })
        .collect()
}

#[test]
fn alone_or_in_a_batch_of_32() {
    for name in NAMES {
        for precision in [Precision::F32, Precision::Int8] {
            let (encoder, rows) = (encoder(name, precision, Kernels::detect()), rows(name));
            let together = encode(&encoder, &rows.iter().collect::<Vec<_>>());
            let mut first = 0;
            for row in &rows {
                let (alone, last) = (encode(&encoder, &[row]), first + row.ids.len() * HIDDEN);
                match precision {
                    Precision::Int8 => assert_eq!(alone, together[first..last], "{name}"),
                    Precision::F32 => assert!(
                        alone
                            .iter()
                            .zip(&together[first..last])
                            .all(|(a, b)| (a - b).abs() <= NEAR),
                        "{name}"
                    ),
                }
                first = last;
            }
        }
    }
}

#[test]
fn a_used_scratch_gives_what_a_new_one_gives() {
    use signalbox_encoder::{Run, Scratch, Tokens};
    for name in NAMES {
        let encoder = encoder(name, Precision::Int8, Kernels::detect());
        let mut scratch = Scratch::default();
        for row in golden(name).iter().rev() {
            let offsets = [0, row.ids.len()];
            let tokens = Tokens::new(&row.ids, &offsets, row.types.as_deref()).expect("a row");
            let used = encoder
                .encode(&tokens, &mut scratch, Run::alone())
                .expect("states");
            assert_eq!(used, encode(&encoder, &[row]), "{name}");
        }
    }
}
