// The hash of a selector artifact, written from docs/selectors-format.md alone, so that tests can seal what they change.

import { createHash, type Hash } from 'node:crypto';

/** The artifact with the hash of its content. */
export function sealed(artifact: object): object {
  const { sha256: _, ...content } = artifact as Record<string, unknown>;
  const hash = createHash('sha256');
  feed(hash, content);
  return { ...content, sha256: hash.digest('hex') };
}

function feed(hash: Hash, value: unknown): void {
  if (value === null) hash.update('n');
  else if (typeof value === 'boolean') hash.update(value ? 't' : 'f');
  else if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value + 0);
    hash.update('d').update(bytes);
  } else if (typeof value === 'string') {
    hash
      .update('s')
      .update(count(Buffer.byteLength(value)))
      .update(value);
  } else if (Array.isArray(value)) {
    hash.update('a').update(count(value.length));
    for (const entry of value) feed(hash, entry);
  } else if (typeof value === 'object') feedTable(hash, value);
}

function feedTable(hash: Hash, table: object): void {
  const entries = Object.entries(table).sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  hash.update('o').update(count(entries.length));
  for (const [key, entry] of entries) {
    feed(hash, key);
    feed(hash, entry);
  }
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
