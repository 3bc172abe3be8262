// A hub on loopback: files of a folder at a commit, weights behind a redirect to another origin, ranges, gates, and a line that breaks.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface HubRequestSeen {
  readonly origin: 'hub' | 'store';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export interface Hub {
  readonly url: string;
  readonly seen: readonly HubRequestSeen[];
  /** The store stops after so many bytes and waits until the line is cut. */
  stopAfter: number | undefined;
  /** Cuts the lines that wait. */
  readonly cut: () => void;
  /** Answers 401 without this token. */
  gate: string | undefined;
  /** The hash the hub promises for weights, where it is not the true one. */
  promise: string | undefined;
  /** What `main` is. */
  commit: string;
  readonly close: () => Promise<void>;
}

/** Serves `folder` as `/OWNER/NAME/resolve/REVISION/FILE`, and as `/plain/FILE` without any hub. */
export async function startHub(folder: string): Promise<Hub> {
  const seen: HubRequestSeen[] = [];
  const state = { stopAfter: undefined, gate: undefined, promise: undefined, commit: 'a'.repeat(40) } as Pick<
    Hub,
    'stopAfter' | 'gate' | 'promise' | 'commit'
  >;
  const waiting = new Set<ServerResponse>();
  const cut = () => {
    for (const response of waiting) response.destroy();
    waiting.clear();
  };
  const store = createServer((request, response) => {
    note(seen, 'store', request);
    send(join(folder, decodeURIComponent(request.url ?? '')), request, response, { stopAfter: state.stopAfter, waiting });
  });
  const storePort = await listen(store);
  const hub = createServer((request, response) => {
    note(seen, 'hub', request);
    const path = decodeURIComponent(request.url ?? '');
    const [, plain] = /^\/plain\/(.+)$/.exec(path) ?? [];
    if (plain !== undefined) return send(join(folder, plain), request, response, { stopAfter: state.stopAfter, waiting });
    const [, file = ''] = /^\/[^/]+\/[^/]+\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
    if (state.gate !== undefined && request.headers.authorization !== `Bearer ${state.gate}`) return void response.writeHead(401).end();
    if (!existsSync(join(folder, file))) return void response.writeHead(404).end();
    response.setHeader('x-repo-commit', state.commit);
    if (!file.endsWith('.safetensors')) return send(join(folder, file), request, response, { stopAfter: undefined, waiting });
    const content = readFileSync(join(folder, file));
    response.setHeader('x-linked-size', content.length);
    response.setHeader('x-linked-etag', `"${state.promise ?? digest(content)}"`);
    response.writeHead(302, { location: `http://127.0.0.1:${storePort}/${file}` }).end();
  });
  const port = await listen(hub);
  const close = async () => void (await Promise.all([store, hub].map((server) => new Promise((resolve) => server.close(resolve)))));
  return Object.assign(state, { url: `http://127.0.0.1:${port}`, seen, cut, close });
}

interface Stopping {
  readonly stopAfter: number | undefined;
  readonly waiting: Set<ServerResponse>;
}

function send(path: string, request: IncomingMessage, response: ServerResponse, { stopAfter, waiting }: Stopping): void {
  if (!existsSync(path)) return void response.writeHead(404).end();
  const content = readFileSync(path);
  const etag = `"${digest(content)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const start = from !== undefined && request.headers['if-range'] === etag ? Number(from) : 0;
  if (start > 0 && start >= content.length) return void response.writeHead(416).end();
  const body = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    'content-length': body.length,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  if (stopAfter === undefined || body.length <= stopAfter) return void response.end(body);
  waiting.add(response);
  response.write(body.subarray(0, stopAfter));
}

function note(seen: HubRequestSeen[], origin: HubRequestSeen['origin'], { url = '', headers }: IncomingMessage): void {
  seen.push({ origin, path: url, range: headers.range, authorization: headers.authorization });
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
