//! The vector index as it crosses the boundary: ids and metadata of all results as one string, numbers in an array of the caller.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::{Either, Object, Utf16String};
use napi::{Env, Result as NapiResult};
use napi_derive::napi;
use signalbox_base::{Code, Error, Result, invalid_input};
use signalbox_index::{Filter, Hit, Insertion, Query, Settings, VectorIndex as Index};
use signalbox_simd::Kernels;

use crate::failure::RawFailure;
use crate::guard::guard;
use crate::inference::settle_apart;
use crate::text::utf8;

/// Numbers that one result takes in the array of the caller: similarity, length of the id, length of the metadata.
const NUMBERS_A_HIT: usize = 3;

/// The caller's numbers. As an alias, since the binding's macro takes a bare `&mut` for a class of its own.
type Out<'a> = &'a mut [f64];

/// How an index is made.
#[napi(object)]
pub struct RawVectorOptions {
    /// Numbers in a vector.
    pub dimensions: u32,
    /// Links that a new vector makes.
    pub m: u32,
    /// Candidates that the search for these links keeps.
    pub ef_construction: u32,
}

/// Vectors by id.
#[napi]
pub struct VectorIndex(Mutex<Option<Arc<Index>>>);

/// Makes an empty index.
#[napi]
pub fn create_vector_index(options: RawVectorOptions) -> Either<VectorIndex, RawFailure> {
    guard("createVectorIndex", || {
        let settings = Settings::new(
            options.dimensions as usize,
            options.m as usize,
            options.ef_construction as usize,
        )?;
        Ok(VectorIndex::from(Index::new(settings, Kernels::detect())))
    })
}

/// Opens a snapshot.
#[napi(catch_unwind, ts_return_type = "Promise<VectorIndex | RawFailure>")]
pub fn load_vector_index(env: &Env, path: String) -> NapiResult<Object<'_>> {
    settle_apart(env, "loadVectorIndex", move || {
        let index = Index::load(&PathBuf::from(path), Kernels::detect())?;
        Ok(VectorIndex::from(index))
    })
}

impl From<Index> for VectorIndex {
    fn from(index: Index) -> Self {
        Self(Mutex::new(Some(Arc::new(index))))
    }
}

#[napi]
impl VectorIndex {
    /// Stores a vector; `now` and `expires` in ms since 1970, the latter 0 for never; `metadata` a JSON object. Gives 0, or the failure.
    #[napi]
    pub fn insert(
        &self,
        id: Utf16String,
        #[napi(ts_arg_type = "Float32Array")] vector: &[f32],
        now: f64,
        expires: f64,
        metadata: Option<Utf16String>,
    ) -> Either<u32, RawFailure> {
        guard("VectorIndex.insert", || {
            let (id, metadata) = (utf8(&id), metadata.map(|text| utf8(&text)));
            let insertion = Insertion {
                id: &id,
                vector,
                expires: match time("expires", expires)? {
                    0 => None,
                    expires => Some(expires),
                },
                metadata: metadata.as_deref(),
            };
            self.index()?.insert(&insertion, time("now", now)?)?;
            Ok(0)
        })
    }

    /// The nearest: writes how many into `out`, then for each its similarity and the lengths, in UTF-16, of its id and its metadata (0
    /// for none); gives these texts one after the other, or the failure. `ef` 0 leaves it to the index; `filter` is a JSON object.
    #[napi]
    pub fn search(
        &self,
        #[napi(ts_arg_type = "Float32Array")] vector: &[f32],
        k: u32,
        ef: u32,
        filter: Option<Utf16String>,
        now: f64,
        #[napi(ts_arg_type = "Float64Array")] out: Out<'_>,
    ) -> Either<String, RawFailure> {
        guard("VectorIndex.search", || {
            let filter = filter.map(|text| Filter::parse(&utf8(&text))).transpose()?;
            let query = Query {
                vector,
                k: k as usize,
                ef: (ef != 0).then_some(ef as usize),
                filter: filter.as_ref(),
            };
            let numbers = numbers(out, k as usize)?;
            let (mut texts, mut at) = (String::new(), 1);
            let found = self.index()?.search(&query, time("now", now)?, |hit| {
                numbers[at] = f64::from(hit.similarity);
                numbers[at + 1] = units(hit.id);
                numbers[at + 2] = hit.metadata.map_or(0.0, units);
                at += NUMBERS_A_HIT;
                push(&mut texts, hit);
            })?;
            numbers[0] = count(found);
            Ok(texts)
        })
    }

    /// 1 when there was such an id, else 0, or the failure.
    #[napi]
    pub fn delete(&self, id: Utf16String, now: f64) -> Either<u32, RawFailure> {
        guard("VectorIndex.delete", || {
            Ok(u32::from(
                self.index()?.delete(&utf8(&id), time("now", now)?),
            ))
        })
    }

    /// How many vectors there are, or the failure.
    #[napi]
    pub fn size(&self, now: f64) -> Either<f64, RawFailure> {
        guard("VectorIndex.size", || {
            Ok(count(self.index()?.size(time("now", now)?)))
        })
    }

    /// What it was made with, or the failure.
    #[napi]
    pub fn options(&self) -> Either<RawVectorOptions, RawFailure> {
        guard("VectorIndex.options", || {
            let settings = self.index()?.settings();
            Ok(RawVectorOptions {
                dimensions: number(settings.dimensions()),
                m: number(settings.m()),
                ef_construction: number(settings.ef_construction()),
            })
        })
    }

    /// Writes a snapshot of this moment; gives 0, or the failure.
    #[napi(catch_unwind, ts_return_type = "Promise<number | RawFailure>")]
    pub fn save<'env>(&self, env: &'env Env, path: String) -> NapiResult<Object<'env>> {
        let index = self.index();
        settle_apart(env, "VectorIndex.save", move || {
            index?.save(&PathBuf::from(path))?;
            Ok(0)
        })
    }

    /// Frees it, as soon as no save runs.
    #[napi(catch_unwind)]
    pub fn dispose(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn index(&self) -> Result<Arc<Index>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone().ok_or_else(|| {
            Error::new(
                Code::Disposed,
                "index",
                "an index that is held",
                "one that was disposed",
            )
        })
    }
}

/// Settings are small.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn push(texts: &mut String, hit: Hit<'_>) {
    texts.push_str(hit.id);
    texts.push_str(hit.metadata.unwrap_or_default());
}

/// The array of the caller, when it is long enough.
fn numbers(out: Out<'_>, k: usize) -> Result<Out<'_>> {
    let (wanted, length) = (1 + k.saturating_mul(NUMBERS_A_HIT), out.len());
    if length < wanted {
        return Err(invalid_input(
            "out",
            format!("at least {wanted} numbers"),
            format!("{length} numbers"),
        ));
    }
    Ok(out)
}

/// UTF-16 units of a text.
fn units(text: &str) -> f64 {
    count(if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "lengths and counts, far below 2^53"
)]
const fn count(value: usize) -> f64 {
    value as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a whole number in range"
)]
fn time(at: &str, value: f64) -> Result<u64> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    if (0.0..=MOST).contains(&value) && value.fract() == 0.0 {
        return Ok(value as u64);
    }
    Err(invalid_input(
        at,
        "whole milliseconds since 1970",
        value.to_string(),
    ))
}
