// The arms of the proxy bench: an instant upstream alone, behind two bare Node pass-throughs, and behind signalbox.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, ready, startProcess } from './rigs/processes.mjs';

const here = import.meta.dirname;
const gatewayCore = 0;
const restCore = 1;

/** Fast path, a keyword signal, metrics and request logs: everything that is there without a model. */
const config = (upstreamPort) => `
providers: [{ name: bench, type: openai-compatible, baseUrl: "http://127.0.0.1:${upstreamPort}/v1" }]
models: [{ name: fake, provider: bench, contextTokens: 128000, price: { input: 0.15, output: 0.60 } }]
fastPath: { enabled: true, threshold: 0.7, tiers: { SIMPLE: general } }
signals: { keywords: [{ name: urgent, operator: OR, keywords: [urgent, asap, immediately] }] }
decisions:
  - { name: urgent, priority: 10, rules: { signal: keyword, name: urgent }, models: [fake] }
  - { name: general, models: [fake] }
defaultDecision: general
logs: { level: info }
`;

/** Starts everything. The order of `arms` is the order in which they are measured. */
export async function startArms() {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-bench-'));
  const configFile = path.join(folder, 'signalbox.yaml');
  const started = [];
  const start = async (name, script, core, argsOf, readyPath) => {
    const port = await freePort();
    const running = startProcess({ script: path.join(here, script), args: argsOf(port), core });
    started.push(running);
    await ready(`http://127.0.0.1:${port}${readyPath}`, running);
    return { name, port, url: `http://127.0.0.1:${port}/v1/chat/completions`, process: running };
  };
  const stop = async () => {
    for (const { stop } of [...started].reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const direct = await start('direct', 'rigs/upstream.mjs', restCore, (port) => [port], '/');
    writeFileSync(configFile, config(direct.port));
    const toUpstream = (port) => [port, direct.port];
    const serve = (port) => ['serve', '--config', configFile, '--host', '127.0.0.1', '--port', port];
    const arms = [
      direct,
      await start('bare-http', 'rigs/bare-http.mjs', gatewayCore, toUpstream, '/'),
      await start('bare-undici', 'rigs/bare-undici.mjs', gatewayCore, toUpstream, '/'),
      await start('signalbox', '../dist/cli/main.js', gatewayCore, serve, '/readyz'),
    ];
    const load = startProcess({ script: path.join(here, 'rigs/load.mjs'), core: restCore });
    started.push(load);
    await load.listening;
    return { arms, load, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
