// Every way an upstream can fail × streaming or not × first or only model in the chain: what the client sees, and how often upstream was called.

import { describe, expect, test } from 'vitest';
import * as does from '../rigs/behaviours.js';
import {
  answerText,
  completion,
  event,
  events,
  finishChunk,
  type JsonObject,
  roleChunk,
  streamBytes,
  textChunks,
} from '../rigs/chat-frames.js';
import { ask, readChat, type StreamAnswer } from '../rigs/event-reader.js';
import { closedPort } from '../rigs/faulty-upstream.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, ownProviders } from '../rigs/proxy.js';

/**
 * What must come of it: the next model answers unseen; the client sees an error in the stream after `partial`;
 * the first model's answer stands; or its refusal does, with this status.
 */
type Outcome = { readonly fallsBack: number } | { readonly partial: string } | 'answers' | { readonly refused: number };
/** `seen` opens when the client has received content: a cut after content waits for it, so that no buffer decides the case. */
type Fault = (seen: does.Gate) => does.Behaviour;
interface Case {
  readonly fault: Fault | 'refused connection';
  readonly outcome: Outcome;
  readonly upstream?: Config;
}
interface Point {
  readonly stream?: Case;
  readonly json?: Case;
}

/** Falls back; `status` is what the client gets when there is nobody left. */
const next = (status = 502): Outcome => ({ fallsBack: status });
const both = (fault: Case['fault'], outcome: Outcome, upstream: Config = {}): Point => ({
  stream: { fault, outcome, upstream },
  json: { fault, outcome, upstream },
});
const one = (fault: Case['fault'], outcome: Outcome, upstream: Config = {}): Case => ({ fault, outcome, upstream });

const [role = '', hel = '', lo = '', family = ''] = events(textChunks());
const half = Buffer.from(hel + lo).subarray(0, Buffer.byteLength(hel) + 40);
const familyBytes = Buffer.from(family);
const insideCharacter = Buffer.concat([Buffer.from(hel), familyBytes.subarray(0, familyBytes.indexOf('\u{1F468}') + 2)]);
const errorEvent = event({ error: { message: 'scripted error event', type: 'server_error', code: null } });
const wholeJson = Buffer.from(JSON.stringify(completion([{ content: answerText }])));
const cutJson =
  (offset: number): does.Behaviour =>
  async ({ response, write, cut }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    await write(wholeJson.subarray(0, offset));
    cut('reset');
  };
const slowJson: does.Behaviour = async (exchange) => {
  exchange.response.writeHead(200, { 'content-type': 'application/json' });
  await exchange.write(wholeJson.subarray(0, 30));
  await does.silence()(exchange);
};
const patient: Config = { firstByteTimeoutMs: 5_000, idleTimeoutMs: 5_000, holdMs: 5_000 };

