//! The layout of a snapshot, little-endian: header, table of sections, checksum of both, then the sections.

use signalbox_base::Result;
use signalbox_simd::ROW_STEP;

use crate::paged::PAGE_ROWS;
use crate::settings::Settings;

/// How a snapshot begins.
const MAGIC: &[u8; 8] = b"SBVECTOR";

/// Another number is another layout.
const VERSION: u32 = 1;

/// Cosine; there is no other yet.
const METRIC: u32 = 0;

/// Header and table have this much room; sections begin on a multiple of it, so that originals can be mapped.
pub(super) const BLOCK: usize = 4096;

/// The sections, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Rows,
    Scales,
    Expires,
    Links,
    Entrances,
    Free,
    Entries,
    Originals,
}

pub(super) const SECTIONS: [Section; 8] = [
    Section::Rows,
    Section::Scales,
    Section::Expires,
    Section::Links,
    Section::Entrances,
    Section::Free,
    Section::Entries,
    Section::Originals,
];

/// Where a section lies, and its checksum (CRC-32, IEEE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) checksum: u32,
}

/// All that is not in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) settings: Settings,
    pub(super) slots: u32,
    pub(super) linked: u32,
    pub(super) random: u64,
    pub(super) extents: [Extent; SECTIONS.len()],
}

impl Header {
    pub(super) fn extent(&self, section: Section) -> Extent {
        self.extents[section as usize]
    }

    /// How long a section must be; `None` where its content says.
    pub(super) fn bytes_of(settings: Settings, slots: u32, section: Section) -> Option<u64> {
        let places = settings.most_links().next_multiple_of(ROW_STEP / 4) as u64;
        let slots = u64::from(slots);
        match section {
            Section::Rows => Some(slots * settings.row_bytes() as u64),
            Section::Scales => Some(slots * 4),
            Section::Expires => Some(slots * 8),
            Section::Links => Some(slots * places * 4),
            Section::Originals => {
                Some(slots.next_multiple_of(PAGE_ROWS as u64) * settings.dimensions() as u64 * 4)
            }
            Section::Entrances | Section::Free | Section::Entries => None,
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let number = |value: usize| u32::try_from(value).expect("settings are small");
        for value in [
            VERSION,
            METRIC,
            number(self.settings.dimensions()),
            number(self.settings.m()),
            number(self.settings.ef_construction()),
            number(PAGE_ROWS),
            self.slots,
            self.linked,
        ] {
            out.extend(value.to_le_bytes());
        }
        out.extend(self.random.to_le_bytes());
        for extent in self.extents {
            out.extend(extent.offset.to_le_bytes());
            out.extend(extent.bytes.to_le_bytes());
            out.extend(extent.checksum.to_le_bytes());
        }
        out.extend(crc32fast::hash(&out).to_le_bytes());
        out.resize(BLOCK, 0);
        out
    }

    /// Reads what `encode` wrote; the error says what is wrong with it.
    pub(super) fn decode(block: &[u8]) -> std::result::Result<Self, String> {
        let mut at = Cursor(block);
        if at.take(MAGIC.len())? != MAGIC {
            return Err("a file of another kind".to_owned());
        }
        let version = at.u32()?;
        if version != VERSION {
            return Err(format!("a snapshot of version {version}"));
        }
        let [metric, dimensions, m, ef, page_rows, slots, linked] = at.words()?;
        let random = at.u64()?;
        let mut extents = [Extent::default(); SECTIONS.len()];
        for extent in &mut extents {
            *extent = Extent {
                offset: at.u64()?,
                bytes: at.u64()?,
                checksum: at.u32()?,
            };
        }
        let length = block.len() - at.0.len();
        if at.u32()? != crc32fast::hash(&block[..length]) {
            return Err("a header with a wrong checksum".to_owned());
        }
        let settings = settings(dimensions, m, ef).map_err(|error| error.to_string())?;
        if metric != METRIC || page_rows as usize != PAGE_ROWS || linked > slots {
            return Err("a header that contradicts itself".to_owned());
        }
        Ok(Self {
            settings,
            slots,
            linked,
            random,
            extents,
        })
    }
}

fn settings(dimensions: u32, m: u32, ef: u32) -> Result<Settings> {
    Settings::new(dimensions as usize, m as usize, ef as usize)
}

/// Bytes that are read from the front.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, count: usize) -> std::result::Result<&'a [u8], String> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| "a file that ends too early".to_owned())?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn u32(&mut self) -> std::result::Result<u32, String> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }

    pub(super) fn u64(&mut self) -> std::result::Result<u64, String> {
        let bytes = self.take(8)?;
        Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
    }

    fn words<const COUNT: usize>(&mut self) -> std::result::Result<[u32; COUNT], String> {
        let mut words = [0; COUNT];
        for word in &mut words {
            *word = self.u32()?;
        }
        Ok(words)
    }
}
