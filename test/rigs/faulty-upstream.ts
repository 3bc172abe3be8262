// A scripted OpenAI-compatible upstream on loopback: behaviour by model name, a journal entry for every request it ever saw.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type Behaviour, type Exchange, ok } from './behaviours.js';
import type { JsonObject } from './chat-frames.js';

/** Who ended an exchange, and when (`performance.now()`). */
export interface Closing {
  readonly by: 'upstream' | 'scripted-cut' | 'proxy';
  readonly atMs: number;
}

export interface JournalEntry {
  /** 1-based over all requests since the last `reset`. */
  readonly sequence: number;
  /** 1-based over the requests for this model since the last `reset`. */
  readonly attempt: number;
  readonly model: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: JsonObject;
  readonly arrivedAtMs: number;
  readonly bytesWritten: () => number;
  /** Settles when the exchange is over; never rejects. */
  readonly closed: Promise<Closing>;
}

export interface FaultyUpstream {
  readonly port: number;
  readonly baseUrl: string;
  readonly journal: readonly JournalEntry[];
  /** Sets what `model` does: one behaviour per request in order, the last one from then on. */
  readonly script: (model: string, ...behaviours: readonly Behaviour[]) => void;
  /** How many requests came for `model` since the last `reset`. */
  readonly attempts: (model: string) => number;
  /** The first entry, past or future, that matches. */
  readonly seen: (match?: (entry: JournalEntry) => boolean) => Promise<JournalEntry>;
  /** Forgets scripts and journal; open exchanges stay open. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

interface State {
  readonly scripts: Map<string, Behaviour[]>;
  readonly journal: JournalEntry[];
  readonly watchers: Set<(entry: JournalEntry) => void>;
}

export async function startFaultyUpstream(): Promise<FaultyUpstream> {
  const state: State = { scripts: new Map(), journal: [], watchers: new Set() };
  const server = createServer((request, response) => void serve(state, request, response));
  server.keepAliveTimeout = 60_000;
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    journal: state.journal,
    script: (model, ...behaviours) => void state.scripts.set(model, [...behaviours]),
    attempts: (model) => state.journal.filter((entry) => entry.model === model).length,
    seen: (match = () => true) => seen(state, match),
    reset: () => {
      state.scripts.clear();
      state.journal.length = 0;
    },
    close: () => close(server),
  };
}

/** A loopback port that refuses connections: it was free a moment ago and nobody listens on it. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedAtMs = performance.now();
  const text = await readAll(request).catch(() => undefined);
  if (text === undefined) return;
  const body = parse(text);
  const model = typeof body.model === 'string' ? body.model : '';
  const { exchange, closed, bytesWritten } = open(body, response);
  const { method = '', url: path = '', headers } = request;
  const attempt = state.journal.filter((entry) => entry.model === model).length + 1;
  const entry: JournalEntry = {
    sequence: state.journal.length + 1,
    attempt,
    model,
    method,
    path,
    headers,
    text,
    body,
    arrivedAtMs,
    bytesWritten,
    closed,
  };
  state.journal.push(entry);
  for (const watch of [...state.watchers]) watch(entry);
  const queue = state.scripts.get(model) ?? [];
  const behaviour = (queue.length > 1 ? queue.shift() : queue[0]) ?? ok();
  await behaviour(exchange);
}

function open(body: JsonObject, response: ServerResponse): { exchange: Exchange; closed: Promise<Closing>; bytesWritten: () => number } {
  const over = new AbortController();
  const socket = response.socket;
  socket?.setNoDelay(true);
  response.on('error', () => undefined); // writing to a connection the proxy has just closed is what many scripts do
  const pending = new Set<() => void>();
  let written = 0;
  let wasCut = false;
  const closed = new Promise<Closing>((resolve) => {
    response.once('close', () => {
      const by = wasCut ? 'scripted-cut' : response.writableFinished ? 'upstream' : 'proxy';
      resolve({ by, atMs: performance.now() });
      over.abort();
      for (const settle of pending) settle();
    });
  });
  const write = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      if (over.signal.aborted) return resolve();
      pending.add(resolve);
      response.write(bytes, (error) => {
        if (!error) written += Buffer.byteLength(bytes);
        pending.delete(resolve);
        resolve();
      });
    });
  const cut = (how: 'reset' | 'fin') => {
    wasCut = true;
    if (how === 'reset') socket?.resetAndDestroy();
    else socket?.destroy();
  };
  return { exchange: { body, response, over: over.signal, write, cut }, closed, bytesWritten: () => written };
}

function seen(state: State, match: (entry: JournalEntry) => boolean): Promise<JournalEntry> {
  const past = state.journal.find(match);
  if (past !== undefined) return Promise.resolve(past);
  return new Promise((resolve) => {
    const watch = (entry: JournalEntry) => {
      if (!match(entry)) return;
      state.watchers.delete(watch);
      resolve(entry);
    };
    state.watchers.add(watch);
  });
}

async function readAll(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** The body as an object; anything else (a GET, a broken body) is an empty one, the text stays in the journal. */
function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
