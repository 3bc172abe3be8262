// A routing report for people: what was decided, then everything that led there.

import type { Config } from '../config/index.js';
import { jumpTarget } from '../decisions/jump.js';
import { tiers } from '../native/index.js';
import type { RouteResult } from '../pipeline/report.js';
import { ruleLines } from './rule-lines.js';
import type { Paint } from './terminal.js';

export interface ExplanationContext {
  readonly config: Config;
  readonly paint: Paint;
}

const barCells = 10;
const indent = '  ';

/** The report as text that ends with a newline. */
export function explanation(result: RouteResult, context: ExplanationContext): string {
  const sections = [
    summary(result, context),
    section('fast path', dimensionLines(result, context.paint), context.paint),
    section('signals', signalLines(result), context.paint),
    section(
      'rules',
      result.rules.flatMap((trace) => ruleLines(trace, context.paint)),
      context.paint,
    ),
    section('models', candidateLines(result, context.paint), context.paint),
    section('time (cold)', [timingLine(result)], context.paint),
  ];
  return `${sections.flat().join('\n')}\n`;
}

function summary(result: RouteResult, { config, paint }: ExplanationContext): readonly string[] {
  const { decision, model, by, reason, confidence } = result;
  const row = (name: string, value: string) => `${paint.dim(name.padEnd(11))}${value}`;
  return [
    row('model', paint.bold(paint.accent(model))),
    row('decision', `${paint.bold(decision)}, confidence ${confidence.toFixed(2)}, by ${by}`),
    row('why', reason),
    row('tier', tierText(result, config)),
  ];
}

/** Whether the fast path was sure enough, and what its tier leads to. */
function tierText({ tier: name, fastPath: scan }: RouteResult, { fastPath: options }: Config): string {
  const tier = tiers.find((one) => one === name);
  if (tier === undefined || scan === null) return 'not scored: nothing is routed';
  const { score, confidence, ambiguous, agentic } = scan;
  const scored = `${tier}${agentic ? ', agentic' : ''}, score ${signed(score)}, confidence ${confidence.toFixed(2)}`;
  const target = jumpTarget({ tier, ...scan }, options);
  if (target !== undefined) return `${scored}: leads to ${target}`;
  if (!options.enabled) return 'not scored: the fast path is off';
  if (ambiguous || confidence < options.threshold)
    return `${scored}: below the threshold ${options.threshold.toFixed(2)}, so the rules decide`;
  return `${scored}: no decision is set for this tier, so the rules decide`;
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint.bold(title), ...lines.map((line) => `${indent}${line}`)];
}

/** What moved the score, strongest first. */
function dimensionLines({ dimensions }: RouteResult, paint: Paint): readonly string[] {
  return Object.entries(dimensions)
    .filter(([, { score }]) => score !== 0)
    .toSorted(([, one], [, other]) => Math.abs(other.score) - Math.abs(one.score))
    .map(([name, { score, evidence }]) => {
      const bar = '█'.repeat(Math.max(1, Math.round(Math.abs(score) * barCells))).padEnd(barCells, '·');
      const colour = score > 0 ? paint.accent : paint.good;
      return `${name.padEnd(22)}${colour(bar)} ${signed(score)}  ${paint.dim(evidence)}`.trimEnd();
    });
}

function signalLines({ signals }: RouteResult): readonly string[] {
  return signals.map(({ signal, key, value, confidence, evidence }) => {
    const found = evidence === undefined ? '' : `  ${evidence}`;
    return `${signal} ${key}=${value}  ${confidence.toFixed(2)}${found}`;
  });
}

function candidateLines({ candidates }: RouteResult, paint: Paint): readonly string[] {
  const width = Math.max(...candidates.map(({ model }) => model.length));
  return candidates.map(({ model, score, rejected }, index) => {
    if (rejected !== undefined) return `${paint.bad('✗')} ${model.padEnd(width)}  ${rejected}`;
    return `${paint.good('✓')} ${model.padEnd(width)}  ${score.toFixed(2)}${index === 0 ? '' : paint.dim('  if the ones before fail')}`;
  });
}

function timingLine({ timingsMs }: RouteResult): string {
  const stages = Object.entries(timingsMs);
  const total = stages.reduce((sum, [, tookMs]) => sum + tookMs, 0);
  return `${stages.map(([stage, tookMs]) => `${stage} ${tookMs.toFixed(2)}`).join(' · ')} · total ${total.toFixed(2)} ms`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}
