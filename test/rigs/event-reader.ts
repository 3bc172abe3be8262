// Reads an SSE answer as it came over the wire, so that a test sees what the `openai` client hides: `[DONE]`, errors, headers, how it ended.

import type { JsonObject } from './chat-frames.js';

export interface StreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body as text. */
  readonly raw: string;
  /** Every `data:` that is JSON, in order. */
  readonly chunks: readonly JsonObject[];
  /** Text of choice 0, joined. */
  readonly text: string;
  /** How often `[DONE]` came. */
  readonly doneCount: number;
  /** Errors sent in the stream. */
  readonly errors: readonly JsonObject[];
  /** `clean`: the HTTP body was complete; `broken`: the connection died first. */
  readonly ending: 'clean' | 'broken';
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with the whole text so far at every arrival. */
  readonly onData?: (soFar: string) => void;
}

/** The body of an ordinary request; `extra` overrides. */
export function ask(extra: JsonObject = {}): JsonObject {
  return { model: 'router', messages: [{ role: 'user', content: 'Say something.' }], ...extra };
}

/** POSTs `body` (an object, or raw text) as JSON. */
export function post(url: string, body: JsonObject | string, { headers = {}, signal }: AskOptions = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers }, ...(signal && { signal }) });
}

/** POSTs a chat request and reads the answer to its end, whatever the end is. */
export async function readChat(url: string, body: JsonObject, options: AskOptions = {}): Promise<StreamAnswer> {
  const response = await post(`${url}/v1/chat/completions`, body, options);
  const { raw, ending } = await drain(response, options.onData);
  const payloads = dataLines(raw);
  const values = payloads.filter((payload) => payload !== '[DONE]').map((payload) => JSON.parse(payload) as JsonObject);
  const chunks = values.filter((value) => value.error === undefined);
  return {
    status: response.status,
    headers: response.headers,
    raw,
    chunks,
    text: textOf(chunks),
    doneCount: payloads.length - values.length,
    errors: values.flatMap((value) => (value.error === undefined ? [] : [value.error as JsonObject])),
    ending,
  };
}

/** The text of one choice over all chunks. */
export function textOf(chunks: readonly JsonObject[], choice = 0): string {
  return chunks
    .flatMap((value) =>
      choicesOf(value).flatMap(({ index, delta }) => (index === choice && typeof delta?.content === 'string' ? [delta.content] : [])),
    )
    .join('');
}

interface ChunkChoice {
  readonly index?: number;
  readonly delta?: { readonly content?: unknown };
}

function choicesOf(value: JsonObject): readonly ChunkChoice[] {
  return Array.isArray(value.choices) ? (value.choices as readonly ChunkChoice[]) : [];
}

async function drain(response: Response, onData: AskOptions['onData']): Promise<{ raw: string; ending: 'clean' | 'broken' }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let raw = '';
  try {
    for await (const piece of response.body ?? []) {
      raw += decoder.decode(piece, { stream: true });
      onData?.(raw);
    }
  } catch (error) {
    if (error instanceof TypeError && /decod|encod/i.test(error.message)) throw error;
    return { raw, ending: 'broken' };
  }
  return { raw: raw + decoder.decode(), ending: 'clean' };
}

/** The payload of every event. Only LF line ends and one `data:` line an event: that is what we promise to write. */
function dataLines(raw: string): readonly string[] {
  if (!raw.includes('data:')) return [];
  return raw
    .split('\n\n')
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));
}
