// The conversation signal: what each count says of the same few conversations.

import { describe, expect, it } from 'vitest';
import { contextOf, requestOf } from '../../test/rigs/signal-context.js';
import { conversation } from './conversation.js';

const user = { role: 'user', content: 'x' };
const assistant = { role: 'assistant', content: 'y' };
const calls = (...ids: readonly string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
});
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'z' });
const image = {
  role: 'user',
  content: [
    { type: 'text', text: 'x' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
  ],
};
const tools = [{ type: 'function', function: { name: 'f', description: '', parameters: {} } }];

const conversations = {
  short: requestOf([user]),
  long: requestOf([{ role: 'system', content: 's' }, user, assistant, user, user, assistant, user]),
  waiting: requestOf([user, calls('a', 'b'), result('a')], { tools }),
  lost: requestOf([user, calls('a', 'b'), result('a'), user], { tools }),
  done: requestOf([user, calls('a'), result('a'), calls('b'), result('b'), assistant, user], { tools }),
  pictures: requestOf([image, assistant, image]),
};

async function count(name: keyof typeof conversations, of: string) {
  const open = conversation.open([{ name: 'it', of, gte: 0 }], []);
  const [match] = await open.read(contextOf(conversations[name]));
  return match?.evidence;
}

describe('conversation', () => {
  it.each([
    ['short', 'messages', 1],
    ['short', 'turns', 1],
    ['short', 'tools', 0],
    ['short', 'open-tool-loop', 0],
    ['long', 'messages', 7],
    ['long', 'system-messages', 1],
    ['long', 'user-messages', 4],
    ['long', 'assistant-messages', 2],
    ['long', 'turns', 3],
    ['waiting', 'tools', 1],
    ['waiting', 'tool-calls', 2],
    ['waiting', 'tool-messages', 1],
    ['waiting', 'tool-rounds', 0],
    ['waiting', 'open-tool-loop', 1],
    ['lost', 'open-tool-loop', 1],
    ['done', 'tool-rounds', 2],
    ['done', 'open-tool-loop', 0],
    ['pictures', 'images', 2],
    ['pictures', 'turns', 2],
  ] as const)('%s has so many %s: %d', async (name, of, expected) => {
    expect(await count(name, of)).toBe(`${of} ${expected}`);
  });

  it('holds where the bounds do', async () => {
    const open = conversation.open(
      [
        { name: 'deep', of: 'turns', gte: 3 },
        { name: 'new', of: 'turns', lt: 2 },
        { name: 'looping', of: 'open-tool-loop' },
      ],
      [],
    );
    const names = async (name: keyof typeof conversations) => (await open.read(contextOf(conversations[name]))).map(({ value }) => value);
    expect(await names('short')).toEqual(['new']);
    expect(await names('long')).toEqual(['deep']);
    expect(await names('waiting')).toEqual(['new', 'looping']);
  });

  it.each([[{ name: 'x', of: 'smileys' }], [{ name: 'x' }], [{ name: 'x', of: 'turns', gte: 2, lte: 1 }]])('refuses %j', (entry) => {
    expect(conversation.options.safeParse(entry).success).toBe(false);
  });
});
