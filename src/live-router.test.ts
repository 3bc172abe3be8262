// Reloading: bad files, good files, exchanges that are under way, changes that come together.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goodConfig, goodEnvironment } from '../test/config/good.js';
import { type Config, loadConfig, parseConfig, watchConfig } from './config/index.js';
import { createLiveRouter } from './live-router.js';
import { isStream, type RouterAnswer } from './pipeline/respond.js';
import type { Router } from './router.js';
import { type Log, type LogFields, silentLog } from './telemetry/log.js';

const good = parseConfig(goodConfig, { file: 'good.yaml', env: goodEnvironment });

/** A router that answers with the name of its default decision; its streams wait for `gate` after the first chunk. */
function fakeRouter(config: Config, gate: Promise<void>, closed: string[]): Router {
  const name = config.defaultDecision ?? '';
  const unused = (): never => {
    throw new Error('not used here');
  };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${name} `);
    await gate;
    yield Buffer.from('end');
  }
  return {
    handle: async ({ body }) => ({ status: 200, headers: {}, body: body === 'stream' ? chunks() : { name } }),
    route: async () => {
      await gate;
      throw new Error(`route ${name}`);
    },
    feedback: unused,
    authenticate: () => undefined,
    refuse: unused,
    models: () => [{ id: name, object: 'model', created: 0, owned_by: '' }],
    capabilities: unused,
    savings: unused,
    get metrics() {
      return unused();
    },
    settings: { limits: config.limits, server: config.server },
    close: async () => void closed.push(name),
  };
}

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

function recordingLog(lines: Line[]): Log {
  const at = (level: string) => (message: string, fields?: LogFields) => void lines.push({ level, message, fields });
  return {
    ...silentLog,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    failure: (message) => void lines.push({ level: 'error', message, fields: undefined }),
  };
}

const named = (defaultDecision: string): Config => ({ ...good, defaultDecision });

async function rig() {
  const closed: string[] = [];
  const lines: Line[] = [];
  let openGate: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (openGate = resolve));
  let next: () => Promise<Config> = async () => named('one');
  let loads = 0;
  const live = await createLiveRouter({
    load: () => {
      loads += 1;
      return next();
    },
    build: async (config) => fakeRouter(config, gate, closed),
    log: recordingLog(lines),
  });
  return { live, closed, lines, openGate, loads: () => loads, set: (load: () => Promise<Config>) => (next = load) };
}

async function text({ body }: RouterAnswer): Promise<string> {
  if (!isStream(body)) return JSON.stringify(body);
  const parts: Uint8Array[] = [];
  for await (const chunk of body) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createLiveRouter', () => {
  it('rejects where the first configuration does not load', async () => {
    const load = async () => parseConfig('providers: 7', { file: 'bad.yaml' });
    const never = async (): Promise<Router> => Promise.reject(new Error('not reached'));
    await expect(createLiveRouter({ load, build: never, log: silentLog })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('serves the next configuration after a reload and closes the old router', async () => {
    const { live, closed, set, lines } = await rig();
    set(async () => named('two'));
    await live.reload();
    expect(await text(await live.handle({ body: '' }))).toBe('{"name":"two"}');
    expect(live.models()[0]?.id).toBe('two');
    await turn();
    expect(closed).toEqual(['one']);
    expect(lines).toMatchObject([{ level: 'info', message: 'configuration reloaded', fields: { generation: 2 } }]);
  });

  it('keeps the good configuration over a bad one, and takes the next good one', async () => {
    const { live, closed, set, lines } = await rig();
    set(async () => parseConfig(goodConfig.replace('provider: local', 'provider: locl'), { file: 'bad.yaml', env: goodEnvironment }));
    await live.reload();
    expect(live.models()[0]?.id).toBe('one');
    expect(closed).toEqual([]);
    expect(lines).toMatchObject([
      { level: 'error', fields: { faults: ['bad.yaml:6:36 models[1].provider: no provider is named "locl"; did you mean local?'] } },
    ]);
    set(async () => Promise.reject(new Error('disk on fire')));
    await live.reload();
    expect(lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
    set(async () => named('three'));
    await live.reload();
    expect(live.models()[0]?.id).toBe('three');
  });

  it('finishes a stream on the router that began it', async () => {
    const { live, closed, set, openGate } = await rig();
    const answer = await live.handle({ body: 'stream' });
    set(async () => named('two'));
    await live.reload();
    await turn();
    expect(closed).toEqual([]);
    openGate();
    expect(await text(answer)).toBe('one end');
    await turn();
    expect(closed).toEqual(['one']);
  });

  it.each([
    [
      'given up',
      async (answer: RouterAnswer) => {
        const iterator = isStream(answer.body) ? answer.body[Symbol.asyncIterator]() : undefined;
        await iterator?.next();
        void iterator?.return?.();
      },
    ],
    [
      'given up unread',
      async (answer: RouterAnswer) => void (isStream(answer.body) ? await answer.body[Symbol.asyncIterator]().return?.() : undefined),
    ],
    ['aborted unread', async (_: RouterAnswer, client: AbortController) => client.abort()],
  ])('lets go of a stream that is %s', async (_, leave) => {
    const { live, closed, set, openGate } = await rig();
    const client = new AbortController();
    const answer = await live.handle({ body: 'stream', signal: client.signal });
    set(async () => named('two'));
    await live.reload();
    await leave(answer, client);
    openGate();
    await turn();
    await turn();
    expect(closed).toEqual(['one']);
  });

  it('waits for a route that is being computed', async () => {
    const { live, closed, set, openGate } = await rig();
    const route = live.route({ body: '' });
    set(async () => named('two'));
    await live.reload();
    await turn();
    expect(closed).toEqual([]);
    openGate();
    await expect(route).rejects.toThrow('route one');
    await turn();
    expect(closed).toEqual(['one']);
  });

  it('makes changes that come together into one further reload, the last winning', async () => {
    const { live, set, loads } = await rig();
    let finish: (config: Config) => void = () => undefined;
    set(() => new Promise((resolve) => (finish = resolve)));
    const first = live.reload();
    const others = [live.reload(), live.reload(), live.reload()];
    expect(loads()).toBe(2);
    set(async () => named('last'));
    finish(named('two'));
    await Promise.all([first, ...others]);
    expect(loads()).toBe(3);
    expect(live.models()[0]?.id).toBe('last');
  });

  it('does not come back after it is closed', async () => {
    const { live, closed, set } = await rig();
    let finish: (config: Config) => void = () => undefined;
    set(() => new Promise((resolve) => (finish = resolve)));
    const reload = live.reload();
    await live.close();
    finish(named('late'));
    await reload;
    await live.reload();
    expect(closed).toEqual(['one', 'late']);
  });

  it('warns where a change needs a restart', async () => {
    const { live, set, lines } = await rig();
    set(async () => ({ ...good, server: { ...good.server, port: 1 } }));
    await live.reload();
    expect(lines.map(({ level }) => level)).toEqual(['info', 'warn']);
    expect(live.settings.server.port).toBe(1);
  });

  it('has swapped within 100 ms of the last write', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'live-')), 'signalbox.yaml');
    await writeFile(file, goodConfig);
    const load = () => loadConfig(file, { env: goodEnvironment });
    const live = await createLiveRouter({ load, build: async (config) => fakeRouter(config, Promise.resolve(), []), log: silentLog });
    const swaps: (() => void)[] = [];
    const watch = watchConfig(file, { onChange: () => void live.reload().then(() => swaps.shift()?.()) });
    await watch.ready;
    const tookMs: number[] = [];
    for (const name of ['hard', 'general', 'hard', 'general', 'hard']) {
      const swapped = new Promise<void>((resolve) => swaps.push(resolve));
      await writeFile(file, goodConfig.replace('defaultDecision: general', `defaultDecision: ${name}  # ${tookMs.length}`));
      const startedAtMs = performance.now();
      await swapped;
      tookMs.push(performance.now() - startedAtMs);
      expect(live.models()[0]?.id).toBe(name);
    }
    await watch.close();
    expect(tookMs.toSorted((one, other) => one - other)[2]).toBeLessThan(100);
  });
});
