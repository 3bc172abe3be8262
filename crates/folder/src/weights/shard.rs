//! One safetensors file: its header in memory, its numbers on disk until they are asked for.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use safetensors::tensor::{Metadata, TensorInfo};
use signalbox_base::{Error, Result};
use signalbox_encoder::{Tensor, widen};

use crate::fault::{first_line, model_invalid};
use crate::folder::Folder;

/// A header of this length names 80,000 tensors.
const MOST_HEADER_BYTES: u64 = 8 << 20;
/// How many bytes are read at a time; a multiple of every number's size.
const CHUNK_BYTES: usize = 1 << 20;
/// The bytes before the header, which tell its length.
const LENGTH_BYTES: u64 = 8;

/// An open file.
pub(crate) struct Shard {
    name: String,
    file: File,
    metadata: Metadata,
    names: Vec<String>,
    /// Where the numbers begin.
    start: u64,
}

impl Shard {
    /// Reads the header, and checks that the tensors it names fill the file to the byte.
    ///
    /// # Errors
    /// `ModelInvalid` naming the file.
    pub(crate) fn open(folder: &Folder, name: &str) -> Result<Self> {
        let (file, length) = folder.open(name)?;
        let name = &folder.place(name);
        let header = header(&file, length, name)?;
        let metadata: Metadata = serde_json::from_slice(&header)
            .map_err(|error| unreadable(name, first_line(&error)))?;
        let start = LENGTH_BYTES + header.len() as u64;
        if start.checked_add(metadata.data_len() as u64) != Some(length) {
            return Err(model_invalid(
                name,
                format!("{} bytes after the header", metadata.data_len()),
                format!("{} bytes", length.saturating_sub(start)),
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            file,
            names: metadata.offset_keys(),
            metadata,
            start,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(crate) fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.metadata.info(name)
    }

    /// One tensor as f32.
    ///
    /// # Errors
    /// `ModelInvalid` at `at` when it is of another type, or the file has changed since it was opened.
    pub(crate) fn read(&self, info: &TensorInfo, at: &str) -> Result<Tensor> {
        let (start, end) = info.data_offsets;
        let mut left = end - start;
        let mut values = Vec::new();
        if !widen(info.dtype, &[], &mut values) {
            let received = format!("{:?}", info.dtype);
            return Err(model_invalid(at, "f32, f16, bf16 or int8", received));
        }
        let changed = |error: std::io::Error| unreadable(&self.name, error.kind().to_string());
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.start + start as u64))
            .map_err(changed)?;
        values.reserve_exact(left * 8 / info.dtype.bitsize());
        let mut chunk = vec![0; left.min(CHUNK_BYTES)];
        while left > 0 {
            let part = &mut chunk[..left.min(CHUNK_BYTES)];
            file.read_exact(part).map_err(changed)?;
            left -= part.len();
            let _ = widen(info.dtype, part, &mut values);
        }
        Ok(Tensor {
            shape: info.shape.clone(),
            values,
        })
    }
}

fn header(mut file: &File, length: u64, name: &str) -> Result<Vec<u8>> {
    let cut = |error: std::io::Error| unreadable(name, error.kind().to_string());
    let mut size = [0; 8];
    file.read_exact(&mut size).map_err(cut)?;
    let size = u64::from_le_bytes(size);
    let most = MOST_HEADER_BYTES.min(length.saturating_sub(LENGTH_BYTES));
    if size > most {
        let expected = format!("a header of at most {most} bytes");
        return Err(model_invalid(name, expected, size.to_string()));
    }
    let mut header = Vec::new();
    file.take(size).read_to_end(&mut header).map_err(cut)?;
    if header.len() as u64 != size {
        return Err(unreadable(name, "a file that was cut short".to_owned()));
    }
    Ok(header)
}

fn unreadable(name: &str, received: String) -> Error {
    model_invalid(name, "a safetensors file", received)
}
