// One pass over JSON text before it is parsed: how deep and how big it is, and where each top-level value stands.

export interface JsonLimits {
  readonly depth: number;
  /** Values and keys together. */
  readonly tokens: number;
}

export interface JsonScan {
  /** Keys in the whole text; more than the parsed value holds means that one was written twice. */
  readonly keys: number;
  /** Start and end of each top-level value, by key; the last one where a key repeats. */
  readonly spans: ReadonlyMap<string, readonly [start: number, end: number]>;
}

export type JsonScanFault = { readonly limit: 'depth' | 'tokens' };

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Scans `text`, which need not be valid JSON: what is wrong with it otherwise is for `JSON.parse` to say.
 * Linear; stops at the first limit that is passed.
 */
export function scanJson(text: string, limits: JsonLimits): JsonScan | JsonScanFault {
  const spans = new Map<string, readonly [number, number]>();
  let depth = 0;
  let tokens = 0;
  let keys = 0;
  let key: string | undefined;
  let lastString: readonly [number, number] = [0, 0];
  let valueStart = 0;
  const endValue = (end: number) => {
    if (depth === 1 && key !== undefined) spans.set(key, trimmed(text, valueStart, end));
    key = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = stringEnd(text, at);
        lastString = [at, end];
        at = end - 1;
        break;
      }
      case COLON:
        keys++;
        if (++tokens > limits.tokens) return { limit: 'tokens' };
        if (depth === 1) {
          key = keyText(text, lastString);
          valueStart = at + 1;
        }
        break;
      case COMMA:
        if (++tokens > limits.tokens) return { limit: 'tokens' };
        if (depth === 1) endValue(at);
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > limits.depth) return { limit: 'depth' };
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (depth === 1) endValue(at);
        depth--;
        break;
    }
  }
  return { keys, spans };
}

/** Keys held by `value`, at every depth. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countKeys(item), 0);
  let count = 0;
  for (const item of Object.values(value)) count += 1 + countKeys(item);
  return count;
}

/** `text`, an object, with some top-level values replaced, or inserted where they are missing; everything else stays as written. */
export function replaceValues(
  text: string,
  spans: ReadonlyMap<string, readonly [number, number]>,
  values: readonly (readonly [key: string, json: string])[],
): string {
  const present = values.flatMap(([key, json]) => {
    const span = spans.get(key);
    return span === undefined ? [] : [{ start: span[0], end: span[1], json }];
  });
  const missing = values.filter(([key]) => !spans.has(key)).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
  let result = '';
  let from = 0;
  if (missing.length > 0) {
    from = text.indexOf('{') + 1;
    result = `${text.slice(0, from)}${missing.join(',')}${spans.size > 0 ? ',' : ''}`;
  }
  for (const { start, end, json } of present.sort((left, right) => left.start - right.start)) {
    result += text.slice(from, start) + json;
    from = end;
  }
  return result + text.slice(from);
}

/** The index after the closing quote of the string that opens at `at`; the end of the text when it never closes. */
function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** A key as it reads: an escaped spelling is the same key. */
function keyText(text: string, [start, end]: readonly [number, number]): string {
  const raw = text.slice(start + 1, end - 1);
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(text.slice(start, end)));
  } catch {
    return raw; // not JSON: the parser will say so
  }
}

function trimmed(text: string, start: number, end: number): readonly [number, number] {
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return [start, end];
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
