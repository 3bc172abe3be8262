// The headers every answer carries: who answered, why, and what it cost in time.

import type { Facts } from './exchange.js';
import { fillTemplate, type Trigger } from './plugins.js';

export type AnswerHeaders = Readonly<Record<string, string>>;

/** All decision headers that the facts allow; failures carry as many as were known. */
export function answerHeaders(facts: Facts | undefined, model: string | undefined): AnswerHeaders {
  const headers: Record<string, string> = {};
  if (facts === undefined) return headers;
  const { trace, decision } = facts;
  if (trace !== undefined) headers['x-request-id'] = trace.id;
  if (decision !== undefined) {
    headers['x-signalbox-model'] = headerText(model ?? 'none');
    headers['x-signalbox-decision'] = headerText(decision.decision);
    headers['x-signalbox-confidence'] = decision.confidence.toFixed(2);
    headers['x-signalbox-tier'] = decision.tier ?? 'none';
    headers['x-signalbox-cache'] = 'off';
    headers['x-signalbox-session'] = facts.session?.pin !== undefined && facts.session.pin.model === model ? 'pinned' : 'new';
    headers['x-signalbox-guard'] = 'skipped';
  }
  headers['server-timing'] = serverTiming(facts);
  return headers;
}

/** What the policy tells the client of a degraded answer; nothing where it was not degraded. */
export function degradedHeaders({ degradation }: Facts, model: string, trigger: Trigger | undefined): AnswerHeaders {
  if (trigger === undefined || degradation?.policy === undefined) return {};
  const words = { requested_model: degradation.original, model, trigger };
  const templates = Object.entries(degradation.policy.notifyHeaders);
  return Object.fromEntries(templates.map(([name, template]) => [name.toLowerCase(), headerText(fillTemplate(template, words))]));
}

/** Each stage's own time in milliseconds (W3C Server Timing), `upstream` the wait for the model, `total` all so far. */
function serverTiming({ progress }: Facts): string {
  let text = '';
  for (const [name, tookMs] of progress.timingsMs) text += `${name};dur=${milliseconds(tookMs)}, `;
  return `${text}total;dur=${milliseconds(performance.now() - progress.startedAtMs)}`;
}

/** Three decimals by whole numbers: `toFixed` costs ten times as much, a dozen times an answer. */
function milliseconds(ms: number): string {
  const micros = Math.round(ms * 1000);
  const rest = micros % 1000;
  return `${(micros - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}`;
}

/** Configured names may hold any character; header values may not. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
