// What callers ask of a model, looked at before it crosses: texts, pairs, images, heads by name, adapters by name.

import type { RawHead, RawModelInfo } from '../../index.js';
import { checkCount, checkNumber, checkObject, checkString, invalid, reading } from './check.js';
import { capabilityMissing } from './failure.js';

/** A text; a text and a second one read after it; or the bytes of an image file. */
export type ModelInput = string | { readonly text: string; readonly pair?: string | undefined } | { readonly image: Uint8Array };

/** A text, perhaps with its own heads. */
export type AnalyzeInput =
  | string
  | { readonly text: string; readonly pair?: string | undefined; readonly heads?: readonly string[] | undefined };

export interface CallOptions {
  /** Aborting rejects with CANCELLED at once, and stops the work. */
  readonly signal?: AbortSignal | undefined;
  /** Rejects with DEADLINE_EXCEEDED when there is no answer after so many milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** Answers are remembered for this tenant and recalled for it: a string that was seen before costs nothing. */
  readonly tenant?: string | undefined;
}

/** One text on its way into the addon. */
export interface Asked {
  readonly text: string;
  readonly pair: string | undefined;
  readonly heads: readonly number[];
  readonly adapter: number | undefined;
}

/** Either texts or images, and whether the caller gave an array of them. */
export interface Inputs {
  readonly many: boolean;
  readonly texts: readonly { readonly text: string; readonly pair: string | undefined; readonly heads: readonly string[] | undefined }[];
  readonly images: readonly Uint8Array[];
}

/** Reads one input or an array; an array holds texts only, or images only. */
export function readInputs(input: unknown): Inputs {
  return reading('input', () => {
    const many = Array.isArray(input);
    const entries = many ? Array.from(input, (entry, index) => readInput(entry, `input[${index}]`)) : [readInput(input, 'input')];
    const texts = entries.filter((entry) => 'text' in entry);
    const images = entries.filter((entry) => 'image' in entry).map(({ image }) => image);
    if (texts.length > 0 && images.length > 0) throw invalid('input', 'texts or images, not both at once', input);
    return { many, texts, images };
  });
}

type Entry = Inputs['texts'][number] | { readonly image: Uint8Array };

function readInput(input: unknown, at: string): Entry {
  if (typeof input === 'string') return { text: input, pair: undefined, heads: undefined };
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid(at, 'a string, { text, pair }, or { image }', input);
  }
  const { text, pair, image, heads } = input as Record<string, unknown>;
  if (image !== undefined) {
    if (!(image instanceof Uint8Array)) throw invalid(`${at}.image`, 'the bytes of an image file', image);
    if (text !== undefined) throw invalid(at, 'a text or an image, not both', input);
    return { image };
  }
  return {
    text: checkString(text, `${at}.text`),
    pair: pair === undefined ? undefined : checkString(pair, `${at}.pair`),
    heads: heads === undefined ? undefined : readHeads(heads, `${at}.heads`),
  };
}

/** Names of heads: at least one. */
export function readHeads(heads: unknown, at: string): string[] {
  if (!Array.isArray(heads) || heads.length === 0) throw invalid(at, 'an array of at least one head', heads);
  return Array.from(heads, (head, index) => checkString(head, `${at}[${index}]`));
}

/** The place of a head by its name; throws CAPABILITY_MISSING where the model lacks it. */
export function headPlace(info: RawModelInfo, name: string): number {
  const place = info.heads.findIndex((head) => head.name === name);
  if (place < 0) throw capabilityMissing('head', info.heads.map((head) => head.name).join(', '), JSON.stringify(name));
  return place;
}

/** What a head is called that is the only one of its task; where there are several, it is the usual one. */
export const usualNames = { embedding: 'embedding', sequence: 'classification', token: 'tokens' } as const;

/**
 * The head a text goes to: the one the caller names, else the one that its adapter brought, else the only or usual one of
 * its task. Throws
 * CAPABILITY_MISSING or INVALID_INPUT.
 */
