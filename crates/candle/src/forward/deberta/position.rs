//! Relative positions (He et al., 2021, section 3): which row of the table a distance has, the table projected once for each layer and
//! head, and what it adds to the scores.

use std::ops::Range;

use signalbox_base::Result;
use signalbox_encoder::{Kernels, WeightSource, read};
use signalbox_simd::{Epilogue, PackedF32};

use super::config::{Config, Relative};
use crate::forward::attention::{Bias, Shape};
use crate::forward::linear::Linear;
use crate::forward::norm::LayerNorm;
use crate::forward::rows::BLOCK;

/// Places that are multiplied together: a short row needs few of them.
const GROUP: usize = 64;

/// The bucket of a distance: near ones have their own, far ones share, ever more of them the farther (He et al., 2021, appendix A.5). In
/// f32 throughout, as transformers computes it, so that edges between buckets agree.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "distances are far below 2^24, and what is cut off has no fraction"
)]
fn bucket(distance: usize, relative: Relative) -> usize {
    let middle = relative.buckets / 2;
    if relative.buckets == 0 || distance <= middle {
        return distance;
    }
    let most = ((relative.most - 1) as f64 / middle as f64) as f32;
    let share = (distance as f32 / middle as f32).ln() / most.ln();
    #[expect(
        clippy::cast_sign_loss,
        reason = "a distance beyond the middle has a positive logarithm"
    )]
    let steps = (share * (middle - 1) as f32).ceil() as usize;
    steps + middle
}

/// The place of `distance` (of the query from the key) among the rows of the table, counted from its end: so a key's place grows with its
/// position.
fn place(distance: isize, relative: Relative) -> usize {
    let (bucket, span) = (bucket(distance.unsigned_abs(), relative), relative.span());
    if distance < 0 {
        (span + bucket).saturating_sub(1).min(2 * span - 1)
    } else {
        (span - 1).saturating_sub(bucket)
    }
}

/// The places of all distances within one row.
pub(crate) struct Places {
    tokens: usize,
    /// By `tokens - 1 + key - query`.
    of_distance: Vec<u32>,
    /// The groups of places in use.
    groups: Range<usize>,
}

impl Places {
    pub(crate) fn new(relative: Relative, tokens: usize) -> Self {
        let reach = isize::try_from(tokens).unwrap_or(isize::MAX) - 1;
        let at = |ahead: isize| place(-ahead, relative);
        let groups = at(-reach) / GROUP..at(reach) / GROUP + 1;
        let first = groups.start * GROUP;
        let places =
            (-reach..=reach).map(|ahead| u32::try_from(at(ahead) - first).unwrap_or(u32::MAX));
        Self {
            tokens,
            of_distance: places.collect(),
            groups,
        }
    }

    /// Those of all keys for one query.
    fn of(&self, query: usize) -> &[u32] {
        &self.of_distance[self.tokens - 1 - query..][..self.tokens]
    }
}

/// The table of positions, `[2 * span, hidden]`, or `None` where attention sees contents only.
pub(crate) fn table(
    source: &dyn WeightSource,
    config: &Config,
    kernels: Kernels,
) -> Result<Option<Vec<f32>>> {
    let Some(relative) = config.relative else {
        return Ok(None);
    };
    let shape = [2 * relative.span(), config.hidden];
    let mut table = read(source, "encoder.rel_embeddings.weight", &shape)?;
    if relative.normed {
        LayerNorm::read(source, "encoder.LayerNorm", config.hidden, config.epsilon)?
            .run(kernels, &mut table);
    }
    Ok(Some(table))
}

/// The positions of one layer as keys or as queries: for each head groups of `GROUP` places, the last row of the table first.
pub(crate) struct Projected {
    heads: Vec<Vec<PackedF32>>,
    bytes: usize,
}

