// The signals that some decision's rules name, bound to their entries.

import type { PlugIns } from './config/extensions.js';
import type { Config } from './config/schema.js';
import { leaves } from './decisions/rules.js';
import type { Leaf, OpenSignal } from './signals/signal.js';

export function openSignals(config: Config, { signals }: PlugIns): readonly OpenSignal[] {
  const named = new Map<string, Leaf[]>();
  for (const { rules } of config.decisions) {
    for (const { signal, key, value } of rules === undefined ? [] : leaves(rules))
      named.set(signal, [...(named.get(signal) ?? []), { key, value }]);
  }
  return signals.flatMap((signal) => {
    const wanted = named.get(signal.name);
    return wanted === undefined ? [] : [signal.open(config.signals[signal.configKey] ?? [], wanted)];
  });
}
