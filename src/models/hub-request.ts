// One GET to a hub or mirror: redirects followed by hand, so that the token stays with the hub and what it says of a file is heard.

import { EnvHttpProxyAgent, errors, request } from 'undici';
import { RouterError } from '../errors.js';
import type { Environment } from './places.js';

type Answer = Awaited<ReturnType<typeof request>>;
type Agent = EnvHttpProxyAgent;

/** What the hub says of a file in the headers of its redirect. */
export interface HubFacts {
  readonly revision?: string | undefined;
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly body: Answer['body'];
  readonly facts: HubFacts;
}

export interface HubRequest {
  readonly url: URL;
  readonly agent: Agent;
  /** Sent to the origin of `url` only. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

const mostRedirects = 5;
const waitMs = 30_000;

/** Proxies of HTTP_PROXY, HTTPS_PROXY and NO_PROXY; to be closed. */
export function hubAgent(env: Environment): Agent {
  const httpProxy = env['HTTP_PROXY'] ?? env['http_proxy'];
  const httpsProxy = env['HTTPS_PROXY'] ?? env['https_proxy'];
  const noProxy = env['NO_PROXY'] ?? env['no_proxy'];
  return new EnvHttpProxyAgent({
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? '',
    noProxy: noProxy ?? '',
    connect: { timeout: waitMs },
    headersTimeout: waitMs,
    bodyTimeout: waitMs,
  });
}

/** An https address, or http on this machine. Throws INVALID_INPUT. */
export function secureUrl(address: string, at: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && isSecure(url)) return url;
  throw new RouterError('INVALID_INPUT', { at, expected: 'an https address', received: JSON.stringify(address) });
}

/** The last answer of a chain of redirects. Rejects with DOWNLOAD_FAILED. */
export async function getFromHub({ url, agent, token, headers = {} }: HubRequest): Promise<HubAnswer> {
  let here = url;
  let facts: HubFacts = {};
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const own = here.origin === url.origin && token !== undefined ? { authorization: `Bearer ${token}` } : {};
    const answer = await send(here, agent, { ...headers, ...own });
    facts = { ...factsOf(answer.headers), ...facts };
    const location = text(answer.headers['location']);
    if (answer.statusCode < 300 || answer.statusCode >= 400 || location === undefined) {
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, facts };
    }
    await answer.body.dump();
    here = next(location, here);
  }
  throw new RouterError('DOWNLOAD_FAILED', { at: url.href, expected: `at most ${mostRedirects} redirects`, received: 'more' });
}

async function send(url: URL, dispatcher: Agent, headers: Readonly<Record<string, string>>): Promise<Answer> {
  try {
    return await request(url, { dispatcher, headers: { 'accept-encoding': 'identity', 'user-agent': 'signalbox', ...headers } });
  } catch (cause) {
    throw unreachable(url, cause);
  }
}

/** DOWNLOAD_FAILED that says what can be done without a network. */
export function unreachable(url: URL, cause: unknown): RouterError {
  const why = cause instanceof errors.UndiciError || isSystemError(cause) ? cause.code : 'no answer';
  return new RouterError('DOWNLOAD_FAILED', {
    message: `${url.host} cannot be reached (${why}). Without a network: bring the files in a folder and run \`signalbox models import ID FOLDER\`. Another hub or mirror: HF_ENDPOINT or --from.`,
    at: url.href,
    expected: 'an answer',
    received: why,
    cause,
  });
}

function isSystemError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string';
}

function next(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url !== undefined && isSecure(url)) return url;
  throw new RouterError('DOWNLOAD_FAILED', { at: from.href, expected: 'a redirect to an https address', received: 'another one' });
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

/** `x-linked-…` speak of the file behind a redirect; its tag is a SHA-256 where it has 64 digits. */
function factsOf(headers: Answer['headers']): HubFacts {
  const revision = text(headers['x-repo-commit']);
  const size = Number(text(headers['x-linked-size']) ?? Number.NaN);
  const tag = text(headers['x-linked-etag'])?.replace(/^(?:W\/)?"|"$/g, '');
  return {
    ...(revision !== undefined && /^[0-9a-f]{40}$/.test(revision) && { revision }),
    ...(Number.isSafeInteger(size) && { bytes: size }),
    ...(tag !== undefined && /^[0-9a-f]{64}$/.test(tag) && { sha256: tag }),
  };
}

/** The first value of a header. */
export function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
