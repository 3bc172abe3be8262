// The headers every answer carries: who answered, why, and what it cost in time.

import type { Facts } from './exchange.js';

export type AnswerHeaders = Readonly<Record<string, string>>;

/** All decision headers that the facts allow; failures carry as many as were known. */
export function answerHeaders(facts: Facts | undefined, model: string | undefined): AnswerHeaders {
  const { trace, decision } = facts ?? {};
  return {
    ...(trace === undefined ? {} : { 'x-request-id': trace.id }),
    ...(decision === undefined
      ? {}
      : {
          'x-signalbox-model': headerText(model ?? 'none'),
          'x-signalbox-decision': headerText(decision.decision),
          'x-signalbox-confidence': decision.confidence.toFixed(2),
          'x-signalbox-tier': decision.tier ?? 'none',
          'x-signalbox-cache': 'off',
          'x-signalbox-session': 'new',
          'x-signalbox-guard': 'skipped',
        }),
    ...(facts === undefined ? {} : { 'server-timing': serverTiming(facts) }),
  };
}

/** Each stage's own time in milliseconds (W3C Server Timing), `upstream` the wait for the model, `total` all so far. */
function serverTiming({ progress }: Facts): string {
  let text = '';
  for (const [name, tookMs] of progress.timingsMs) text += `${name};dur=${tookMs.toFixed(3)}, `;
  return `${text}total;dur=${(performance.now() - progress.startedAtMs).toFixed(3)}`;
}

/** Configured names may hold any character; header values may not. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
