// What a program that embeds the router may add to the built-in lists, and those lists joined.

import type { Classifier } from '../decisions/classifier.js';
import { RouterError } from '../errors.js';
import { providers } from '../providers/index.js';
import type { AnyProvider } from '../providers/provider.js';
import { selectors } from '../selectors/index.js';
import type { AnySelector } from '../selectors/selector.js';
import { signals } from '../signals/index.js';
import type { AnySignal } from '../signals/signal.js';

/** Plug-ins beside the built-in ones; names must not collide. */
export interface Extensions {
  readonly signals?: readonly AnySignal[];
  readonly selectors?: readonly AnySelector[];
  readonly providers?: readonly AnyProvider[];
  readonly classifiers?: readonly Classifier[];
}

/** Every plug-in there is: what the schema, the cross-checks and the router build from. */
export interface PlugIns {
  readonly signals: readonly AnySignal[];
  readonly selectors: readonly AnySelector[];
  readonly providers: readonly AnyProvider[];
  readonly classifiers: readonly Classifier[];
}

/** Built-ins and extensions. Throws INVALID_INPUT where two of a kind share a name. */
export function plugIns(extensions: Extensions = {}): PlugIns {
  const all = {
    signals: [...signals, ...(extensions.signals ?? [])],
    selectors: [...selectors, ...(extensions.selectors ?? [])],
    providers: [...providers, ...(extensions.providers ?? [])],
    classifiers: extensions.classifiers ?? [],
  };
  for (const [kind, list] of Object.entries(all))
    refuseTwins(
      kind,
      list.map((member) => member.name),
    );
  refuseTwins(
    'signals',
    all.signals.map((signal) => signal.configKey),
  );
  return all;
}

function refuseTwins(kind: string, names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new RouterError('INVALID_INPUT', { at: `extensions.${kind}`, expected: 'names that are not taken', received: twin });
}
