// What `doctor` looks at: each question asked of this machine, and what the answer means.

import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { readEnvironment } from '../config/index.js';
import { asRouterError } from '../errors.js';
import { type Capabilities, type Flavor, flavors, loadNative, type Native } from '../native/index.js';
import { version } from '../version.js';
import { chooseSource, readChosen, sampleDemo } from './chosen-config.js';
import type { Terminal } from './terminal.js';

/** `fail`: signalbox will not start like this. `note`: it will, but somebody may want to know. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'fail';
  readonly detail: string;
}

export interface FlavorFinding {
  readonly flavor: Flavor;
  readonly loads: boolean;
  /** Why not. */
  readonly reason: string | null;
  readonly capabilities: Capabilities | null;
}

export interface Diagnosis {
  readonly ok: boolean;
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly flavors: readonly FlavorFinding[];
  /** The flavor that `serve` would load. */
  readonly flavor: string | null;
  /** Names of the variables that are set and read, never their values. */
  readonly environment: readonly string[];
  readonly findings: readonly Finding[];
}

export interface DiagnosisOptions {
  readonly config?: string;
}

type Environment = Terminal['env'];

const oldestNode: readonly [number, number] = [20, 19];
const loopDelayLimitMs = 50;
const readVariables = /^(SIGNALBOX|SEMROUTER)_|_(API_KEY|BASE_URL)$|^NO_COLOR$/;

/** Asks everything; never rejects. */
export async function diagnose({ config }: DiagnosisOptions, env: Environment): Promise<Diagnosis> {
  const found = await Promise.all(flavors.map(flavorFinding));
  const chosen = await attempt('native addon', async () => loadNative({ backend: readEnvironment(env).backend }));
  const native = chosen.value;
  const findings: readonly Finding[] = [
    nodeFinding(),
    native === undefined ? chosen.finding : { ...chosen.finding, detail: `serves with ${native.capabilities().flavor}` },
    ...(native === undefined ? [] : [await configFinding(config, native, env)]),
    await portFinding(env),
    await loopFinding(),
  ];
  return {
    ok: findings.every(({ state }) => state !== 'fail'),
    version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    flavors: found,
    flavor: native?.capabilities().flavor ?? null,
    environment: Object.keys(env)
      .filter((name) => readVariables.test(name))
      .toSorted(),
    findings,
  };
}

interface Attempt<Value> {
  readonly value: Value | undefined;
  readonly finding: Finding;
}

/** Whether `task` succeeds, as a finding: where not, its message says why. */
async function attempt<Value>(name: string, task: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await task(), finding: { name, state: 'ok', detail: '' } };
  } catch (thrown) {
    return { value: undefined, finding: { name, state: 'fail', detail: asRouterError(thrown).message } };
  }
}

async function flavorFinding(flavor: Flavor): Promise<FlavorFinding> {
  const { value, finding } = await attempt(flavor, () => loadNative({ backend: flavor }));
  return {
    flavor,
    loads: value !== undefined,
    reason: value === undefined ? finding.detail : null,
    capabilities: value?.capabilities() ?? null,
  };
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return { name: 'node', state: recent ? 'ok' : 'fail', detail: `${process.versions.node}, needs ${oldestNode.join('.')} or later` };
}

async function configFinding(flag: string | undefined, native: Native, env: Environment): Promise<Finding> {
  const { value, finding } = await attempt('configuration', async () => {
    const source = chooseSource(flag, env);
    const { models, decisions } = await readChosen(source, { native, env, demo: sampleDemo });
    const from = source.kind === 'file' ? source.file : source.kind;
    return `${from}: ${models.length} models, ${decisions.length} decisions`;
  });
  return value === undefined ? finding : { ...finding, detail: value };
}

async function portFinding(env: Environment): Promise<Finding> {
  const { value, finding } = await attempt('port', async () => {
    const { host = '127.0.0.1', port = 8080 } = readEnvironment(env);
    return { address: `${host}:${port}`, free: await isFree(host, port) };
  });
  if (value === undefined) return finding;
  return value.free
    ? { ...finding, detail: `${value.address} is free` }
    : { name: 'port', state: 'note', detail: `${value.address} is taken; serve needs another --port` };
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

async function loopFinding(): Promise<Finding> {
  const watch = monitorEventLoopDelay({ resolution: 5 });
  watch.enable();
  await delay(200);
  watch.disable();
  const lateMs = Math.max(0, watch.percentile(99) / 1e6 - 5);
  const calm = lateMs < loopDelayLimitMs;
  return {
    name: 'event loop',
    state: calm ? 'ok' : 'note',
    detail: `p99 delay ${lateMs.toFixed(1)} ms while idle${calm ? '' : '; this machine is busy'}`,
  };
}
