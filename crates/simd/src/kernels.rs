//! Which table of entry points this CPU can run; found once, and passed on as a value.

use std::fmt;

use crate::portable;
use crate::table::Table;

/// The operations of this crate, compiled for this CPU. Holding one is the proof that the CPU has what they need. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Kernels {
    table: &'static Table,
}

impl Kernels {
    /// The fastest that this CPU can run.
    #[must_use]
    pub fn detect() -> Self {
        Self::all().pop().unwrap_or_else(Self::scalar)
    }

    /// What needs no vector instructions: the reference.
    #[must_use]
    pub fn scalar() -> Self {
        Self {
            table: &portable::TABLE,
        }
    }

    /// Everything that this CPU can run, the slowest first. For tests and benches.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut found = vec![Self::scalar()];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                found.push(Self {
                    table: &crate::x86::avx2::TABLE,
                });
            }
            let all = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni");
            if all && found.len() == 2 {
                found.push(Self {
                    table: &crate::x86::avx512::vnni::TABLE,
                });
                if crate::x86::amx::available() {
                    found.push(Self {
                        table: &crate::x86::avx512::amx::TABLE,
                    });
                }
            }
        }
        #[cfg(target_arch = "aarch64")]
        found.push(Self {
            table: &crate::neon::TABLE,
        });
        found
    }

    /// `scalar`, `avx2`, `avx512-vnni`, `avx512-amx` or `neon`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.table.name
    }

    pub(crate) const fn table(self) -> &'static Table {
        self.table
    }
}

impl fmt::Debug for Kernels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Kernels")
            .field(&self.name())
            .finish()
    }
}
