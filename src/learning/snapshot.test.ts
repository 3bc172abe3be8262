// What was learned survives the process; damage of the file costs only what it hit, and is told.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { place } from '../../test/rigs/selection.js';
import { learningOptions } from './options.js';
import { type ExperienceStore, openExperience } from './store.js';

const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-learned-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function fresh(): string {
  files += 1;
  return path.join(folder, `${files}.jsonl`);
}
const everything = ({ experience }: ExperienceStore) => experience.tables.map((table) => [table.name, [...table.entries()]]);

/** A file with a little of everything in it. */
async function written(): Promise<{ readonly file: string; readonly store: ExperienceStore }> {
  const file = fresh();
  const store = openExperience({ file }, () => 0);
  const { experience } = store;
  for (const user of ['ann', 'bob', 'cy'])
    for (const model of ['a', 'b']) {
      const where = { ...place, user };
      experience.learn({ kind: 'reward', place: where, model, reward: model === 'a' ? 1 : 0, weight: 1 });
      experience.learn({ kind: 'preference', place: where, winner: 'a', loser: 'b', tie: false, weight: 1 });
      experience.traffic.observe(model, { ttftMs: 5, tpotMs: 1, totalMs: 9, outputTokens: 3, usd: 0.1 });
    }
  experience.verifiers.tell({ tenant: 'local', model: 'a', verdict: 1, right: 1, weight: 1 });
  experience.outcomes.add({ tenant: 'local', user: 'ann', category: 'math', candidates: ['a'], model: 'a', propensity: 1, reward: 1 });
  store.touch();
  await store.close();
  return { file, store };
}

describe('the snapshot', () => {
  it('gives back what was learned', async () => {
    const { file, store } = await written();
    const again = openExperience({ file });
    expect(again.restored).toMatchObject({ state: 'whole', lost: 0, message: undefined });
    expect(JSON.stringify(everything(again))).toBe(JSON.stringify(everything(store)));
    expect(again.notice()).toBeUndefined();
  });

  it('begins afresh without a file, and writes none where nothing was learned', async () => {
    const store = openExperience({ file: fresh() });
    expect(store.restored.state).toBe('none');
    await store.close();
    expect(() => readFileSync(path.join(folder, `${files}.jsonl`))).toThrow();
  });

  it.each<[string, (lines: readonly string[]) => readonly string[], number]>([
    [
      'a line with a changed digit',
      (lines) => lines.map((line, index) => (index === 2 ? line.replace(/\d(?=\D*$)/, (digit) => (digit === '9' ? '8' : '9')) : line)),
      1,
    ],
    ['a line of noise', (lines) => [...lines.slice(0, 3), '\u0000\u0001 noise', ...lines.slice(3)], 1],
    ['a line twice, cut in the middle', (lines) => [...lines.slice(0, 4), (lines[4] ?? '').slice(0, 30), ...lines.slice(5)], 1],
    ['no header', (lines) => lines.slice(1), 0],
  ])('%s: keeps the rest, copies the file, and says so once', async (_, damage, lost) => {
    const { file } = await written();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const damaged = `${damage(lines).join('\n')}\n`;
    writeFileSync(file, damaged);
    const store = openExperience({ file });
    expect(store.restored).toMatchObject({ state: 'damaged', lost, keptAs: `${file}.damaged` });
    expect(store.restored.entries).toBeGreaterThanOrEqual(lines.length - 3);
    expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(damaged);
    expect(store.notice()).toContain('is damaged');
    expect(store.notice()).toBeUndefined();
  });

  it('a file that ends too early, at any character: keeps every whole line and never throws', async () => {
    const { file } = await written();
    const text = readFileSync(file, 'utf8');
    for (let length = 0; length < text.length - 1; length += 97) {
      const cut = text.slice(0, length);
      writeFileSync(file, cut);
      const { restored } = openExperience({ file });
      expect(restored.entries).toBeGreaterThanOrEqual(Math.max(0, cut.split('\n').length - 2));
      expect(restored.message).toBeDefined();
    }
  });

  it('of another version: nothing of it is used, all of it is kept', async () => {
    const { file } = await written();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version":1', '"version":0'));
    const { restored } = openExperience({ file });
    expect(restored).toMatchObject({ state: 'other-version', entries: 0, keptAs: `${file}.version-0` });
    expect(restored.message).toContain('version 0');
  });

  it('that cannot be written: the save rejects with the reason, and the next one tries again', async () => {
    const store = openExperience({ file: path.join(folder, 'no-such-folder', 'x.jsonl') });
    store.touch();
    await expect(store.save()).rejects.toMatchObject({ code: 'INTERNAL', at: 'learning.file' });
    await expect(store.save()).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('forgets the least recent users beyond the limit', () => {
    const store = openExperience({ file: undefined });
    store.configure(learningOptions.parse({ maxUsers: 10 }), () => undefined);
    for (let user = 0; user < 100; user += 1)
      store.experience.learn({ kind: 'reward', place: { ...place, user: `u${user}` }, model: 'a', reward: 1, weight: 1 });
    expect(store.experience.graph.at({ ...place, user: 'u99' }).turns).toBe(1);
    expect(store.experience.graph.at({ ...place, user: 'u5' }).turns).toBe(0);
    expect([...store.experience.posteriors.entries()].length).toBeLessThanOrEqual(22);
  });
});
