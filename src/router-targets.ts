// Configured models bound to their providers, and each decision's selector.

import type { PlugIns } from './config/extensions.js';
import type { Config } from './config/schema.js';
import { RouterError } from './errors.js';
import type { SelectContext } from './pipeline/select.js';
import type { OpenProvider } from './providers/provider.js';
import type { OpenSelector } from './selectors/selector.js';

/** What the select stage chooses from, and who chooses. */
export type Targets = Pick<SelectContext, 'targets' | 'selectors' | 'otherwise'>;

export function openTargets(config: Config, lists: PlugIns): Targets {
  const providers = new Map(config.providers.map((entry) => [entry.name, openProvider(entry, lists)]));
  const targets = new Map(
    config.models.map((model) => {
      const provider = providers.get(model.provider);
      if (provider === undefined)
        throw new RouterError('CONFIG_INVALID', { at: `model ${model.name}`, expected: 'a configured provider', received: model.provider });
      return [model.name, { model, provider }];
    }),
  );
  const selectors = new Map(config.decisions.map(({ name, algorithm }) => [name, openSelector(algorithm, lists)]));
  return { targets, selectors, otherwise: openSelector({ type: 'static' }, lists) };
}

function openProvider(entry: Config['providers'][number], { providers }: PlugIns): OpenProvider {
  const provider = providers.find(({ name }) => name === entry.type);
  if (provider === undefined)
    throw new RouterError('CONFIG_INVALID', { at: `provider ${entry.name}`, expected: 'a known type', received: entry.type });
  return provider.open(entry);
}

function openSelector({ type, ...options }: { readonly type: string }, { selectors }: PlugIns): OpenSelector {
  const selector = selectors.find(({ name }) => name === type);
  if (selector === undefined) throw new RouterError('CONFIG_INVALID', { at: 'algorithm', expected: 'a known selector', received: type });
  return selector.open(options);
}