const points: Readonly<Record<string, Point>> = {
  'connection refused': both('refused connection', next()),
  'reset before headers': both(does.resetBeforeHeaders, next()),
  'reset after headers': both(does.resetAfterHeaders, next()),
  'silence before headers': both(does.silence, next(504)),
  '429 with Retry-After in seconds': both(() => does.failure(429, 'slow down', { 'retry-after': '7' }), next(429)),
  '429 with an HTTP date': both(
    () => does.failure(429, 'slow down', { 'retry-after': new Date(Date.now() + 9_000).toUTCString() }),
    next(429),
  ),
  '500': both(() => does.failure(500), next()),
  '503': both(() => does.failure(503), next(503)),
  '503 with Retry-After': both(() => does.failure(503, 'busy', { 'retry-after': '7' }), next(503)),
  '520': both(() => does.failure(520), next()),
  '504': both(() => does.failure(504), next(504)),
  '302 to itself': both(() => does.reply(302, {}, { location: '/v1/chat/completions' }), next()),
  '529': both(() => does.failure(529), next()),
  '502 with HTML': both(() => does.html(502), next()),
  '200 with HTML': both(() => does.html(200), next()),
  '200 with an empty body': both(() => does.empty(), next()),
  '200 with invalid JSON': both(() => does.invalidJson(), next()),
  '200 with an error object': both(() => does.reply(200, { error: { message: 'overloaded', type: 'server_error' } }), next()),
  '200 with a bare null': both(() => does.reply(200, null), next()),
  'truncated JSON': both(() => does.truncatedJson(), next()),
  '400': both(() => does.failure(400), { refused: 400 }),
  '401': both(() => does.failure(401), { refused: 502 }),
  '403': both(() => does.failure(403), { refused: 502 }),
  '404': both(() => does.failure(404), { refused: 404 }),
  '408': both(() => does.failure(408), { refused: 408 }),
  '409': both(() => does.failure(409), { refused: 409 }),
  '413': both(() => does.failure(413), { refused: 413 }),
  '422': both(() => does.failure(422), { refused: 422 }),
  'cut before any event': { stream: one(() => does.stream([': hello\n\n'], 'reset'), next()), json: one(() => cutJson(1), next()) },
  'cut after the role frame': {
    stream: one(() => does.stream([role], 'reset'), next()),
    json: one(() => cutJson(wholeJson.indexOf('"Hel') + 4), next()),
  },
  'closed after the role frame': {
    stream: one(() => does.stream([role], 'fin'), next()),
    json: one(() => cutJson(wholeJson.length - 1), next()),
  },
  'cut inside the first content event': { stream: one(() => does.stream([role, hel.slice(0, -20)], 'reset'), next()) },
  'clean end after the role frame': { stream: one(() => does.stream([role]), next()) },
  'no event at all': { stream: one(() => does.stream([]), next()) },
  'silence after the role frame': {
    stream: one(() => does.stream([role], 'hang'), next(504), { holdMs: 5_000 }),
    json: one(() => slowJson, next(504)),
  },
  'comments for ever after the role frame': { stream: one(() => does.heartbeats([role]), next(504), { holdMs: 5_000 }) },
  'the hold ends, then silence': { stream: one(() => does.stream([role], 'hang'), { partial: '' }, { holdMs: 20 }) },
  'an error event first': { stream: one(() => does.stream([errorEvent]), next()) },
  'an error event after the role frame': { stream: one(() => does.stream([role, errorEvent]), next()) },
  'garbage after the role frame': { stream: one(() => does.stream([role, 'data: {"choices": [\n\n']), next()) },
  'cut after one content event': { stream: one((seen) => does.stream([role, hel, seen], 'reset', {}), { partial: 'Hel' }, patient) },
  'cut after two content events': { stream: one((seen) => does.stream([role, hel, lo, seen], 'fin'), { partial: 'Hello ' }, patient) },
  'cut inside an event': { stream: one((seen) => does.stream([role, half, seen], 'reset'), { partial: 'Hel' }, patient) },
  'cut inside a character': { stream: one((seen) => does.stream([role, insideCharacter, seen], 'fin'), { partial: 'Hel' }, patient) },
  'clean end after content, no finish': { stream: one(() => does.stream([role, hel]), { partial: 'Hel' }) },
  'an error event after content': { stream: one(() => does.stream([role, hel, errorEvent]), { partial: 'Hel' }) },
  'an error event after content, then [DONE]': {
    stream: one(() => does.stream([role, hel, errorEvent, event('[DONE]')]), { partial: 'Hel' }),
  },
  'garbage after content': { stream: one(() => does.stream([role, hel, 'data: {"choices": [\n\n', event('[DONE]')]), { partial: 'Hel' }) },
  'silence after content': { stream: one(() => does.stream([role, hel], 'hang'), { partial: 'Hel' }) },
  'comments for ever after content': { stream: one(() => does.heartbeats([role, hel]), { partial: 'Hel' }) },
  'finish but no [DONE]': { stream: one(() => does.stream(events(textChunks(), { done: false })), 'answers') },
  'events after [DONE]': { stream: one(() => does.stream([...events(textChunks()), hel, event('[DONE]')]), 'answers') },
  'comments and odd fields between events': {
    stream: one(() => does.stream([streamBytes(textChunks(), { comments: true, fields: true })]), 'answers'),
  },
};

type Kind = keyof Point;
type Position = 'first' | 'only';
const rows = Object.entries(points).flatMap(([name, point]) =>
  (['stream', 'json'] as const).flatMap((kind) => {
    const row = point[kind];
    return row === undefined
      ? []
      : (['first', 'only'] as const).map((position): [string, Kind, Position, Case] => [name, kind, position, row]);
  }),
);

test('the table covers at least twelve points both ways', () => {
  expect(Object.values(points).filter(({ stream, json }) => stream && json).length).toBeGreaterThanOrEqual(12);
});

