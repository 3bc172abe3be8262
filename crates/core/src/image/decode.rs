//! From the bytes of a PNG, JPEG or WebP file to pixels; how much memory that takes is known before anything is decoded.

use std::io::Cursor;

use image_webp::WebPDecoder;
use png::Transformations;
use signalbox_base::{Code, Error, Result};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// No side may be longer.
const MOST_SIDE: usize = 16_384;
/// Nor an image have more pixels: decoded, they take at most four bytes each.
const MOST_PIXELS: usize = 1 << 25;
/// What a decoder may reserve beside the pixels.
const MOST_BYTES: usize = 64 << 20;

/// Red, green and blue of every pixel, row after row, without transparency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// `[height, width, 3]`.
    pub(crate) values: Vec<u8>,
    /// Height and width.
    pub(crate) size: (usize, usize),
}

/// Decodes a file. Transparent pixels are laid over white; of 16 bits the upper eight count; how a camera was held (EXIF) is ignored; of a
/// moving picture the first one counts.
///
/// # Errors
/// `InvalidInput` at `image` when the file is of no such format, broken, or beyond the bounds above.
pub(crate) fn decode(bytes: &[u8]) -> Result<Picture> {
    let raw = match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes)?,
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes)?,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => webp(bytes)?,
        _ => return Err(fault("a PNG, JPEG or WebP file", "something else")),
    };
    let values = match raw.channels {
        1 => raw.values.into_iter().flat_map(|grey| [grey; 3]).collect(),
        2 => over_white::<2>(&raw.values),
        3 => raw.values,
        4 => over_white::<4>(&raw.values),
        other => return Err(fault("1 to 4 channels", other.to_string())),
    };
    if values.len() != 3 * raw.size.0 * raw.size.1 {
        return Err(fault("as many pixels as the header says", "another number"));
    }
    Ok(Picture {
        values,
        size: raw.size,
    })
}

/// What comes out of a decoder: bytes, channel beside channel.
struct Raw {
    values: Vec<u8>,
    channels: usize,
    size: (usize, usize),
}

fn png(bytes: &[u8]) -> Result<Raw> {
    let limits = png::Limits { bytes: MOST_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    let size = check(width as usize, height as usize)?;
    let length = reader.output_buffer_size().ok_or_else(|| broken(()))?;
    let mut values = vec![0; length];
    let frame = reader.next_frame(&mut values).map_err(broken)?;
    values.truncate(frame.buffer_size());
    Ok(Raw {
        values,
        channels: frame.color_type.samples(),
        size,
    })
}

fn jpeg(bytes: &[u8]) -> Result<Raw> {
    let options = DecoderOptions::default()
        .set_max_width(MOST_SIDE)
        .set_max_height(MOST_SIDE);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| broken(()))?;
    let size = check(width, height)?;
    let grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (space, channels) = if grey {
        (ColorSpace::Luma, 1)
    } else {
        (ColorSpace::RGB, 3)
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    Ok(Raw {
        values: decoder.decode().map_err(broken)?,
        channels,
        size,
    })
}

fn webp(bytes: &[u8]) -> Result<Raw> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let size = check(width as usize, height as usize)?;
    decoder.set_memory_limit(MOST_BYTES);
    let length = decoder.output_buffer_size().ok_or_else(|| broken(()))?;
    let mut values = vec![0; length];
    decoder.read_image(&mut values).map_err(broken)?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    Ok(Raw {
        values,
        channels,
        size,
    })
}

/// Height and width, if an image of them may be decoded.
fn check(width: usize, height: usize) -> Result<(usize, usize)> {
    let pixels = width.saturating_mul(height);
    if width.max(height) <= MOST_SIDE && pixels <= MOST_PIXELS && pixels > 0 {
        return Ok((height, width));
    }
    let expected = format!("sides of 1 to {MOST_SIDE}, at most {MOST_PIXELS} pixels");
    Err(fault(expected, format!("{width} x {height}")))
}

/// Pixels of one or three colours and their opacity, laid over white.
fn over_white<const CHANNELS: usize>(values: &[u8]) -> Vec<u8> {
    let pixels = values.as_chunks::<CHANNELS>().0.iter();
    pixels
        .flat_map(|pixel| {
            let colour =
                |channel: usize| blend(pixel[channel.min(CHANNELS - 2)], pixel[CHANNELS - 1]);
            [colour(0), colour(1), colour(2)]
        })
        .collect()
}

