// The agentic signal: what the prescan found becomes leaves that rules can name.

import { describe, expect, it } from 'vitest';
import { prescanOf } from '../../test/contract/sample-facts.js';
import { contextOf, requestOf } from '../../test/rigs/signal-context.js';
import type { AgenticTask } from '../native/index.js';
import { agentic } from './agentic.js';

const request = requestOf([{ role: 'user', content: 'x' }]);

async function read(task: Partial<AgenticTask> | undefined, entries: readonly object[] = []) {
  const agenticTask = task && { detected: true, score: 0.7, taskType: 'coding' as const, multiStep: false, evidence: [], ...task };
  const matches = await agentic.open(entries, []).read(contextOf(request, { prescan: prescanOf({ agenticTask }) }));
  return matches.map(({ key, value }) => `${key} ${value}`);
}

describe('agentic', () => {
  it('reports detection, kind and steps', async () => {
    expect(await read({})).toEqual(['detected true', 'category coding', 'level single-step']);
    expect(await read({ taskType: 'research', multiStep: true })).toEqual(['detected true', 'category research', 'level multi-step']);
  });

  it('reports nothing where nothing was detected or judged', async () => {
    expect(await read({ detected: false, score: 0.49 })).toEqual([]);
    expect(await read(undefined)).toEqual([]);
  });

  it.each([
    [{}, ['it']],
    [{ minScore: 0.7 }, ['it']],
    [{ minScore: 0.71 }, []],
    [{ taskTypes: ['research', 'coding'] }, ['it']],
    [{ taskTypes: ['research'] }, []],
    [{ multiStep: false }, ['it']],
    [{ multiStep: true }, []],
  ])('names an entry with %j: %j', async (entry, expected) => {
    const names = (await read({}, [{ name: 'it', ...entry }])).filter((match) => match.startsWith('name '));
    expect(names).toEqual(expected.map((name) => `name ${name}`));
  });

  it('names an entry below the usual threshold too', async () => {
    expect(await read({ detected: false, score: 0.3 }, [{ name: 'maybe', minScore: 0.2 }])).toEqual(['name maybe']);
  });

  it('is sure as the score says, and gives its evidence', async () => {
    const task = { detected: true, score: 0.7, taskType: 'coding' as const, multiStep: false, evidence: ['tools', 'planning'] as const };
    const [match] = await agentic.open([], []).read(contextOf(request, { prescan: prescanOf({ agenticTask: task }) }));
    expect(match).toMatchObject({ confidence: 0.7, evidence: 'tools, planning' });
  });
});
