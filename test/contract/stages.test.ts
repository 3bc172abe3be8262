// The contract of every stage of the way in: it hands on at most once, adds only its own facts, and changes nothing that came.

import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { createExperience } from '../../src/learning/experience.js';
import { decide } from '../../src/pipeline/decide.js';
import { decode } from '../../src/pipeline/decode.js';
import { degrade } from '../../src/pipeline/degrade.js';
import type { Facts } from '../../src/pipeline/exchange.js';
import { identity } from '../../src/pipeline/identity.js';
import { fastPathOptions, identityOptions, limitOptions } from '../../src/pipeline/options.js';
import { mergePlugins } from '../../src/pipeline/plugins.js';
import { prescan } from '../../src/pipeline/prescan.js';
import { routing } from '../../src/pipeline/routing.js';
import { select } from '../../src/pipeline/select.js';
import { session } from '../../src/pipeline/session.js';
import { signals } from '../../src/pipeline/signals.js';
import type { Stage } from '../../src/pipeline/stage.js';
import { tools } from '../../src/pipeline/tools.js';
import { trace } from '../../src/pipeline/trace.js';
import { validate } from '../../src/pipeline/validate.js';
import { staticSelector } from '../../src/selectors/static.js';
import { memorySessions } from '../../src/sessions/memory.js';
import { silentLog } from '../../src/telemetry/log.js';
import { createMetrics } from '../../src/telemetry/prometheus.js';
import { trigramEmbedder } from '../../src/tools/embedder.js';
import { deepFreeze, prescanOf, reportOf, sampleFacts, target, tokens } from './sample-facts.js';

const metrics = createMetrics();
const outcome = sampleFacts().decision;
const decider = { decide: async () => outcome, defaultOutcome: () => outcome };
const otherwise = staticSelector.open({});

interface Member {
  readonly stage: Stage<Required<Facts>, object>;
  readonly adds: readonly (keyof Facts)[];
  /** Facts on which it refuses, and the code it refuses with. */
  readonly refuses?: { readonly facts: Partial<Facts>; readonly code: string };
}

const members: readonly Member[] = [
  { stage: trace, adds: ['trace'] },
  {
    stage: identity(identityOptions.parse({ apiKeys: [{ key: 'sk-secret-1', tenant: 'a' }], allowAnonymous: true })),
    adds: ['caller'],
    refuses: { facts: { headers: { authorization: 'Bearer other' } }, code: 'UNAUTHORIZED' },
  },
  { stage: decode(limitOptions.parse({})), adds: ['decoded'], refuses: { facts: { body: '{' }, code: 'BODY_INVALID' } },
  {
    stage: validate,
    adds: ['request', 'outgoing'],
    refuses: { facts: { decoded: { value: {}, text: '{}', spans: new Map() } }, code: 'REQUEST_INVALID' },
  },
  {
    stage: routing({ options: { alias: 'router', allowForce: true }, models: ['m1'] }),
    adds: ['routing'],
    refuses: { facts: { headers: { 'x-signalbox-routing': 'sideways' } }, code: 'ROUTING_MODE_UNKNOWN' },
  },
  {
    stage: prescan({ prescanner: { scan: () => prescanOf() }, fastPath: fastPathOptions.parse({}), metrics }),
    adds: ['prompt', 'prescan', 'jump'],
  },
  {
    stage: signals({
      open: [
        {
          name: 's',
          values: () => undefined,
          keywordRules: [],
          prescan: [],
          read: async () => [{ signal: 's', key: 'name', value: 'v', confidence: 1 }],
        },
      ],
      tokens,
    }),
    adds: ['signals'],
  },
  { stage: decide({ decider, metrics }), adds: ['decision'] },
  {
    stage: select({
      targets: new Map([['m1', target]]),
      selectors: new Map(),
      otherwise,
      experience: createExperience(),
      learning: { promptCacheSeconds: 300 },
      now: () => 0,
    }),
    adds: ['candidates', 'rejected', 'question'],
    refuses: { facts: { offered: { estimatedTokens: 10_000, scores: [] } }, code: 'CONTEXT_TOO_LONG' },
  },
  {
    stage: tools({
      plugins: () => mergePlugins({ toolSelection: {} }),
      database: new Map(),
      embedder: trigramEmbedder,
      log: silentLog,
    }),
    adds: ['outgoing', 'offered'],
  },
  {
    stage: session({ store: memorySessions({ ttlSeconds: 60, maxEntries: 10 }), options: undefined, metrics }),
    adds: ['session'],
    refuses: { facts: { headers: { 'x-signalbox-session-id': 'x'.repeat(300) } }, code: 'REQUEST_INVALID' },
  },
  { stage: degrade({ targets: new Map([['m1', target]]), plugins: () => mergePlugins() }), adds: ['degradation'] },
  {
    stage: degrade({
      targets: new Map([['m1', target]]),
      plugins: () => mergePlugins(),
      pressure: ({ headers }) =>
        headers['x-over'] === undefined ? undefined : { trigger: 'rate_limit', refusal: new RouterError('UPSTREAM_RATE_LIMITED') },
    }),
    adds: ['degradation'],
    refuses: { facts: { headers: { 'x-over': '1' } }, code: 'UPSTREAM_RATE_LIMITED' },
  },
];

describe.each(members.map((member) => ({ name: member.stage.name, ...member })))('stage $name', ({ stage, adds }) => {
  it('hands on exactly once, exactly what it adds, and its answer is the answer of what follows', async () => {
    const facts = deepFreeze(sampleFacts());
    const handed: object[] = [];
    const answer = reportOf(facts);
    const result = await stage.run(facts, async (added) => {
      handed.push(added);
      return answer;
    });
    expect(handed).toHaveLength(1);
    expect(Object.keys(handed[0] ?? {}).sort()).toEqual([...adds].sort());
    expect(result).toBe(answer);
  });

  it('lets a failure of what follows pass', async () => {
    const failure = new RouterError('UPSTREAM_FAILED');
    await expect(stage.run(deepFreeze(sampleFacts()), () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

const refusing = members.flatMap(({ stage, refuses }) => (refuses === undefined ? [] : [{ name: stage.name, stage, ...refuses }]));

describe.each(refusing)('stage $name, on what it refuses', ({ stage, facts, code }) => {
  it(`fails with ${code} and hands nothing on`, async () => {
    let handed = 0;
    const run = stage.run(deepFreeze(sampleFacts(facts)), async () => {
      handed += 1;
      return reportOf(sampleFacts());
    });
    await expect(run).rejects.toMatchObject({ code });
    expect(handed).toBe(0);
  });
});
