//! Writes the packed vocabularies under `data/` from the reference implementation: `cargo run --example pack_vocabulary`.

use std::fs;
use std::path::Path;

use tiktoken_rs::CoreBPE;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for (name, size, reference) in [
        ("cl100k_base", 100_256, tiktoken_rs::cl100k_base()?),
        ("o200k_base", 199_998, tiktoken_rs::o200k_base()?),
    ] {
        fs::write(
            folder.join(format!("{name}.tokens")),
            pack(size, &reference)?,
        )?;
    }
    Ok(())
}

/// How many tokens there are, the length of each, the bytes of all, by rank.
fn pack(size: u32, reference: &CoreBPE) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut packed = size.to_le_bytes().to_vec();
    let mut bytes = Vec::new();
    for rank in 0..size {
        let token: Vec<u8> = reference
            ._decode_native_and_split(vec![rank])
            .flatten()
            .collect();
        packed.push(u8::try_from(token.len())?);
        bytes.extend(token);
    }
    packed.extend(bytes);
    Ok(packed)
}
