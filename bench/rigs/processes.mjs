// Starts the processes of a bench, each on its core where the system can pin, and asks them what they used.

import { spawn, spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const probe = path.join(import.meta.dirname, 'probe.mjs');
const startLimitMs = 30_000;
const foreign = /^(SIGNALBOX|SEMROUTER|OPENAI|ANTHROPIC|GEMINI|GOOGLE|AZURE|AWS|MISTRAL|GROQ)_/;

export const canPin = os.platform() === 'linux' && os.cpus().length > 1 && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0;

/** A free loopback port. */
export function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Runs `node script args` on `core`. Its stdout goes to the null device, like a service's log would leave it; what it writes
 * to stderr is shown when it fails to start.
 */
export function startProcess({ script, args = [], core, env = {} }) {
  const command = [process.execPath, '--import', probe, script, ...args.map(String)];
  const [file, ...rest] = canPin && core !== undefined ? ['taskset', '-c', String(core), ...command] : command;
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const child = spawn(file, rest, {
    stdio: ['ignore', openSync(os.devNull, 'w'), 'pipe', 'ipc'],
    env: { ...clean, NODE_ENV: 'production', ...env },
  });
  let errors = '';
  child.stderr.on('data', (bytes) => {
    errors = (errors + bytes).slice(-4000);
  });
  let stopping = false;
  const exited = new Promise((resolve) =>
    child.once('exit', (code, signal) => {
      if (!stopping) console.error(`${script} ended by itself with ${code ?? signal}\n${errors}`);
      resolve(code ?? signal);
    }),
  );
  const listening = new Promise((resolve) => child.on('message', (message) => message.listening === true && resolve()));
  return {
    child,
    /** Resolves when a process that takes tasks has said so; what is sent before is lost. */
    listening,
    errors: () => errors,
    /** `deep`: after a collection, with heap, anonymous memory, descriptors and handles. */
    usage: (deep = false) => usage(child, deep),
    ask: (task) => ask(child, task),
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const code = await exited;
      clearTimeout(timer);
      return code;
    },
  };
}

/** Resolves when `url` answers 200 to a GET. */
export async function ready(url, { child, errors }) {
  for (const startedAt = Date.now(); Date.now() - startedAt < startLimitMs; await delay(50)) {
    if (child.exitCode !== null) throw new Error(`${url}: the process ended with ${child.exitCode}\n${errors()}`);
    if (await answers(url)) return;
  }
  throw new Error(`${url}: not ready after ${startLimitMs / 1000} s\n${errors()}`);
}

function answers(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

const usage = (child, deep) => reply(child, { probe: true, deep }, (message) => message.probe === true);

async function ask(child, task) {
  const answer = await reply(child, { task }, (message) => message.task === task.name);
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.result;
}

function reply(child, message, matches) {
  return new Promise((resolve, reject) => {
    const onMessage = (received) => {
      if (!matches(received)) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(received);
    };
    const onExit = (code, signal) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}`));
    if (!child.connected) return onExit(child.exitCode, child.signalCode);
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send(message);
  });
}
