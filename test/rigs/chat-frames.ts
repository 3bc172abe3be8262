// What an OpenAI-compatible upstream says, as plain values: whole replies, stream chunks and the many ways to spell them as SSE.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The name the rig's upstream gives itself: never a configured name, so that a proxy that forgets to rewrite `model` shows. */
export const upstreamOwnName = 'upstream-internal-2026-01-01';

/** The default answer in pieces: ASCII, astral, combining, CJK, quotes and line ends inside JSON strings. */
export const answerPieces: readonly string[] = ['Hel', 'lo ', '\u{1F468}\u200D\u{1F469}', 'e\u0301', ' "quoted"\r\n', '漢字', ' – end'];
export const answerText = answerPieces.join('');

export const usage: JsonObject = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };

export const toolCalls: readonly JsonObject[] = [
  { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Zürich","days":3}' } },
  { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{}' } },
];

/** A whole `chat.completion` with one choice per message. */
export function completion(messages: readonly JsonObject[], finish = 'stop'): JsonObject {
  return {
    id: 'chatcmpl-rig',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: upstreamOwnName,
    choices: messages.map((message, index) => ({
      index,
      message: { role: 'assistant', ...message },
      finish_reason: finish,
      logprobs: null,
    })),
    usage,
    system_fingerprint: 'fp_rig',
  };
}

/** One `chat.completion.chunk` with one choice. */
export function chunk(delta: JsonObject, { index = 0, finish = null }: { index?: number; finish?: string | null } = {}): JsonObject {
  return { ...chunkBase, choices: [{ index, delta, finish_reason: finish, logprobs: null }] };
}

const chunkBase = {
  id: 'chatcmpl-rig',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: upstreamOwnName,
  system_fingerprint: 'fp_rig',
};

export const roleChunk: JsonObject = chunk({ role: 'assistant', content: '' });
export const finishChunk: JsonObject = chunk({}, { finish: 'stop' });
/** The last chunk under `stream_options.include_usage`: usage and no choices. */
export const usageChunk: JsonObject = { ...chunkBase, choices: [], usage };

/** Role, one chunk per piece, finish: the ordinary stream. */
export function textChunks(pieces: readonly string[] = answerPieces): readonly JsonObject[] {
  return [roleChunk, ...pieces.map((content) => chunk({ content })), finishChunk];
}

/** Two interleaved choices, each saying `pieces` prefixed by its index. */
export function twoChoiceChunks(pieces: readonly string[] = answerPieces): readonly JsonObject[] {
  const both = (make: (index: number) => JsonObject) => [make(0), make(1)];
  return [
    ...both((index) => chunk({ role: 'assistant', content: `${index}:` }, { index })),
    ...pieces.flatMap((content) => both((index) => chunk({ content }, { index }))),
    ...both((index) => chunk({}, { index, finish: 'stop' })),
  ];
}

/** Reasoning first, then the answer. */
export function reasoningChunks(thoughts: readonly string[], pieces: readonly string[] = answerPieces): readonly JsonObject[] {
  return [
    roleChunk,
    ...thoughts.map((reasoning_content) => chunk({ reasoning_content })),
    ...pieces.map((content) => chunk({ content })),
    finishChunk,
  ];
}

/** `toolCalls` as deltas: the name first, the arguments three characters at a time. */
export function toolCallChunks(calls: readonly JsonObject[] = toolCalls): readonly JsonObject[] {
  const deltas = calls.flatMap((call, index) => {
    const { name, arguments: text } = call.function as { name: string; arguments: string };
    const head = chunk({ tool_calls: [{ index, id: call.id ?? null, type: 'function', function: { name, arguments: '' } }] });
    const rest = text.match(/.{1,3}/gsu) ?? [];
    return [head, ...rest.map((part) => chunk({ tool_calls: [{ index, function: { arguments: part } }] }))];
  });
  return [chunk({ role: 'assistant', content: null }), ...deltas, chunk({}, { finish: 'tool_calls' })];
}

export interface Spelling {
  readonly lineEnd?: '\n' | '\r\n' | '\r';
  /** One space after `data:`; the standard makes it optional. */
  readonly space?: boolean;
  /** The JSON over several `data:` lines. */
  readonly multiLine?: boolean;
  /** A comment line before every event, as heartbeats are sent. */
  readonly comments?: boolean;
  /** `event:`, `id:` and `retry:` fields beside the data. */
  readonly fields?: boolean;
  readonly byteOrderMark?: boolean;
  readonly done?: boolean;
}

/** One event's text for `data`, which may be a chunk or a bare word such as `[DONE]`. */
export function event(data: JsonObject | string, spelling: Spelling = {}): string {
  const { lineEnd = '\n', space = true, multiLine = false, comments = false, fields = false } = spelling;
  const text = typeof data === 'string' ? data : JSON.stringify(data, null, multiLine ? 1 : undefined);
  const lines = text.split('\n').map((line) => `data:${space ? ' ' : ''}${line}`);
  const around = [...(comments ? [': keep-alive'] : []), ...(fields ? ['event: message', 'id: 7', 'retry: 1000'] : [])];
  return [...around, ...lines, '', ''].join(lineEnd);
}

/** The stream's events in order, `[DONE]` last unless `done: false`. */
export function events(chunks: readonly JsonObject[], spelling: Spelling = {}): readonly string[] {
  const texts = [...chunks.map((value) => event(value, spelling)), ...(spelling.done === false ? [] : [event('[DONE]', spelling)])];
  return spelling.byteOrderMark ? ['\uFEFF', ...texts] : texts;
}

/** All bytes of the stream. */
export function streamBytes(chunks: readonly JsonObject[], spelling: Spelling = {}): Buffer {
  return Buffer.from(events(chunks, spelling).join(''), 'utf8');
}

/** `bytes` in pieces that end at `offsets` (ascending). */
export function splitAt(bytes: Buffer, offsets: readonly number[]): readonly Buffer[] {
  const ends = [...offsets, bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end)).filter((piece) => piece.length > 0);
}

/** `bytes` one at a time. */
export function everyByte(bytes: Buffer): readonly Buffer[] {
  return splitAt(
    bytes,
    Array.from({ length: bytes.length - 1 }, (_, index) => index + 1),
  );
}