describe.each(rows)('%s · %s · %s', (_, kind, position, row) => {
  test('as tabled', async () => {
    const { pair, answer } = await run(kind, position, row);
    const fallsBack = typeof row.outcome === 'object' && 'fallsBack' in row.outcome;
    const calls = { m1: row.fault === 'refused connection' ? 0 : 1, m2: fallsBack && position === 'first' ? 1 : 0 };
    expect({ m1: pair.upstream.attempts('m1'), m2: pair.upstream.attempts('m2') }).toEqual(calls);
    expectOutcome(answer, kind, position, row.outcome);
    if (position === 'only' && fallsBack && row.outcome.fallsBack === 429)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.raw).not.toMatch(/gateway-internal|nginx|127\.0\.0\.1|node_modules|at \w+ \(/);
  });
});

async function run(kind: Kind, position: Position, { fault, upstream = {} }: Case): Promise<{ pair: Pair; answer: StreamAnswer }> {
  const dead = fault === 'refused connection' ? await closedPort() : undefined;
  const models = position === 'first' ? ['m1', 'm2'] : ['m1'];
  const pair = await startPair([], (baseUrl) => ({
    ...ownProviders(models, (name) => (name === 'm1' && dead !== undefined ? `http://127.0.0.1:${dead}/v1` : baseUrl)),
    upstream: { firstByteTimeoutMs: 150, idleTimeoutMs: 150, connectTimeoutMs: 1_000, ...upstream },
  }));
  try {
    const seen = does.gate();
    if (typeof fault === 'function') pair.upstream.script('m1', fault(seen));
    const answer = await readChat(pair.url, ask({ stream: kind === 'stream' }), {
      onData: (soFar) => soFar.includes('"Hel"') && seen.open(),
    });
    return { pair, answer };
  } finally {
    await pair.stop();
  }
}

function expectOutcome(answer: StreamAnswer, kind: Kind, position: Position, outcome: Outcome): void {
  if (outcome === 'answers') expectAnswer(answer, kind, 'm1');
  else if ('refused' in outcome) expectError(answer, outcome.refused);
  else if ('partial' in outcome) expectPartial(answer, outcome.partial);
  else if (position === 'first') expectAnswer(answer, kind, 'm2');
  else expectError(answer, outcome.fallsBack);
}

function expectAnswer(answer: StreamAnswer, kind: Kind, model: string): void {
  expect({ status: answer.status, model: answer.headers.get('x-signalbox-model'), errors: answer.errors, ending: answer.ending }).toEqual({
    status: 200,
    model,
    errors: [],
    ending: 'clean',
  });
  if (kind === 'json') {
    expect(JSON.parse(answer.raw)).toEqual({ ...completion([{ content: answerText }]), model });
    return;
  }
  expect({ text: answer.text, done: answer.doneCount, models: [...new Set(answer.chunks.map((value) => value.model))] }).toEqual({
    text: answerText,
    done: 1,
    models: [model],
  });
  const roles = answer.chunks.filter((value) => JSON.stringify(value).includes('"role":"assistant"'));
  expect(roles).toHaveLength(1);
  expect(answer.chunks.at(-1)).toEqual({ ...finishChunk, model });
  expect(answer.chunks[0]).toEqual({ ...roleChunk, model });
}

function expectPartial(answer: StreamAnswer, partial: string): void {
  const { status, text, doneCount, ending, errors } = answer;
  expect({ status, text, doneCount, ending, errorCount: errors.length }).toEqual({
    status: 200,
    text: partial,
    doneCount: 0,
    ending: 'clean',
    errorCount: 1,
  });
  expect(errors[0]).toMatchObject({ message: expect.stringMatching(/\S/), type: 'upstream_error' });
  expect(answer.raw.lastIndexOf('"error"')).toBeGreaterThan(answer.raw.lastIndexOf('"choices"'));
}

function expectError(answer: StreamAnswer, status: number): void {
  expect({ status: answer.status, ending: answer.ending, type: answer.headers.get('content-type') }).toEqual({
    status,
    ending: 'clean',
    type: expect.stringMatching(/^application\/json/),
  });
  const { error } = JSON.parse(answer.raw) as { error: JsonObject };
  expect(Object.keys(error)).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']));
  expect(answer.headers.get('x-request-id')).toBeTruthy();
}
