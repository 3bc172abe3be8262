// The packed answers of the addon as the objects that callers get.

import type { RawAnswers, RawModelInfo } from '../../index.js';

/** A label for a whole text. */
export interface Classification {
  /** The likeliest label. */
  readonly label: string;
  /** Its probability, 0..1. */
  readonly confidence: number;
  /** The probability of every label; they add up to 1 unless the labels are independent of each other. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A part of a text and its kind. */
export interface Span {
  /** Where it begins, in UTF-16 units: `text.slice(start, end)` is the part. */
  readonly start: number;
  /** Where it ends, exclusive. */
  readonly end: number;
  readonly type: string;
  /** 0..1 */
  readonly confidence: number;
}

/** What one head says of one text. */
export type HeadAnswer = Float32Array | Classification | Span[];

/** What the heads asked for say of one text, by their names. */
export type Analysis = Readonly<Record<string, HeadAnswer>>;

/** For each text the answers by the places of its `heads`, ascending. */
export function unpack(
  info: RawModelInfo,
  answers: RawAnswers,
  heads: readonly (readonly number[])[],
  dimensions?: number,
): HeadAnswer[][] {
  const spans = unpackSpans(answers);
  let at = 0;
  const take = (count: number) => {
    at += count;
    return answers.values.subarray(at - count, at);
  };
  return heads.map((places, item) =>
    [...places]
      .sort((left, right) => left - right)
      .map((place): HeadAnswer => {
        const head = info.heads[place];
        if (head?.task === 'embedding') return take(dimensions === undefined ? head.dimensions : Math.min(dimensions, head.dimensions));
        if (head?.task === 'sequence') return classification(head.labels, take(head.labels.length));
        return spans.get(`${item} ${place}`) ?? [];
      }),
  );
}

function classification(labels: readonly string[], values: Float32Array): Classification {
  let best = 0;
  const probabilities: Record<string, number> = {};
  for (const [place, label] of labels.entries()) {
    const value = values[place] ?? 0;
    probabilities[label] = value;
    if (value > (values[best] ?? 0)) best = place;
  }
  return { label: labels[best] ?? '', confidence: values[best] ?? 0, probabilities };
}

const spanNumbers = 6;

function unpackSpans({ spans, kinds }: RawAnswers): Map<string, Span[]> {
  const found = new Map<string, Span[]>();
  for (let at = 0; at < spans.length; at += spanNumbers) {
    const [item = 0, head = 0, start = 0, end = 0, kind = 0, confidence = 0] = spans.subarray(at, at + spanNumbers);
    const key = `${item} ${head}`;
    const span = { start, end, type: kinds[kind] ?? '', confidence };
    const list = found.get(key);
    if (list === undefined) found.set(key, [span]);
    else list.push(span);
  }
  return found;
}
