// `signalbox doctor`: whether this machine can run signalbox, and what it would run with.

import { type Diagnosis, type DiagnosisOptions, diagnose, type Finding, type FlavorFinding } from './diagnosis.js';
import type { Paint, Terminal } from './terminal.js';

export interface DoctorOptions extends DiagnosisOptions {
  readonly json?: boolean;
}

/** Writes the diagnosis; resolves with whether everything needed is there. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<boolean> {
  const diagnosis = await diagnose(options, terminal.env);
  terminal.out(options.json === true ? `${JSON.stringify(diagnosis, null, 2)}\n` : diagnosisText(diagnosis, terminal.paintOut));
  return diagnosis.ok;
}

/** For people: one line a finding. */
export function diagnosisText({ ok, version, node, platform, flavors, environment, findings }: Diagnosis, paint: Paint): string {
  return [
    paint.bold(`signalbox ${version} on Node ${node}, ${platform}`),
    ...findings.map((finding) => findingLine(finding, paint)),
    '',
    paint.bold('native flavors'),
    ...flavors.map((flavor) => flavorLine(flavor, paint)),
    '',
    paint.bold('environment'),
    `  ${environment.length === 0 ? 'none of the variables that signalbox reads is set' : `${environment.join(', ')} ${paint.dim('(set; values are not shown)')}`}`,
    '',
    ok ? paint.good('Ready to serve.') : paint.bad('Not ready: see above.'),
    '',
  ].join('\n');
}

function findingLine({ name, state, detail }: Finding, paint: Paint): string {
  const mark = { ok: paint.good('ok  '), note: paint.accent('note'), fail: paint.bad('fail') }[state];
  return `  ${mark}  ${name.padEnd(14)}${detail}`;
}

function flavorLine({ flavor, reason, capabilities }: FlavorFinding, paint: Paint): string {
  if (capabilities === null) return `  ${paint.dim('no')}  ${flavor.padEnd(8)}${reason ?? ''}`;
  const able = Object.entries(capabilities.features).flatMap(([feature, has]) => (has ? [feature] : []));
  const lacking = [...byReason(capabilities.unavailable)].map(([why, what]) => paint.dim(`\n      without ${what.join(', ')}: ${why}`));
  return `  ${paint.good('ok')}  ${flavor.padEnd(8)}${capabilities.version}, kernels ${capabilities.kernels}; ${able.join(', ') || 'fast path and keywords'}${lacking.join('')}`;
}

/** What is missing for the same reason, together. */
function byReason(unavailable: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [what, why] of Object.entries(unavailable)) groups.set(why, [...(groups.get(why) ?? []), what]);
  return groups;
}
