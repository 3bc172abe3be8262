// Starts the proxy under test: in this process around a config object, or as the built bin in its own process.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import { stringify } from 'yaml';
import { createRouter, loadConfig } from '../../src/index.js';
import { createServer } from '../../src/server/index.js';
import { closedPort } from './faulty-upstream.js';

export type Config = Readonly<Record<string, unknown>>;
/** One sample per series: `name{label="value"}` → value. */
export type Metrics = ReadonlyMap<string, number>;

export interface Endpoint {
  readonly url: string;
  readonly port: number;
  /** The real client, without retries of its own. */
  readonly client: OpenAI;
  readonly metrics: () => Promise<Metrics>;
}

export interface RunningProxy extends Endpoint {
  readonly server: Server;
  readonly stop: () => Promise<void>;
}

export interface Bin extends Endpoint {
  readonly child: ChildProcess;
  /** Everything the process has printed so far. */
  readonly log: () => string;
  /** The exit code, or the name of the signal that killed it. */
  readonly exited: Promise<number | string>;
  /** SIGTERM, then the exit. */
  readonly stop: () => Promise<number | string>;
}

export interface ProxyOptions {
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Settings of the developer's shell that would change what the proxy does. */
const foreign = /^(SIGNALBOX|SEMROUTER|OPENAI|ANTHROPIC|GEMINI|GOOGLE|AZURE|AWS|MISTRAL|GROQ)_/;

/** The usual config: `models` in one chain over one upstream, everything else at its default. */
export function chainConfig(baseUrl: string, models: readonly string[] = ['m1'], rest: Config = {}): Config {
  return {
    providers: [{ name: 'rig', type: 'openai-compatible', baseUrl }],
    models: models.map((name) => ({ name, provider: 'rig', contextTokens: 128_000 })),
    decisions: [{ name: 'all', models }],
    defaultDecision: 'all',
    ...rest,
  };
}

/** One chain as well, but every model at a provider of its own: no shared quota, no shared breaker. */
export function ownProviders(models: readonly string[], baseUrlOf: (model: string) => string): Config {
  return {
    providers: models.map((name) => ({
      name: `at-${name}`,
      type: 'openai-compatible',
      baseUrl: baseUrlOf(name),
      apiKey: `sk-key-${name}`,
    })),
    models: models.map((name) => ({ name, provider: `at-${name}`, contextTokens: 128_000 })),
    decisions: [{ name: 'all', models }],
    defaultDecision: 'all',
  };
}

/** Listens on a free loopback port in this process, without logs unless `config` asks for them. */
export async function startProxy(config: Config, options: ProxyOptions = {}): Promise<RunningProxy> {
  const { file, remove } = await configFile({ logs: { level: 'silent' }, ...config });
  const router = await createRouter(await loadConfig(file));
  const app = createServer(router);
  const server = await new Promise<Server>((resolve, reject) => {
    const listening: Server = app.listen(0, '127.0.0.1', () => resolve(listening));
    listening.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
    await router.close();
    await remove();
  };
  return { ...endpoint(port, options), server, stop };
}

/** Runs `signalbox serve` on a free port, from `dist/` unless another `script` is named, and waits until it is ready. */
export async function startBin(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  script = join(root, 'dist/cli/main.js'),
): Promise<Bin> {
  const port = await closedPort();
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const child = spawn(process.execPath, [script, 'serve', '--host', '127.0.0.1', '--port', String(port), ...args], {
    cwd: tmpdir(),
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text: Buffer) => (output += text.toString()));
  const exited = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  const bin: Bin = { ...endpoint(port, {}), child, log: () => output, exited, stop };
  await Promise.race([
    ready(bin),
    exited.then((code) => Promise.reject(new Error(`the bin exited with ${code} before it was ready: ${output}`))),
  ]);
  return bin;
}

/** Like `startBin`, with `config` written to a file first. */
export async function startBinWith(config: Config): Promise<Bin & { readonly configPath: string }> {
  const { file, remove } = await configFile(config);
  const bin = await startBin(['--config', file]);
  const exited = bin.exited.finally(remove);
  return { ...bin, exited, configPath: file };
}

/** `config` as YAML text: what `configFile` writes, and what a reload test writes over it. */
export function yaml(config: Config): string {
  return stringify(config);
}

/** The sum of all series called `name` whose labels contain every one of `labels`. */
export function total(metrics: Metrics, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum = 0;
  for (const [series, value] of metrics) {
    const matches = series === name || series.startsWith(`${name}{`);
    if (matches && wanted.every((label) => series.includes(label))) sum += value;
  }
  return sum;
}

/** Polls `check` until it holds; a condition that never comes ends with the test's own time limit. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await delay(5);
}

function endpoint(port: number, options: ProxyOptions): Endpoint {
  const url = `http://127.0.0.1:${port}`;
  const client = new OpenAI({
    baseURL: `${url}/v1`,
    apiKey: options.apiKey ?? 'rig',
    maxRetries: 0,
    defaultHeaders: options.headers ?? {},
  });
  return { url, port, client, metrics: async () => parseMetrics(await (await fetch(`${url}/metrics`)).text()) };
}

async function ready(bin: Bin): Promise<void> {
  await until(() =>
    fetch(`${bin.url}/readyz`).then(
      (response) => response.ok,
      () => false,
    ),
  );
}

async function configFile(config: Config): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-rig-'));
  const file = join(folder, 'signalbox.yaml');
  await writeFile(file, yaml(config));
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

function parseMetrics(text: string): Metrics {
  const samples = text.split('\n').flatMap((line): [string, number][] => {
    const match = /^([a-zA-Z_:][^ {]*(?:\{.*\})?) (\S+)/.exec(line);
    return match?.[1] === undefined ? [] : [[match[1], Number(match[2])]];
  });
  return new Map(samples);
}
