//! The x86-64 implementations of `Lanes`.

pub(crate) mod amx;
pub(crate) mod avx2;
pub(crate) mod avx512;
