// `signalbox explain`: what would be done with a prompt, and why, without calling anyone.

import type { Config } from '../config/index.js';
import { loadNative } from '../native/index.js';
import type { RouteResult } from '../pipeline/report.js';
import { createRouter } from '../router.js';
import { chooseSource, readChosen, sampleDemo, usualMode } from './chosen-config.js';
import { explanation } from './explanation.js';
import type { Terminal } from './terminal.js';

export interface ExplainOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly system?: string;
  readonly model?: string;
}

/** Writes the explanation. Rejects as loading or routing does. */
export async function explain(prompt: string, options: ExplainOptions, terminal: Terminal): Promise<void> {
  const native = await loadNative();
  const source = chooseSource(options.config, terminal.env);
  const config = await readChosen(source, { native, env: terminal.env, demo: sampleDemo });
  const router = await createRouter(config, { native });
  try {
    const result: RouteResult = await router.route({ headers: headersFor(config), body: bodyFor(prompt, options, config) });
    terminal.out(
      options.json === true ? `${JSON.stringify(result, null, 2)}\n` : explanation(result, { config, paint: terminal.paintOut }),
    );
  } finally {
    await router.close();
  }
}

/** Routing as if the request asked for it, by a caller who may. */
function headersFor(config: Config): Readonly<Record<string, string>> {
  const key = config.identity.apiKeys[0]?.key;
  return {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(usualMode(config) === 'off' ? { 'x-signalbox-routing': 'auto' } : {}),
  };
}

function bodyFor(prompt: string, { system, model }: ExplainOptions, { routing }: Config) {
  const messages = [...(system === undefined ? [] : [{ role: 'system', content: system }]), { role: 'user', content: prompt }];
  return { model: model ?? routing.alias, messages };
}
