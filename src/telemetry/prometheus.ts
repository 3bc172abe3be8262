// The metrics kept by prom-client, in a registry of their own.

import { Histogram, Registry } from 'prom-client';
import { type BoundedCounter, boundedCounter, labelBounds } from './bounded-counter.js';
import { counters, type HistogramEntry, histograms } from './catalogue.js';
import type { Metrics } from './metrics.js';
import { registerProcessMetrics } from './process-metrics.js';

export interface MetricsOptions {
  /** Also expose memory, CPU time and event-loop delay of this process. Default false. */
  readonly process?: boolean;
}

/** Fresh metrics, all at zero. One set outlives the routers that a reload builds. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const counted = openCounters(registry);
  const timed = openHistograms(registry);
  if (options.process === true) registerProcessMetrics(registry);
  return {
    requestDone: (decision, model, status, seconds) => {
      counted.request.add(1, decision, model, String(status));
      timed.requestDuration.observe(seconds);
    },
    firstToken: (seconds) => timed.firstToken.observe(seconds),
    perOutputToken: (seconds) => timed.perOutputToken.observe(seconds),
    fastPath: (tier, confidence, bypassed) => {
      counted.fastPath.add(1, tier, confidenceRange(confidence));
      if (bypassed) counted.bypassed.add(1);
    },
    cost: (model, decision, usd) => counted.cost.add(usd, model, decision),
    savings: (baseline, usd) => (usd < 0 ? counted.overspend.add(-usd, baseline) : counted.savings.add(usd, baseline)),
    routeDecision: ({ route, target, rationale, winner, transport }) =>
      counted.routeDecisions.add(1, route, target, rationale, winner, transport),
    sessionPinned: () => counted.sessionPins.add(1),
    degraded: (trigger) => counted.degradation.add(1, trigger),
    classified: (transport, latencyMs) => timed.classifierLatency(transport).observe(latencyMs),
    addedLatency: (seconds) => timed.addedLatency.observe(seconds),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

/** The range of confidence that a score falls in, as a label. */
export function confidenceRange(confidence: number): string {
  if (confidence < 0.5) return '0.0-0.5';
  if (confidence < 0.7) return '0.5-0.7';
  return confidence < 0.9 ? '0.7-0.9' : '0.9-1.0';
}

/** All of the catalogue; those whose stage does not exist yet stay without samples. */
function openCounters(registry: Registry): Readonly<Record<keyof typeof counters, BoundedCounter>> {
  return {
    request: boundedCounter(counters.request, registry),
    fastPath: boundedCounter(counters.fastPath, registry),
    bypassed: boundedCounter(counters.bypassed, registry),
    dedupHits: boundedCounter(counters.dedupHits, registry),
    sessionPins: boundedCounter(counters.sessionPins, registry),
    bytesSaved: boundedCounter(counters.bytesSaved, registry),
    degradation: boundedCounter(counters.degradation, registry),
    cacheHits: boundedCounter(counters.cacheHits, registry),
    securityBlocks: boundedCounter(counters.securityBlocks, registry),
    cost: boundedCounter(counters.cost, registry),
    savings: boundedCounter(counters.savings, registry),
    overspend: boundedCounter(counters.overspend, registry),
    routeDecisions: boundedCounter(counters.routeDecisions, registry),
  };
}

function openHistograms(registry: Registry) {
  const open = ({ name, help, labels, buckets }: HistogramEntry) =>
    new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] });
  return {
    requestDuration: open(histograms.requestDuration),
    firstToken: open(histograms.firstToken),
    perOutputToken: open(histograms.perOutputToken),
    addedLatency: open(histograms.addedLatency),
    classifierLatency: byLabel(open(histograms.classifierLatency)),
  };
}

/** The children of a histogram with one label, each made once. */
function byLabel(histogram: Histogram): (value: string) => Histogram.Internal<string> {
  const children = new Map<string, Histogram.Internal<string>>();
  const bound = labelBounds(1);
  return (value) => {
    const known = children.get(value);
    if (known !== undefined) return known;
    const kept = bound(value, 0);
    const child = histogram.labels(kept);
    if (kept === value) children.set(value, child);
    return child;
  };
}
