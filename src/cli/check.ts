// `signalbox check`: every fault of a configuration file, like a compiler, or what the file holds.

import { type Config, ConfigError, type Fault, faultLine, loadConfig } from '../config/index.js';
import { loadNative } from '../native/index.js';
import { keywordCheck } from './chosen-config.js';
import type { Terminal } from './terminal.js';

export interface CheckOptions {
  readonly json?: boolean;
}

/** Writes the report; resolves with whether the file is good. Rejects where it cannot be read. */
export async function check(file: string, { json = false }: CheckOptions, terminal: Terminal): Promise<boolean> {
  const native = await loadNative();
  const result = await loadConfig(file, { env: terminal.env, checkKeywordRules: keywordCheck(native) }).then(
    (config) => ({ config, faults: [] }),
    (thrown: unknown) => {
      if (thrown instanceof ConfigError) return { config: undefined, faults: thrown.faults };
      throw thrown;
    },
  );
  terminal.out(json ? jsonReport(file, result) : textReport(file, result, terminal));
  return result.config !== undefined;
}

interface Checked {
  readonly config: Config | undefined;
  readonly faults: readonly Fault[];
}

function jsonReport(file: string, { config, faults }: Checked): string {
  return `${JSON.stringify({ ok: config !== undefined, file, faults, ...(config === undefined ? {} : counts(config)) }, null, 2)}\n`;
}

function textReport(file: string, { config, faults }: Checked, { paintOut }: Terminal): string {
  if (config !== undefined) {
    const held = Object.entries(counts(config)).map(([noun, count]) => `${count} ${count === 1 ? noun.replace(/s$/, '') : noun}`);
    return `${paintOut.good('ok')} ${file}: ${held.join(', ')}\n`;
  }
  const lines = faults.map((fault) => `${paintOut.bad('error')} ${faultLine(fault)}\n`);
  return `${lines.join('')}${faults.length === 1 ? '1 fault' : `${faults.length} faults`} in ${file}\n`;
}

function counts({ providers, models, decisions, signals }: Config): Readonly<Record<string, number>> {
  const signalEntries = Object.values(signals).reduce((sum, entries) => sum + entries.length, 0);
  return { providers: providers.length, models: models.length, decisions: decisions.length, signals: signalEntries };
}
