//! The weights of a graph as values that all its sessions use: without them each session keeps a copy of its own. Read from the file by
//! the numbers of ONNX's protocol buffer (onnx.proto: `ModelProto`, `GraphProto`, `TensorProto`).

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ort::value::{DynValue, Tensor};

/// Smaller ones are not worth a name.
const LEAST_BYTES: usize = 4096;

/// A field of a message: its number, and its bytes or its number.
enum Field<'bytes> {
    Bytes(u64, &'bytes [u8]),
    Number(u64, u64),
}

/// A weight by its name in the graph.
pub(crate) type Weight = (String, Arc<DynValue>);

/// The larger weights that lie in the file itself. None of a file that is not understood: ONNX Runtime tells what is wrong with it.
pub(crate) fn read(path: &Path) -> Vec<Weight> {
    let Ok(bytes) = fs::read(path) else {
        return Vec::new();
    };
    let graphs = inside(&bytes, 7);
    let tensors = graphs.flat_map(|graph| inside(graph, 5));
    tensors.filter_map(weight).collect()
}

fn weight(tensor: &[u8]) -> Option<Weight> {
    let (mut sizes, mut kind, mut name, mut raw) = (Vec::new(), 0, None, None);
    for field in fields(tensor) {
        match field {
            Field::Number(1, size) => sizes.push(size),
            Field::Bytes(1, packed) => {
                let mut rest = packed;
                while !rest.is_empty() {
                    sizes.push(number(&mut rest)?);
                }
            }
            Field::Number(2, number) => kind = number,
            Field::Bytes(8, text) => name = Some(std::str::from_utf8(text).ok()?),
            Field::Bytes(9, bytes) => raw = Some(bytes),
            _ => {}
        }
    }
    let raw = raw.filter(|raw| raw.len() >= LEAST_BYTES)?;
    let sizes: Vec<usize> = sizes
        .into_iter()
        .map(usize::try_from)
        .collect::<Result<_, _>>()
        .ok()?;
    let count = sizes
        .iter()
        .try_fold(1_usize, |all, size| all.checked_mul(*size))?;
    Some((name?.to_owned(), Arc::new(value(kind, sizes, count, raw)?)))
}

/// f32, u8 and i8 by the numbers of `TensorProto.DataType`.
fn value(kind: u64, sizes: Vec<usize>, count: usize, raw: &[u8]) -> Option<DynValue> {
    match kind {
        1 if count.checked_mul(4) == Some(raw.len()) => {
            let (fours, _) = raw.as_chunks::<4>();
            let values: Vec<f32> = fours.iter().map(|four| f32::from_le_bytes(*four)).collect();
            Some(Tensor::from_array((sizes, values)).ok()?.into_dyn())
        }
        2 if count == raw.len() => Some(Tensor::from_array((sizes, raw.to_vec())).ok()?.into_dyn()),
        3 if count == raw.len() => {
            let values: Vec<i8> = raw.iter().map(|byte| byte.cast_signed()).collect();
            Some(Tensor::from_array((sizes, values)).ok()?.into_dyn())
        }
        _ => None,
    }
}

/// The messages inside `message` that are its field `wanted`.
fn inside(message: &[u8], wanted: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).filter_map(move |field| match field {
        Field::Bytes(number, bytes) if number == wanted => Some(bytes),
        _ => None,
    })
}

/// All fields up to the end, or to what is none.
fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        loop {
            let key = number(&mut rest)?;
            match key & 7 {
                0 => return Some(Field::Number(key >> 3, number(&mut rest)?)),
                1 => rest = rest.get(8..)?,
                2 => {
                    let length = usize::try_from(number(&mut rest)?).ok()?;
                    let (bytes, after) = rest.split_at_checked(length)?;
                    rest = after;
                    return Some(Field::Bytes(key >> 3, bytes));
                }
                5 => rest = rest.get(4..)?,
                _ => return None,
            }
        }
    })
}

/// Seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..10 {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_their_end_and_no_further() {
        let table: [(&[u8], Option<u64>); 5] = [
            (&[0], Some(0)),
            (&[0xac, 0x02], Some(300)),
            (&[0xff; 9], None),
            (&[0x80; 12], None),
            (&[], None),
        ];
        for (bytes, expected) in table {
            assert_eq!(number(&mut &*bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_message_ends_the_walk() {
        let odd: [&[u8]; 4] = [
            &[0x0a, 0x7f, 1],
            &[0x0f],
            &[0x09, 1],
            &[
                0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
            ],
        ];
        for bytes in odd {
            assert_eq!(fields(bytes).count(), 0, "{bytes:?}");
        }
        let two = [0x08, 5, 0x12, 2, b'a', b'b'];
        assert_eq!(fields(&two).count(), 2);
        assert!(inside(&two, 2).eq([&b"ab"[..]]));
    }
}
