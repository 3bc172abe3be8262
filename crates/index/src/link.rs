//! Linking a vector: planned while others read, applied in one short step.

use std::cmp::Reverse;

use crate::graph::Graph;
use crate::order::{Ranked, rank, similarity_of, slot_of};
use crate::scratch::Scratch;
use crate::vectors::to_signed;

/// Chosen links that a candidate is compared with at a time: most candidates fail in the first group.
const GROUP: usize = 8;

/// The new links of some slots.
pub(crate) type Plan = Vec<(u32, Vec<u32>)>;

impl Graph {
    /// How `slot` joins the graph: its own links, and those that link back. Links go to slots that `accept` takes, found by a
    /// scan or by a walk.
    pub(crate) fn plan(
        &self,
        slot: u32,
        scratch: &mut Scratch,
        scan: bool,
        accept: impl Fn(u32) -> bool,
    ) -> Plan {
        let mut signed = vec![0; self.settings.row_bytes()];
        to_signed(self.vectors.row(slot), &mut signed);
        let ef = self.settings.ef_construction();
        if scan {
            self.scan(&signed, ef, scratch, accept);
        } else {
            self.walk(&signed, ef, usize::MAX, scratch, accept);
        }
        let near = self.select(slot, &scratch.found, self.settings.m());
        let mut plan: Plan = near
            .iter()
            .map(|other| (*other, self.with_link(*other, slot)))
            .collect();
        plan.push((slot, near));
        plan
    }

    pub(crate) fn apply(&mut self, plan: &Plan) {
        self.links.grow(self.slots());
        for (slot, links) in plan {
            self.links.set(*slot, links);
        }
    }

    /// The links of `slot` with one more, the least useful left out where there is no room.
    fn with_link(&self, slot: u32, new: u32) -> Vec<u32> {
        let mut links: Vec<u32> = self.links.of(slot).collect();
        links.push(new);
        if links.len() <= self.links.most() {
            return links;
        }
        self.select(slot, &self.ranked(slot, &links), self.links.most())
    }

    /// `others` by their similarity to `slot`, the best first, in steps of its scale.
    pub(crate) fn ranked(&self, slot: u32, others: &[u32]) -> Vec<Ranked> {
        let mut signed = vec![0; self.settings.row_bytes()];
        to_signed(self.vectors.row(slot), &mut signed);
        let rows: Vec<&[u8]> = others
            .iter()
            .map(|other| self.vectors.row(*other))
            .collect();
        let mut dots = vec![0.0; rows.len()];
        self.kernels.dot_rows(&signed, &rows, &mut dots);
        let ranked = others.iter().zip(dots);
        let mut ranked: Vec<Ranked> = ranked
            .map(|(other, dot)| rank(dot * self.vectors.scale(*other), *other))
            .collect();
        ranked.sort_unstable_by_key(|ranked| Reverse(*ranked));
        ranked
    }

    /// At most `most` of `candidates` (their similarity in steps of `slot`, the best first): those that are nearer to `slot` than to any one chosen
    /// before, then the nearest of the others: Algorithm 4 of Malkov and Yashunin with `keepPrunedConnections`.
    pub(crate) fn select(&self, slot: u32, candidates: &[Ranked], most: usize) -> Vec<u32> {
        let base = self.vectors.scale(slot);
        let mut signed = vec![0; self.settings.row_bytes()];
        let mut chosen: Vec<u32> = Vec::with_capacity(most);
        let mut rows: Vec<&[u8]> = Vec::with_capacity(most);
        let mut others: Vec<u32> = Vec::new();
        for candidate in candidates {
            if chosen.len() == most {
                break;
            }
            let other = slot_of(*candidate);
            let row = self.vectors.row(other);
            to_signed(row, &mut signed);
            let scale = self.vectors.scale(other);
            let near = similarity_of(*candidate) * base;
            if self.is_near_any(&signed, scale, near, (&chosen, &rows)) {
                others.push(other);
            } else {
                chosen.push(other);
                rows.push(row);
            }
        }
        let room = most - chosen.len();
        chosen.extend(others.into_iter().take(room));
        chosen
    }

    /// Whether a candidate is more similar to any of `chosen` than `near`.
    fn is_near_any(
        &self,
        signed: &[i8],
        scale: f32,
        near: f32,
        (chosen, rows): (&[u32], &[&[u8]]),
    ) -> bool {
        let mut dots = [0.0; GROUP];
        chosen
            .chunks(GROUP)
            .zip(rows.chunks(GROUP))
            .any(|(chosen, rows)| {
                self.kernels.dot_rows(signed, rows, &mut dots);
                chosen
                    .iter()
                    .zip(dots)
                    .any(|(slot, dot)| dot * scale * self.vectors.scale(*slot) > near)
            })
    }
}
