// Clients that misbehave, on a raw socket: slow, stalled, half-finished, pipelined or smuggling requests.

import { connect, type Socket } from 'node:net';

export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far, as latin1 so that no byte is lost. */
  readonly received: () => string;
  /** Sends as is; resolves when the bytes are in the kernel, or the connection is gone. */
  readonly send: (text: string | Uint8Array) => Promise<void>;
  /** Resolves with `received()` once `match` holds for it, or the connection has closed. */
  readonly until: (match: (soFar: string) => boolean) => Promise<string>;
  /** Settles with everything received once the connection has closed; never rejects. */
  readonly closed: Promise<string>;
  /** Stops reading: the window fills and the server must wait. */
  readonly stall: () => void;
  readonly resume: () => void;
  /** Vanishes: RST. */
  readonly reset: () => void;
  /** Leaves politely: FIN. */
  readonly end: () => void;
}

/** Opens a connection. */
export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watch of [...watchers]) watch();
  };
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    notify();
  });
  socket.on('error', () => undefined); // a reset is an answer here; `closed` reports it
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  void closed.then(notify);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return {
    socket,
    received: () => text,
    send: (bytes) => new Promise((resolve) => (socket.destroyed ? resolve() : socket.write(bytes, () => resolve()))),
    until: (match) => watch(watchers, () => (match(text) || socket.destroyed ? text : undefined)),
    closed,
    stall: () => void socket.pause(),
    resume: () => void socket.resume(),
    reset: () => void socket.resetAndDestroy(),
    end: () => void socket.end(),
  };
}

/** The bytes of an HTTP/1.1 POST; every header can be replaced, repeated or left out. */
export function rawPost(
  path: string,
  body: string,
  headers: readonly string[] = ['host: localhost', 'content-type: application/json'],
): string {
  return [`POST ${path} HTTP/1.1`, ...headers, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** Sends `bytes` one at a time; `onByte` may stop it by returning false. */
export async function drip(connection: RawConnection, bytes: string, onByte: (sent: number) => boolean = () => true): Promise<void> {
  for (let index = 0; index < bytes.length && !connection.socket.destroyed; index++) {
    await connection.send(bytes.slice(index, index + 1));
    if (!onByte(index + 1)) return;
  }
}

/** The status codes of all HTTP responses in `text`, in order; the next one begins right where a body ended. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
}

export interface Probe {
  readonly name: string;
  readonly bytes: string;
}

/**
 * Requests whose length two parsers could read differently. Each carries `hidden`, a second request for `path`,
 * where a lenient parser would see one: it must never be answered, and never reach the upstream.
 */
export function smugglingProbes(path: string, body: string, hidden: string): readonly Probe[] {
  const head = `POST ${path} HTTP/1.1\r\ncontent-type: application/json\r\n`;
  const host = 'host: localhost\r\n';
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
  const chunked = 'transfer-encoding: chunked\r\n';
  const zero = '0\r\n\r\n';
  return [
    {
      name: 'CL and TE together',
      bytes: `${head}${host}content-length: ${Buffer.byteLength(zero + hidden)}\r\n${chunked}\r\n${zero}${hidden}`,
    },
    { name: 'two different CL', bytes: `${head}${host}${length}content-length: 0\r\n\r\n${body}${hidden}` },
    { name: 'two CL in a list', bytes: `${head}${host}content-length: ${Buffer.byteLength(body)}, 0\r\n\r\n${body}${hidden}` },
    { name: 'TE with an unknown coding', bytes: `${head}${host}transfer-encoding: xchunked\r\n${length}\r\n${body}${hidden}` },
    { name: 'TE chunked not last', bytes: `${head}${host}transfer-encoding: chunked, identity\r\n\r\n${zero}${hidden}` },
    { name: 'TE twice', bytes: `${head}${host}${chunked}transfer-encoding: identity\r\n\r\n${zero}${hidden}` },
    { name: 'space before the colon', bytes: `${head}${host}content-length : ${Buffer.byteLength(body)}\r\n\r\n${body}${hidden}` },
    { name: 'line folding', bytes: `${head}${host}x-a: b\r\n content-length: 0\r\n${length}\r\n${body}${hidden}` },
    { name: 'bare LF line ends', bytes: `${head}${host}${length}\r\n`.replaceAll('\r\n', '\n') + body + hidden },
    { name: 'negative CL', bytes: `${head}${host}content-length: -1\r\n\r\n${body}${hidden}` },
    { name: 'CL with a plus', bytes: `${head}${host}content-length: +${Buffer.byteLength(body)}\r\n\r\n${body}${hidden}` },
    { name: 'CL in hex', bytes: `${head}${host}content-length: 0x10\r\n\r\n${body}${hidden}` },
    { name: 'chunk size with garbage', bytes: `${head}${host}${chunked}\r\n5 x\r\nhello\r\n${zero}${hidden}` },
    { name: 'chunk size overflow', bytes: `${head}${host}${chunked}\r\nfffffffffffffffff\r\nhello\r\n${zero}${hidden}` },
    { name: 'NUL in a header', bytes: `${head}${host}x-a: b\0c\r\n${length}\r\n${body}${hidden}` },
    { name: 'no Host', bytes: `${head}${length}\r\n${body}${hidden}` },
    { name: 'two Hosts', bytes: `${head}${host}host: other.example\r\n${length}\r\n${body}${hidden}` },
  ];
}

function watch(watchers: Set<() => void>, check: () => string | undefined): Promise<string> {
  const now = check();
  if (now !== undefined) return Promise.resolve(now);
  return new Promise((resolve) => {
    const again = () => {
      const value = check();
      if (value === undefined) return;
      watchers.delete(again);
      resolve(value);
    };
    watchers.add(again);
  });
}
