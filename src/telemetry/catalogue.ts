// Every Prometheus metric signalbox exposes: names and labels as dashboards rely on them, buckets that fit what is measured.

export interface CounterEntry {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface HistogramEntry extends CounterEntry {
  /** Upper bounds, ascending, in the unit the name ends with. */
  readonly buckets: readonly number[];
}

const answerSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const tokenSeconds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1];
const ownSeconds = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const classifierMs = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 5000];

export const counters = {
  request: counter('sr_request_total', 'Requests, by decision, model that answered and HTTP status.', 'decision', 'model', 'status'),
  fastPath: counter(
    'sr_fastpath_decisions_total',
    'Prompts scored by the fast path, by tier and range of confidence.',
    'tier',
    'confidence',
  ),
  bypassed: counter('sr_fastpath_bypassed_total', 'Requests that a confident fast-path tier decided, without any classifier.'),
  dedupHits: counter('sr_dedup_hits_total', 'Requests answered from an identical one that was in flight or just done.'),
  sessionPins: counter('sr_session_pins_total', 'Conversations pinned to a model.'),
  bytesSaved: counter('sr_compression_bytes_saved', 'Bytes that compression took out of requests.'),
  degradation: counter('sr_degradation_total', 'Requests answered in a degraded way, by trigger.', 'trigger'),
  cacheHits: counter('sr_cache_hits_total', 'Requests answered from the semantic cache.'),
  securityBlocks: counter('sr_security_blocks_total', 'Requests or answers that a guard blocked, by type.', 'type'),
  cost: counter('sr_cost_total', 'Cost of answers at list price, USD, by model and decision.', 'model', 'decision'),
  savings: counter('sr_savings_total', 'USD that answers cost less than the baseline model would have.', 'baseline'),
  overspend: counter(
    'sr_overspend_total',
    'USD that answers cost more than the baseline model would have; savings minus this is the net.',
    'baseline',
  ),
  routeDecisions: counter(
    'semantic_route_decisions_total',
    'Routing decisions, enforced or in shadow.',
    ...['route', 'target', 'rationale', 'winner', 'transport'],
  ),
} as const satisfies Record<string, CounterEntry>;

export const histograms = {
  requestDuration: histogram('sr_request_duration_seconds', 'Time from the head of a request to the end of its answer.', answerSeconds),
  firstToken: histogram('sr_ttft_seconds', 'Time from the head of a request to the first content of its answer.', answerSeconds),
  perOutputToken: histogram('sr_tpot_seconds', 'Time per output token after the first, of streamed answers.', tokenSeconds),
  addedLatency: histogram('sr_added_latency_seconds', 'Time a request spent inside signalbox, upstream waits taken out.', ownSeconds),
  classifierLatency: histogram(
    'semantic_classifier_latency_ms',
    'Time the routing classifier took, milliseconds.',
    classifierMs,
    'transport',
  ),
} as const satisfies Record<string, HistogramEntry>;

function counter(name: string, help: string, ...labels: readonly string[]): CounterEntry {
  return { name, help, labels };
}

function histogram(name: string, help: string, buckets: readonly number[], ...labels: readonly string[]): HistogramEntry {
  return { name, help, labels, buckets };
}
