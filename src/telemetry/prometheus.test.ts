// The metrics: names and labels against SPEC O1, sums, bounds, and the rules of `promtool check metrics`.

import { describe, expect, it } from 'vitest';
import { labelLimit } from './bounded-counter.js';
import { counters, histograms } from './catalogue.js';
import { confidenceRange, createMetrics } from './prometheus.js';

/** As SPEC O1 and O4 write them. */
const specified = [
  'sr_request_total{decision,model,status}',
  'sr_request_duration_seconds',
  'sr_ttft_seconds',
  'sr_tpot_seconds',
  'sr_fastpath_decisions_total{tier,confidence}',
  'sr_fastpath_bypassed_total',
  'sr_dedup_hits_total',
  'sr_session_pins_total',
  'sr_compression_bytes_saved',
  'sr_degradation_total{trigger}',
  'sr_cache_hits_total',
  'sr_security_blocks_total{type}',
  'sr_cost_total{model,decision}',
  'sr_savings_total{baseline}',
  'sr_added_latency_seconds',
  'semantic_route_decisions_total{route,target,rationale,winner,transport}',
  'semantic_classifier_latency_ms{transport}',
];
const entries = [...Object.values(counters), ...Object.values(histograms)];

const routed = { route: 'enforce', target: 'large', rationale: 'fast_path', winner: 'COMPLEX', transport: 'http' } as const;

describe('the catalogue', () => {
  it('has every specified metric with exactly its labels', () => {
    const shown = entries.map(({ name, labels }) => (labels.length === 0 ? name : `${name}{${labels.join(',')}}`));
    expect(shown).toEqual(expect.arrayContaining(specified));
  });

  it('has ascending buckets', () => {
    for (const { name, buckets } of Object.values(histograms)) expect(buckets, name).toEqual(buckets.toSorted((one, other) => one - other));
  });
});

describe('the exposition', () => {
  it('shows all metrics before anything happened, with help and type', async () => {
    const text = await createMetrics().text();
    for (const { name, help } of entries) {
      expect(text).toContain(`# HELP ${name} ${help}\n`);
      expect(text).toMatch(new RegExp(`^# TYPE ${name} (counter|histogram)$`, 'm'));
    }
  });

  it('counts what happened once, however often it is read', async () => {
    const metrics = createMetrics();
    metrics.requestDone('general', 'small', 200, 0.3);
    metrics.requestDone('general', 'small', 200, 0.4);
    metrics.requestDone('hard', 'large', 502, 4);
    metrics.fastPath('SIMPLE', 0.95, true);
    metrics.fastPath('MEDIUM', 0.5, false);
    metrics.cost('small', 'general', 0.25);
    metrics.savings('large', 0.5);
    metrics.savings('large', -0.125);
    metrics.routeDecision(routed);
    metrics.classified('http', 12);
    metrics.addedLatency(0.00004);
    await metrics.text();
    const lines = (await metrics.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'sr_request_total{decision="general",model="small",status="200"} 2',
        'sr_request_total{decision="hard",model="large",status="502"} 1',
        'sr_request_duration_seconds_count 3',
        'sr_fastpath_decisions_total{tier="SIMPLE",confidence="0.9-1.0"} 1',
        'sr_fastpath_decisions_total{tier="MEDIUM",confidence="0.5-0.7"} 1',
        'sr_fastpath_bypassed_total 1',
        'sr_cost_total{model="small",decision="general"} 0.25',
        'sr_savings_total{baseline="large"} 0.5',
        'sr_overspend_total{baseline="large"} 0.125',
        'semantic_route_decisions_total{route="enforce",target="large",rationale="fast_path",winner="COMPLEX",transport="http"} 1',
        'semantic_classifier_latency_ms_bucket{le="10",transport="http"} 0',
        'semantic_classifier_latency_ms_bucket{le="25",transport="http"} 1',
        'sr_added_latency_seconds_bucket{le="0.000025"} 0',
        'sr_added_latency_seconds_bucket{le="0.00005"} 1',
      ]),
    );
  });

  it('goes on counting between two reads', async () => {
    const metrics = createMetrics();
    metrics.requestDone('a', 'm', 200, 1);
    await metrics.text();
    metrics.requestDone('a', 'm', 200, 1);
    expect(await metrics.text()).toContain('sr_request_total{decision="a",model="m",status="200"} 2\n');
  });

  it('escapes label values', async () => {
    const metrics = createMetrics();
    metrics.requestDone('say "hi"\n', 'back\\slash', 200, 1);
    expect(await metrics.text()).toContain('sr_request_total{decision="say \\"hi\\"\\n",model="back\\\\slash",status="200"} 1\n');
  });
});

describe('labels', () => {
  it.each([
    [0, '0.0-0.5'],
    [0.4999, '0.0-0.5'],
    [0.5, '0.5-0.7'],
    [0.7, '0.7-0.9'],
    [0.9, '0.9-1.0'],
    [1, '0.9-1.0'],
  ])('puts the confidence %d into %s', (confidence, range) => {
    expect(confidenceRange(confidence)).toBe(range);
  });

  it('are bounded: beyond the limit a value counts as other, and nothing is lost', async () => {
    const metrics = createMetrics();
    const requests = labelLimit + 50;
    for (let index = 0; index < requests; index++) metrics.requestDone('general', `model-${index}`, 200, 0.1);
    metrics.requestDone('general', 'model-0', 200, 0.1);
    const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('sr_request_total{'));
    expect(series).toHaveLength(labelLimit + 1);
    expect(series).toContain('sr_request_total{decision="general",model="model-0",status="200"} 2');
    expect(series).toContain('sr_request_total{decision="general",model="other",status="200"} 50');
  });
});

/** The two whose names outside code relies on; promtool would have them called otherwise. */
const namedByOthers = ['sr_compression_bytes_saved', 'semantic_classifier_latency_ms'];

describe('promtool check metrics', () => {
  it('would find nothing, but for two names that are given', async () => {
    const text = await createMetrics({ process: true }).text();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
    const odd = [...types].filter(([name, type]) => {
      const total = name.endsWith('_total');
      const unit = /(^|_)(ms|milliseconds|minutes|kb|percent)(_|$)/.test(name);
      return !/^[a-z][a-z0-9_]*$/.test(name) || total !== (type === 'counter') || unit;
    });
    expect(odd.map(([name]) => name)).toEqual(namedByOthers);
    for (const name of types.keys()) expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
  });

  it('finds the process metrics plausible', async () => {
    const text = await createMetrics({ process: true }).text();
    const sampleOf = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    expect(sampleOf('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(sampleOf('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(sampleOf('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  });
});