/// `colour * opacity + 255 * (255 - opacity)`, over 255, rounded as Pillow's `AlphaComposite.c` rounds it.
fn blend(colour: u8, opacity: u8) -> u8 {
    let sum = u32::from(colour) * u32::from(opacity) + 255 * u32::from(255 - opacity);
    let scaled = (sum << 7) + (0x80 << 7);
    #[expect(clippy::cast_possible_truncation, reason = "a mean of two bytes")]
    let mixed = ((((scaled >> 8) + scaled) >> 8) >> 7) as u8;
    mixed
}

/// What decoders say may hold the bytes of a caller.
fn broken<Cause>(_cause: Cause) -> Error {
    fault(
        "an image that can be decoded",
        "a broken one, or one that takes too much memory",
    )
}

fn fault(expected: impl Into<String>, received: impl Into<String>) -> Error {
    Error::new(Code::InvalidInput, "image", expected, received)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG file: its chunks, each with its checksum (RFC 2083, appendix 15).
    fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (name, data) in chunks {
            let body = [name.as_slice(), data].concat();
            let mut sum = u32::MAX;
            for byte in &body {
                sum ^= u32::from(*byte);
                for _ in 0..8 {
                    sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
                }
            }
            file.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
            file.extend(body);
            file.extend((!sum).to_be_bytes());
        }
        file
    }

    fn header(width: u32, height: u32) -> (&'static [u8; 4], Vec<u8>) {
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        (b"IHDR", [sides, vec![8, 0, 0, 0, 0]].concat())
    }

    /// One stored block of deflate within zlib (RFC 1950 and 1951).
    fn stored(bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).expect("one block");
        let (mut low, mut high) = (1_u32, 0_u32);
        for byte in bytes {
            low = (low + u32::from(*byte)) % 65_521;
            high = (high + low) % 65_521;
        }
        let parts = [
            vec![0x78, 1, 1],
            length.to_le_bytes().to_vec(),
            (!length).to_le_bytes().to_vec(),
            bytes.to_vec(),
        ];
        [parts.concat(), (high << 16 | low).to_be_bytes().to_vec()].concat()
    }

    #[test]
    fn a_small_picture_is_read() {
        let file = png(&[
            header(2, 2),
            (b"IDAT", stored(&[0, 10, 20, 0, 30, 40])),
            (b"IEND", Vec::new()),
        ]);
        let picture = decode(&file).expect("a picture");
        assert_eq!(picture.size, (2, 2));
        assert_eq!(
            picture.values,
            [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40]
        );
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        for (width, height) in [
            (1 << 30, 1 << 30),
            (16_385, 1),
            (1, 16_385),
            (16_384, 16_384),
            (0, 5),
        ] {
            let file = png(&[
                header(width, height),
                (b"IDAT", stored(&[0; 60])),
                (b"IEND", Vec::new()),
            ]);
            let error = decode(&file).expect_err("too large");
            assert_eq!(
                (error.code(), error.at()),
                (Code::InvalidInput, "image"),
                "{width} x {height}"
            );
        }
    }

    #[test]
    fn what_is_no_whole_image_is_refused() {
        let whole = png(&[
            header(2, 2),
            (b"IDAT", stored(&[0, 10, 20, 0, 30, 40])),
            (b"IEND", Vec::new()),
        ]);
        let mut damaged = whole.clone();
        damaged[45] ^= 0xff;
        let table: [&[u8]; 7] = [
            b"",
            b"GIF89a",
            b"\x89PNG\r\n\x1a\n",
            &whole[..40],
            &damaged,
            b"\xff\xd8\xff\xe0",
            b"RIFF\x04\0\0\0WEBP",
        ];
        for bytes in table {
            assert_eq!(
                decode(bytes).expect_err("no image").code(),
                Code::InvalidInput
            );
        }
    }

    #[test]
    fn opacity_mixes_with_white() {
        for (colour, opacity, expected) in [
            (10, 255, 10),
            (10, 0, 255),
            (0, 128, 127),
            (200, 100, 233),
            (255, 7, 255),
        ] {
            assert_eq!(blend(colour, opacity), expected, "{colour} {opacity}");
        }
    }
}
