// SPEC K7: whoever listens beyond loopback needs API keys, or must say that none are wanted.

import { isIPv4 } from 'node:net';
import type { Config } from '../config/index.js';
import { RouterError } from '../errors.js';

/** Throws BIND_REFUSED where strangers could call without a key. */
export function requireKeys(host: string, { identity, server }: Config, insecure: boolean): void {
  if (isLoopback(host) || identity.apiKeys.length > 0 || insecure || server.allowUnauthenticated) return;
  throw new RouterError('BIND_REFUSED', {
    message: `Refusing to listen on ${host} without API keys: add identity.apiKeys to the configuration, listen on 127.0.0.1, or pass --insecure.`,
    at: host,
  });
}

/** True for names and addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}
