// Other vector indices for Node, installed beside the project when a bench first asks for them: they are no dependencies of ours.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { peer } from '../../scripts/peers.mjs';

const efs = [32, 64];

/** Those of the peers that can be had here, each `{ name, build(vectors) → [{ ef, search(query, k) → indices }] }`. */
export function vectorPeers(settings) {
  return [
    ['usearch f32', () => usearch(peer('usearch'), settings)],
    ['hnswlib-node', () => hnswlib(peer('hnswlib-node'), settings)],
  ].flatMap(([name, open]) => {
    try {
      return [{ name, build: open() }];
    } catch (error) {
      console.log(`${name} cannot be had here: ${error.message}`);
      return [];
    }
  });
}

/** Its `ef` is fixed when an index is made: one is saved, and loaded for each. */
function usearch({ Index }, { dimensions, m, efConstruction }) {
  const options = (ef) => ({
    dimensions,
    metric: 'cos',
    quantization: 'f32',
    connectivity: m,
    expansion_add: efConstruction,
    expansion_search: ef,
  });
  return (vectors) => {
    const index = new Index(options(efs[0]));
    vectors.forEach((vector, number) => {
      index.add(BigInt(number), vector);
    });
    return () => {
      const place = mkdtempSync(path.join(tmpdir(), 'signalbox-bench-'));
      index.save(path.join(place, 'x'));
      const arms = efs.map((ef) => {
        const loaded = new Index(options(ef));
        loaded.load(path.join(place, 'x'));
        return { ef, search: (query, k) => Array.from(loaded.search(query, k).keys, Number) };
      });
      rmSync(place, { recursive: true });
      return arms;
    };
  };
}

/** It takes arrays only; they are made outside the timed part, which is to its advantage. */
function hnswlib({ HierarchicalNSW }, { dimensions, m, efConstruction }) {
  return (vectors) => {
    const index = new HierarchicalNSW('ip', dimensions);
    index.initIndex(vectors.length, m, efConstruction, 100);
    vectors.forEach((vector, number) => {
      index.addPoint(Array.from(vector), number);
    });
    const arrays = new WeakMap();
    const array = (query) => arrays.get(query) ?? arrays.set(query, Array.from(query)).get(query);
    return () =>
      efs.map((ef) => ({
        ef,
        prepare: array,
        search: (query, k) => {
          index.setEf(ef);
          return index.searchKnn(array(query), k).neighbors;
        },
      }));
  };
}