impl Projected {
    /// `table` is `[2 * span, hidden]`.
    pub(crate) fn new(kernels: Kernels, linear: &Linear, table: &[f32], shape: Shape) -> Self {
        let (hidden, width) = (linear.outputs(), shape.width);
        let rows = table.len() / hidden;
        let mut projected = vec![0.0; rows * hidden];
        linear.run(kernels, table, Epilogue::Store, &mut projected);
        let backwards: Vec<&[f32]> = projected.chunks_exact(hidden).rev().collect();
        let head = |head: usize| {
            let pack = |group: &[&[f32]]| {
                let rows: Vec<f32> = group
                    .iter()
                    .flat_map(|row| &row[head * width..(head + 1) * width])
                    .copied()
                    .collect();
                let mut padded = rows;
                padded.resize(GROUP * width, 0.0);
                PackedF32::new(&padded, None, GROUP, width)
            };
            backwards.chunks(GROUP).map(pack).collect()
        };
        Self {
            heads: (0..shape.heads).map(head).collect(),
            bytes: rows * hidden * size_of::<f32>(),
        }
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// `[groups, rows, GROUP]` into `out`, each group `stride` after the last.
    fn run(
        &self,
        kernels: Kernels,
        head: usize,
        groups: Range<usize>,
        rows: &[f32],
        stride: usize,
        out: &mut Vec<f32>,
    ) {
        out.resize(groups.len() * stride, 0.0);
        for (weight, out) in self.heads[head][groups]
            .iter()
            .zip(out.chunks_exact_mut(stride))
        {
            let count = rows.len() / weight.depth();
            kernels.gemm(
                rows,
                count,
                weight,
                Epilogue::Store,
                &mut out[..count * GROUP],
            );
        }
    }
}

/// What positions add to the scores of one row in one layer.
pub(crate) struct Disentangled<'row> {
    pub(crate) kernels: Kernels,
    pub(crate) places: &'row Places,
    pub(crate) keys: Option<&'row Projected>,
    pub(crate) queries: Option<&'row Projected>,
    pub(crate) head: usize,
    /// `[groups, tokens, GROUP]`: each key with the positions as queries.
    pub(crate) by_key: Vec<f32>,
    /// `[groups, BLOCK, GROUP]`: each query of a block with the positions as keys.
    pub(crate) by_query: Vec<f32>,
}

impl Bias for Disentangled<'_> {
    fn prepare(&mut self, head: usize, keys: &[f32]) {
        self.head = head;
        if let Some(queries) = self.queries {
            let stride = self.places.tokens * GROUP;
            queries.run(
                self.kernels,
                head,
                self.places.groups.clone(),
                keys,
                stride,
                &mut self.by_key,
            );
        }
    }

    fn add(&mut self, block: &Range<usize>, queries: &[f32], scores: &mut [f32]) {
        let tokens = self.places.tokens;
        if let Some(keys) = self.keys {
            let groups = self.places.groups.clone();
            keys.run(
                self.kernels,
                self.head,
                groups,
                queries,
                BLOCK * GROUP,
                &mut self.by_query,
            );
        }
        for (at, (row, query)) in scores
            .chunks_exact_mut(tokens)
            .zip(block.clone())
            .enumerate()
        {
            let places = self.places.of(query);
            if self.keys.is_some() {
                let from = &self.by_query[at * GROUP..];
                for (score, place) in row.iter_mut().zip(places) {
                    let place = *place as usize;
                    *score += from[place / GROUP * (BLOCK * GROUP) + place % GROUP];
                }
            }
            if self.queries.is_some() {
                for (key, (score, place)) in row.iter_mut().zip(places).enumerate() {
                    let place = *place as usize;
                    *score += self.by_key[(place / GROUP * tokens + key) * GROUP + place % GROUP];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(buckets: usize, most: usize) -> Relative {
        Relative {
            content_to_position: true,
            position_to_content: true,
            shared: true,
            normed: true,
            buckets,
            most,
        }
    }

    #[test]
    fn buckets_are_those_of_transformers() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../models/tiny/deberta/buckets.json"
        );
        let tables: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).expect("goldens")).expect("JSON");
        for table in tables.as_array().expect("a list") {
            let number =
                |key: &str| usize::try_from(table[key].as_u64().expect("a number")).expect("small");
            let relative = relative(number("buckets"), number("most"));
            let expected: Vec<usize> =
                serde_json::from_value(table["of"].clone()).expect("numbers");
            let found: Vec<usize> = (0..expected.len())
                .map(|distance| bucket(distance, relative))
                .collect();
            assert_eq!(found, expected, "{relative:?}");
        }
    }

    #[test]
    fn places_grow_with_the_key_and_stay_in_the_table() {
        for (buckets, most, tokens) in [
            (0, 24, 100),
            (32, 1024, 700),
            (256, 512, 1),
            (256, 512, 512),
            (4, 9, 40),
        ] {
            let relative = relative(buckets, most);
            let places = Places::new(relative, tokens);
            let rows = 2 * relative.span();
            assert!(places.groups.end <= rows.div_ceil(GROUP));
            assert!(places.of_distance.is_sorted());
            let last = usize::try_from(*places.of_distance.last().expect("one")).expect("small");
            assert!(places.groups.start * GROUP + last < rows);
            let own: Vec<u32> = (0..tokens).map(|token| places.of(token)[token]).collect();
            assert!(
                own.iter().all(|place| *place == own[0]),
                "a token is always 0 from itself"
            );
        }
    }
}
