// `signalbox serve`: everything put together, from flags to a listening server and back to a clean exit.

import { type Config, readEnvironment, watchConfig } from '../config/index.js';
import { startDemo } from '../demo/index.js';
import { createLiveRouter, type LiveRouter } from '../live-router.js';
import { type Flavor, loadNative, type Native } from '../native/index.js';
import { createRouter } from '../router.js';
import { type Listening, listen } from '../server/index.js';
import { createStores } from '../stores.js';
import { createLog, type Log, type LogLevel } from '../telemetry/log.js';
import { createMetrics } from '../telemetry/prometheus.js';
import { createSavings, mostExpensive } from '../telemetry/savings.js';
import { version } from '../version.js';
import { banner } from './banner.js';
import { requireKeys } from './bind-policy.js';
import { chooseSource, readChosen, type Source, sampleDemo, usualMode } from './chosen-config.js';
import { untilStopped } from './stop-signals.js';
import type { Terminal } from './terminal.js';

export interface ServeOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly backend?: Flavor;
  readonly logLevel?: LogLevel;
  readonly insecure?: boolean;
}

/** Between the words of demo answers, where somebody watches; slow enough to see them come. */
const watchedWordDelayMs = 15;

/** Serves until SIGTERM or SIGINT, then lets open answers finish. Rejects where it cannot start. */
export async function serve(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { env, interactive } = terminal;
  const native = await loadNative({ backend: options.backend ?? readEnvironment(env).backend });
  const source = chooseSource(options.config, env);
  const demo = source.kind === 'demo' ? await startDemo({ wordDelayMs: interactive ? watchedWordDelayMs : 0 }) : undefined;
  try {
    const config = await readChosen(source, { native, env, demo: demo ?? sampleDemo });
    const log = createLog({ level: options.logLevel ?? config.logs.level });
    try {
      await run({ options, terminal, native, source, config, log });
    } finally {
      await log.close();
    }
  } finally {
    await demo?.close();
  }
}

interface Run {
  readonly options: ServeOptions;
  readonly terminal: Terminal;
  readonly native: Native;
  readonly source: Source;
  /** As it was first read. */
  readonly config: Config;
  readonly log: Log;
}

async function run(context: Run): Promise<void> {
  const { options, config, log, source, terminal } = context;
  const host = options.host ?? config.server.host;
  const router = await openRouter(context, host);
  try {
    const watching = source.kind === 'file' ? watchConfig(source.file, { onChange: () => void router.reload() }) : undefined;
    await watching?.ready;
    const { headersTimeoutMs } = config.server;
    const listening = await listen(router, { host, port: options.port ?? config.server.port, headersTimeoutMs });
    announce(context, listening);
    const signal = await untilStopped({ onReload: () => void router.reload() });
    log.info('stopping', { signal, drainSeconds: router.settings.server.drainSeconds });
    terminal.err(`signalbox: stopping; open answers may finish (at most ${router.settings.server.drainSeconds} s)\n`);
    await watching?.close();
    await listening.close(router.settings.server.drainSeconds);
    log.info('stopped');
  } finally {
    await router.close();
  }
}

/** What outlives a reload is made here, once. */
async function openRouter({ options, terminal, native, source, config, log }: Run, host: string): Promise<LiveRouter> {
  const metrics = createMetrics({ process: true });
  const stores = createStores();
  const savings = createSavings({ baseline: mostExpensive(config.models)?.name });
  let first: Config | undefined = config;
  const load = async (): Promise<Config> => {
    const loaded = first ?? (await readChosen(source, { native, env: terminal.env, demo: sampleDemo }));
    first = undefined;
    requireKeys(host, loaded, options.insecure === true);
    return loaded;
  };
  const build = (next: Config) => createRouter(next, { native, metrics, stores, savings, log });
  return createLiveRouter({ load, build, log });
}

function announce({ terminal, config, native, source, log }: Run, { url }: Listening): void {
  const { flavor } = native.capabilities();
  const { dynamo, dynamoClassifier, models, decisions } = config;
  log.started({
    version,
    url,
    flavor,
    classifier: dynamo === undefined ? null : (dynamoClassifier?.modelPath ?? 'mock'),
    labels: dynamo === undefined ? [] : ['reasoning', 'non-reasoning'],
    windowTokens: dynamoClassifier?.maxLength ?? null,
    mode: usualMode(config),
    models: models.length,
    decisions: decisions.length,
  });
  terminal.err(banner({ version, url, source, config, flavor }, terminal.paintErr));
}
