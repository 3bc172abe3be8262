// Which requests belong to one conversation: the same opening of the same caller, or the same id.

import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message, Role } from '../chat/request.js';
import { type FingerprintInput, type FingerprintPart, fingerprint } from './fingerprint.js';

const says = (role: Role, text: string): Message => ({ role, parts: [{ type: 'text', text }], toolCalls: [] });

function requestOf(...messages: readonly Message[]): ChatRequest {
  return {
    model: '',
    messages,
    tools: [],
    stream: false,
    streamUsage: false,
    maxOutputTokens: undefined,
    structuredOutput: false,
    fields: {},
  };
}

const base: FingerprintInput = {
  tenant: 't',
  id: undefined,
  apiKey: 'Bearer one',
  ip: '10.0.0.1',
  headers: ['x'],
  request: requestOf(says('system', 'be kind'), says('user', 'hello')),
};
const usual: readonly FingerprintPart[] = ['conversation', 'apiKey'];
const all: readonly FingerprintPart[] = ['conversation', 'apiKey', 'ip', 'headers'];
const image: Message = { role: 'user', parts: [{ type: 'image', value: { url: 'a' } }], toolCalls: [] };

describe.each<[string, Partial<FingerprintInput>, readonly FingerprintPart[], boolean]>([
  ['the next turn', { request: requestOf(...base.request.messages, says('assistant', 'hi'), says('user', 'more')) }, usual, true],
  ['another first message', { request: requestOf(says('system', 'be kind'), says('user', 'hello!')) }, usual, false],
  ['another system prompt', { request: requestOf(says('system', 'be brief'), says('user', 'hello')) }, usual, false],
  ['another API key', { apiKey: 'Bearer two' }, usual, false],
  ['another API key that does not count', { apiKey: 'Bearer two' }, ['conversation'], true],
  ['another tenant, always', { tenant: 'u' }, ['conversation'], false],
  ['another address that does not count', { ip: '10.0.0.2' }, usual, true],
  ['another address', { ip: '10.0.0.2' }, all, false],
  ['another header', { headers: ['y'] }, all, false],
  ['a header that is missing', { headers: [undefined] }, all, false],
  ['an id instead of the opening', { id: 'c1' }, usual, false],
])('%s', (_, changes, parts, same) => {
  it(same ? 'is the same session' : 'is another session', () => {
    expect(fingerprint({ ...base, ...changes }, parts) === fingerprint(base, parts)).toBe(same);
  });
});

it('an id counts whatever was said', () => {
  const other = { ...base, id: 'c1', request: requestOf(says('user', 'something else')) };
  expect(fingerprint(other, usual)).toBe(fingerprint({ ...base, id: 'c1' }, usual));
});

it.each<[string, readonly Message[]]>([
  ['no user message', [says('system', 'be kind')]],
  ['an empty one', [says('user', '  ')]],
  ['one without parts', [{ role: 'user', parts: [], toolCalls: [] }]],
])('%s: nothing is hashed, there is no session', (_, messages) => {
  expect(fingerprint({ ...base, request: requestOf(...messages) }, usual)).toBeUndefined();
});

it('images open a conversation as well as words', () => {
  const other: Message = { ...image, parts: [{ type: 'image', value: { url: 'b' } }] };
  const [one, two] = [image, other].map((message) => fingerprint({ ...base, request: requestOf(message) }, usual));
  expect(one).not.toBe(two);
  expect(one).toMatch(/^[\w-]{22}$/);
});
