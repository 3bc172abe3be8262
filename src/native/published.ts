// What the manifest adds to a loaded model: our names of its heads, their thresholds and alarms.

import type { RawHead, RawModelInfo } from '../../index.js';
import type { PublishedModel } from '../models/manifest.js';
import { usualNames } from './model-input.js';

/** A head, with what the manifest says of it. */
export interface PublishedHeadInfo extends RawHead {
  readonly threshold?: number | undefined;
  readonly alarms?: readonly string[] | undefined;
}

export interface PublishedInfo extends RawModelInfo {
  heads: PublishedHeadInfo[];
}

/** The record of the addon under our names; as it came for a folder that no manifest knows. */
export function publishedInfo(info: RawModelInfo, model: PublishedModel | undefined): PublishedInfo {
  return model === undefined ? info : { ...info, heads: info.heads.map((head) => publishedHead(head, model)) };
}

/** Only the head that the engine named after its task: heads of adapters keep their names. */
function publishedHead(head: RawHead, { heads }: PublishedModel): PublishedHeadInfo {
  const known = heads.find(({ task }) => task === head.task);
  if (known === undefined || head.name !== usualNames[head.task]) return head;
  if (known.task === 'embedding') return { ...head, name: known.name };
  const { name, threshold, alarms } = known;
  return { ...head, name, ...(threshold !== undefined && { threshold }), ...(alarms !== undefined && { alarms }) };
}
