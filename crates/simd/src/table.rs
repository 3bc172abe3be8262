//! The entry points of one CPU family, and the macro that compiles them with its features.

use crate::attention::Attention;
use crate::gemm::Gemm;
use crate::gemm_int8::GemmInt8;
use crate::norm::LayerNorm;
use crate::quantise::Quantised;
use crate::rope::Rope;

/// One function an operation. Each may be called only where the CPU has the features of the family, see `Kernels`.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) gemm: unsafe fn(&mut Gemm<'_>),
    pub(crate) gemm_int8: unsafe fn(&mut GemmInt8<'_>),
    pub(crate) quantise: unsafe fn(&[f32], &mut Quantised),
    pub(crate) attention: unsafe fn(&mut Attention<'_>),
    pub(crate) layer_norm: unsafe fn(&LayerNorm<'_>),
    pub(crate) softmax: unsafe fn(&mut [f32], usize),
    pub(crate) rope: unsafe fn(&mut Rope<'_>),
    pub(crate) gelu: unsafe fn(&mut [f32]),
    pub(crate) scale: unsafe fn(&mut [f32], f32),
    pub(crate) dot: unsafe fn(&[f32], &[f32]) -> f32,
    pub(crate) quantise_row: unsafe fn(&[f32], &mut [u8]) -> f32,
    pub(crate) dot_rows: unsafe fn(&[i8], &[&[u8]], &mut [f32]),
    pub(crate) scan_rows: unsafe fn(&[i8], &[u8], &mut [f32]),
}

/// Defines `TABLE` for one implementation of `Lanes`; the attribute, if any, enables its features.
macro_rules! table {
    ($name:literal, $lanes:ty $(, $feature:meta)?) => {
        $crate::table::table!(@entries $lanes, [$($feature)?],
            gemm(call: &mut $crate::gemm::Gemm<'_>) = gemm::gemm;
            gemm_int8(call: &mut $crate::gemm_int8::GemmInt8<'_>) = gemm_int8::gemm_int8;
            quantise(rows: &[f32], out: &mut $crate::quantise::Quantised) = quantise::quantise;
            attention(call: &mut $crate::attention::Attention<'_>) = attention::attention;
            layer_norm(call: &$crate::norm::LayerNorm<'_>) = norm::layer_norm;
            softmax(rows: &mut [f32], width: usize) = softmax::softmax;
            rope(call: &mut $crate::rope::Rope<'_>) = rope::rope;
            gelu(values: &mut [f32]) = vector::gelu;
            scale(values: &mut [f32], factor: f32) = vector::scale_all;
            dot(left: &[f32], right: &[f32]) -> f32 = vector::dot;
            quantise_row(vector: &[f32], row: &mut [u8]) -> f32 = distance::quantise_row;
            dot_rows(query: &[i8], rows: &[&[u8]], out: &mut [f32]) = distance::dot_rows;
            scan_rows(query: &[i8], rows: &[u8], out: &mut [f32]) = distance::scan_rows;
        );

        /// The entry points that were compiled with these features.
        pub(crate) static TABLE: $crate::table::Table = $crate::table::Table {
            name: $name,
            gemm: entry::gemm,
            gemm_int8: entry::gemm_int8,
            quantise: entry::quantise,
            attention: entry::attention,
            layer_norm: entry::layer_norm,
            softmax: entry::softmax,
            rope: entry::rope,
            gelu: entry::gelu,
            scale: entry::scale,
            dot: entry::dot,
            quantise_row: entry::quantise_row,
            dot_rows: entry::dot_rows,
            scan_rows: entry::scan_rows,
        };
    };
    (@entries $lanes:ty, $features:tt, $($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $module:ident::$function:ident;)*) => {
        mod entry {
            use super::*;
            $($crate::table::table!(@entry $lanes, $features, $name($($argument: $type),*) $(-> $result)? = $module::$function);)*
        }
    };
    (@entry $lanes:ty, [$($feature:meta)?], $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $module:ident::$function:ident) => {
        $(#[$feature])?
        pub(super) unsafe fn $name($($argument: $type),*) $(-> $result)? {
            // SAFETY: this function enables the features of its lanes; the rest is what its caller checked.
            unsafe { $crate::$module::$function::<$lanes>($($argument),*) }
        }
    };
}

pub(crate) use table;
