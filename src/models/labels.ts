// The labels of a classifier's configuration: read as transformers reads them, and brought into our words.

import { z } from 'zod';
import { invalidModel } from './fault.js';
import type { LabelledHead } from './manifest.js';

const generic = /^LABEL_\d+$/;
const mapSchema = z.record(z.string(), z.union([z.string(), z.number()]));
const usualCount = 2;

/** Ordered by id; as many `LABEL_…` as `num_labels` says where there are none, two at last. Throws MODEL_INVALID. */
export function readLabels(config: Readonly<Record<string, unknown>>): readonly string[] {
  const map = config['id2label'];
  if (map === undefined || map === null) {
    const count = z
      .int()
      .positive()
      .max(100_000)
      .safeParse(config['num_labels'] ?? usualCount);
    if (!count.success) throw invalidModel('config.json:num_labels', 'a number of labels', 'something else');
    return Array.from({ length: count.data }, (_, id) => `LABEL_${id}`);
  }
  return ordered(map, 'config.json:id2label');
}

/**
 * What the labels are called here. Labels that only count are named by `file`, the publisher's own list, or else by the
 * manifest's order; labels with names are translated one by one, and stay where nothing is known of them.
 */
export function ourLabels(found: readonly string[], head: LabelledHead, file?: Readonly<Record<string, unknown>>): readonly string[] {
  const named = found.every((label) => generic.test(label)) ? (listed(file, head.labelsFile ?? '') ?? head.labels ?? found) : found;
  if (named.length !== found.length) throw invalidModel('config.json:id2label', `${named.length} labels`, String(found.length));
  const known = new Map<string, string>();
  for (const label of head.labels ?? []) known.set(folded(label), label);
  for (const [theirs, ours] of Object.entries(head.published ?? {})) known.set(folded(theirs), ours);
  return named.map((label) => known.get(folded(label)) ?? label);
}

/** `idx_to_label` or `idx_to_category` of vLLM-SR's mapping files. */
function listed(file: Readonly<Record<string, unknown>> | undefined, name: string): readonly string[] | undefined {
  const map = file?.['idx_to_label'] ?? file?.['idx_to_category'];
  return map === undefined ? undefined : ordered(map, `${name}:idx_to_label`);
}

function ordered(map: unknown, at: string): readonly string[] {
  const parsed = mapSchema.safeParse(map);
  const labels = parsed.success ? Object.keys(parsed.data).map((_, id) => parsed.data[String(id)]) : [];
  if (labels.length === 0 || labels.includes(undefined)) throw invalidModel(at, 'a label for each id from 0', 'another map');
  return labels.map(String);
}

/** Case, spaces, hyphens and underscores make no difference. */
function folded(label: string): string {
  return label.toLowerCase().replace(/[\s_-]+/g, ' ');
}
