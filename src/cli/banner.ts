// What `serve` says once it listens: what runs, where, with what loaded, and a line to try.

import type { Config } from '../config/index.js';
import { type Source, usualMode } from './chosen-config.js';
import type { Paint } from './terminal.js';

export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly source: Source;
  readonly config: Config;
  /** The native flavor that loaded. */
  readonly flavor: string;
}

/** A few lines for stderr, the last of them a command that works as it stands. */
export function banner(facts: BannerFacts, paint: Paint): string {
  const { version, url, source, config, flavor } = facts;
  const rows: readonly (readonly [string, string])[] = [
    ['serving', paint.bold(paint.accent(`${url}/v1`))],
    ['config', sourceText(source)],
    ['models', config.models.map(({ name }) => name).join(', ')],
    ['decisions', decisionsText(config)],
    ['routing', routingText(config)],
    ['native', flavor === 'stub' ? 'stub (fast path and keywords, no models)' : flavor],
  ];
  return [
    `${paint.bold(`signalbox ${version}`)} routes each LLM request to the model that should answer it`,
    ...rows.map(([name, value]) => `  ${paint.dim(name.padEnd(10))}${value}`),
    paint.dim('try it:'),
    `  ${curl(url, config)}`,
    '',
  ].join('\n');
}

function sourceText(source: Source): string {
  if (source.kind === 'file') return `${source.file} (reloads when it changes)`;
  if (source.kind === 'environment') return 'from API keys in the environment; write a file and pass --config to decide yourself';
  return 'demo: pretended models in this process, no key, no network; --config FILE serves real ones';
}

function decisionsText({ decisions, defaultDecision, dynamo }: Config): string {
  if (dynamo !== undefined) return 'by a Dynamo policy';
  return decisions.map(({ name }) => (name === defaultDecision ? `${name} (default)` : name)).join(', ') || 'none';
}

function routingText(config: Config): string {
  const mode = usualMode(config);
  if (mode === 'off') return `off; a request may ask for it with the header x-signalbox-routing`;
  const scope = mode === 'force' ? 'every request' : `requests for the model "${config.routing.alias}"`;
  return `on (${mode}): ${scope}${mode === 'shadow' ? ', decided but not followed' : ''}`;
}

/** Works copy-pasted in any shell that knows single quotes. */
function curl(url: string, config: Config): string {
  const { routing, identity, models } = config;
  const model = usualMode(config) === 'off' ? (models[0]?.name ?? routing.alias) : routing.alias;
  const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello!' }] });
  const key = identity.apiKeys.length === 0 ? '' : `-H "authorization: Bearer $API_KEY" `;
  return `curl -N ${url}/v1/chat/completions -H 'content-type: application/json' ${key}-d '${body}'`;
}
