// Which rows of a corpus only measure: the rule of `kept_aside` in models/training/texts.py, to the letter.

import { blake2b } from '@noble/hashes/blake2.js';

const word = /[\p{L}\p{N}_]+/gu;
const asidePercent = 10n;

/** Words in lower case with one blank between them. */
export function normal(text) {
  return (text.toLowerCase().match(word) ?? []).join(' ');
}

/** BLAKE2b of eight bytes as a number, big-endian (RFC 7693). */
export function digest(text) {
  return new DataView(blake2b(new TextEncoder().encode(text), { dkLen: 8 }).buffer).getBigUint64(0);
}

/** Whether training never sees this text. */
export function isKeptAside(text) {
  return digest(`aside ${normal(text)}`) % 100n < asidePercent;
}