export function usualHead(info: RawModelInfo, task: RawHead['task'], named: unknown, adapter?: number): number {
  if (named !== undefined) {
    const place = headPlace(info, checkString(named, 'head'));
    const found = info.heads[place]?.task;
    if (found !== task) throw invalid('head', `a head of the task ${task}`, `${String(named)}, of the task ${found}`);
    return place;
  }
  const brought = info.heads.findIndex((head) => head.task === task && adapter !== undefined && head.name === info.adapters[adapter]);
  if (brought >= 0) return brought;
  const places = ownHeads(info, undefined).filter((place) => info.heads[place]?.task === task);
  const [first, second] = places;
  if (first === undefined) throw capabilityMissing('model', `a model with a head of the task ${task}`, info.architecture);
  if (second === undefined) return first;
  const usual = places.find((place) => info.heads[place]?.name === usualNames[task]);
  if (usual !== undefined) return usual;
  const names = places.map((place) => info.heads[place]?.name).join(', ');
  throw invalid('head', `one of ${names}`, undefined);
}

/** The heads that a text with this adapter may go through: those of other adapters are not for it. */
export function ownHeads(info: RawModelInfo, adapter: number | undefined): number[] {
  const own = adapter === undefined ? undefined : info.adapters[adapter];
  return info.heads.flatMap(({ name }, place) => (name === own || !info.adapters.includes(name) ? [place] : []));
}

/** The place of each text's adapter: one name for all, or one a text. */
export function adapterPlaces(info: RawModelInfo, adapter: unknown, count: number): readonly (number | undefined)[] {
  if (adapter === undefined) return Array.from({ length: count }, () => undefined);
  if (!Array.isArray(adapter)) {
    const place = adapterPlace(info, adapter, 'adapter');
    return Array.from({ length: count }, () => place);
  }
  if (adapter.length !== count) throw invalid('adapter', `${count} adapters, one a text`, adapter.length);
  return Array.from(adapter, (name, index) => (name === undefined ? undefined : adapterPlace(info, name, `adapter[${index}]`)));
}

function adapterPlace(info: RawModelInfo, name: unknown, at: string): number {
  const place = info.adapters.indexOf(checkString(name, at));
  if (place >= 0) return place;
  const known = info.adapters.length === 0 ? 'a model loaded with adapters' : info.adapters.join(', ');
  throw invalid(at, known, 'another name');
}

/** The options that all calls share. */
export function readCallOptions(options: Record<string, unknown>): CallOptions {
  const { signal, deadlineMs, tenant } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid('signal', 'an AbortSignal', signal);
  if (deadlineMs !== undefined && checkNumber(deadlineMs, 'deadlineMs') < 0) throw invalid('deadlineMs', 'milliseconds from 0', deadlineMs);
  return {
    signal,
    deadlineMs: deadlineMs as number | undefined,
    tenant: tenant === undefined ? undefined : checkString(tenant, 'tenant'),
  };
}

/** How many numbers of an embedding to keep: 1 to all. */
export function readDimensions(value: unknown, most: number): number | undefined {
  if (value === undefined) return undefined;
  const dimensions = checkCount(value, 'dimensions');
  if (dimensions < 1 || dimensions > most) throw invalid('dimensions', `1 to ${most}`, dimensions);
  return dimensions;
}

export function readObject(options: unknown): Record<string, unknown> {
  return checkObject(options, 'options') as Record<string, unknown>;
}

/** What goes before each text: a prompt by its purpose, or the folder's usual one; an empty name means none. */
export function readPrompt(info: RawModelInfo, value: unknown): string {
  const name = value === undefined ? info.usualPrompt : checkString(value, 'prompt');
  if (name === undefined || name === null || name === '') return '';
  const names = info.prompts.filter((_, at) => at % 2 === 0);
  const at = names.indexOf(name);
  if (at < 0) throw invalid('prompt', names.length === 0 ? 'a model with prompts' : names.join(', '), 'another name');
  return info.prompts[2 * at + 1] ?? '';
}
