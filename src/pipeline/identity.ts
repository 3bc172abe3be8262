// The identity stage: who asks, from headers alone, before anything of the body is read.

import { createHash, timingSafeEqual } from 'node:crypto';
import { RouterError } from '../errors.js';
import type { Caller, HeaderMap, Identified, Inbound } from './exchange.js';
import type { IdentityOptions } from './options.js';
import type { Stage } from './stage.js';

const local: Caller = { tenant: 'local', user: undefined, groups: [], anonymous: false };
const nobody: Caller = { tenant: 'anonymous', user: undefined, groups: [], anonymous: true };

/** Throws UNAUTHORIZED where keys are configured and none of them came. */
export function identity(options: IdentityOptions): Stage<Inbound, Identified> {
  const callerOf = authenticate(options);
  return { name: 'identity', run: async ({ headers }, next) => next({ caller: callerOf(headers) }) };
}

/** The caller that the headers prove. Throws UNAUTHORIZED. */
export function authenticate({ apiKeys, allowAnonymous }: IdentityOptions): (headers: HeaderMap) => Caller {
  const known = apiKeys.map(({ key, tenant, user, groups }) => ({
    digest: digestOf(key),
    caller: { tenant, user, groups, anonymous: false },
  }));
  return (headers) => {
    if (known.length === 0) return local;
    const key = bearerOf(headers);
    if (key === undefined && allowAnonymous) return nobody;
    const digest = digestOf(key ?? '');
    const found = known.find((entry) => timingSafeEqual(entry.digest, digest));
    if (found !== undefined) return found.caller;
    throw new RouterError('UNAUTHORIZED', {
      at: 'authorization',
      expected: 'a configured API key',
      received: key === undefined ? 'none' : 'another',
    });
  };
}

function bearerOf(headers: HeaderMap): string | undefined {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (typeof authorization === 'string') return /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  return typeof apiKey === 'string' ? apiKey : undefined;
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
