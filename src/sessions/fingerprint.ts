// Which conversation a request belongs to: its own id or its opening, together with who asks.

import { createHash } from 'node:crypto';
import type { ChatRequest } from '../chat/request.js';

export type FingerprintPart = 'conversation' | 'apiKey' | 'ip' | 'headers';

export interface FingerprintInput {
  /** Always part of the key: no pin is shared between tenants. */
  readonly tenant: string;
  /** The conversation's own id, where the client sent one. */
  readonly id: string | undefined;
  readonly apiKey: string | undefined;
  readonly ip: string | undefined;
  /** The values of the configured headers, in configured order. */
  readonly headers: readonly (string | undefined)[];
  readonly request: ChatRequest;
}

/**
 * A key of 128 bits; undefined where nothing says which conversation it is: no id and no user message.
 * Without `conversation` among the parts, everything that those who share the other parts ask is one session.
 */
export function fingerprint(input: FingerprintInput, parts: readonly FingerprintPart[]): string | undefined {
  const conversation = input.id === undefined ? opening(input.request) : ['id', input.id];
  if (parts.includes('conversation') && conversation === undefined) return undefined;
  const chosen = {
    conversation: parts.includes('conversation') ? conversation : undefined,
    apiKey: parts.includes('apiKey') ? input.apiKey : undefined,
    ip: parts.includes('ip') ? input.ip : undefined,
    headers: parts.includes('headers') ? input.headers.map((value) => value ?? null) : undefined,
  };
  const text = JSON.stringify([input.tenant, chosen]);
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

/** What stays the same from turn to turn: system messages and the first of the user, whatever its parts are. */
function opening({ messages }: ChatRequest): readonly unknown[] | undefined {
  const first = messages.findIndex(({ role }) => role === 'user');
  const said = messages[first]?.parts ?? [];
  const empty = said.every((part) => part.type === 'text' && part.text.trim() === '');
  return first === -1 || empty ? undefined : ['first', ...messages.slice(0, first + 1).map(({ role, parts }) => [role, parts])];
}
