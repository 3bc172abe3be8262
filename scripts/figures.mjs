// Sends every prompt of a corpus folder through the demo proxy, then measures the model: `npm run figures -- DIR [--limit N] [--only-model] [--model FOLDER_OR_ID]`.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { freePort, ready, startProcess } from '../bench/rigs/processes.mjs';
import { quantile } from '../bench/statistics.mjs';
import { modelOptions, printModelFigures } from './model-figures.mjs';
import { printText } from './text-figures.mjs';
import { printTierFigures } from './tier-figures.mjs';

const concurrency = 8;
const tiers = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING', 'AGENTIC'];
const headers = [
  'x-request-id',
  'x-signalbox-model',
  'x-signalbox-decision',
  'x-signalbox-confidence',
  'x-signalbox-tier',
  'server-timing',
];
const thresholds = [0.6, 0.7, 0.8, 0.9];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { limit: { type: 'string' }, 'only-model': { type: 'boolean', default: false }, ...modelOptions },
});

/** Without a folder only the frozen sets measure, and only the model. */
async function main() {
  const [folder] = positionals;
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (folder !== undefined && !options['only-model']) await printProxyFigures(folder, limit);
  await printModelFigures({ ...options, folder, limit });
}

async function printProxyFigures(folder, limit) {
  const prompts = path.join(folder, 'prompts.jsonl');
  if (!existsSync(prompts)) throw new Error(`${prompts} does not exist; it holds one {"text": …} a line.`);
  const rows = readRows(prompts).slice(0, limit);
  const port = await freePort();
  const script = path.join(import.meta.dirname, '../dist/cli/main.js');
  const server = startProcess({ script, args: ['serve', '--host', '127.0.0.1', '--port', port] });
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(`${url}/readyz`, server);
    const { answers, faults, tookSeconds } = await askAll(url, rows);
    const metrics = await readMetrics(url);
    printAnswers(rows, answers, tookSeconds);
    faults.push(...countFaults(metrics, rows.length, answers));
    await printScores(rows, folder);
    for (const fault of faults.slice(0, 20)) console.log(`off: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
    print('off', faults.length);
  } finally {
    const code = await server.stop();
    print('exit code of the proxy', code);
    if (code !== 0) process.exitCode = 1;
  }
}

const print = (name, ...values) => console.log(`${name}: ${values.join(' ')}`);
const percent = (count, all) => `${((100 * count) / all).toFixed(1)} %`;
const readRows = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Every row once, every second one streamed. */
async function askAll(url, rows) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'demo', maxRetries: 0 });
  const answers = [];
  const faults = [];
  let next = 0;
  const startedAt = performance.now();
  const work = async () => {
    for (let index = next++; index < rows.length; index = next++) {
      try {
        const answer = await (index % 2 === 1 ? askStream : askWhole)(client, rows[index].text);
        const fault = faultOf(answer);
        if (fault === undefined) answers.push(answer);
        else faults.push(`row ${index + 1}: ${fault}`);
      } catch (error) {
        faults.push(`row ${index + 1}: ${error.status ?? ''} ${error.message.slice(0, 120)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { answers, faults, tookSeconds: (performance.now() - startedAt) / 1000 };
}

const request = (text) => ({ model: 'router', messages: [{ role: 'user', content: text }] });

async function askWhole(client, text) {
  const startedAt = performance.now();
  const { data, response } = await client.chat.completions.create(request(text)).withResponse();
  const [choice] = data.choices;
  return {
    ...headOf(response),
    content: choice?.message.content,
    finish: choice?.finish_reason,
    named: data.model,
    tookMs: performance.now() - startedAt,
  };
}

async function askStream(client, text) {
  const startedAt = performance.now();
  const { data, response } = await client.chat.completions.create({ ...request(text), stream: true }).withResponse();
  let content = '';
  let finish;
  let named;
  for await (const chunk of data) {
    content += chunk.choices[0]?.delta.content ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    named = chunk.model;
  }
  return { ...headOf(response), content, finish, named, tookMs: performance.now() - startedAt };
}

function headOf(response) {
  const of = (name) => response.headers.get(`x-signalbox-${name}`);
  return {
    missing: headers.filter((name) => !response.headers.get(name)),
    model: of('model'),
    decision: of('decision'),
    tier: of('tier'),
    confidence: Number(of('confidence')),
  };
}

function faultOf({ missing, content, finish, named, model, tier, confidence }) {
  if (missing.length > 0) return `the answer lacks ${missing.join(', ')}`;
  if (!content) return 'the answer is empty';
  if (!finish) return 'the answer has no finish reason';
  if (named !== model) return `the body names ${named}, the header ${model}`;
  if (!tiers.includes(tier)) return `there is no tier ${tier}`;
  return confidence >= 0 && confidence <= 1 ? undefined : `a confidence of ${confidence}`;
}

function printAnswers(rows, answers, tookSeconds) {
  print('prompts', rows.length);
  print('answered as they should be', answers.length);
  print('requests a second', Math.round(rows.length / tookSeconds), `(${concurrency} at a time, one core for everything but the proxy)`);
  print(
    'answer time p50, p99 ms',
    ...[0.5, 0.99].map((share) =>
      quantile(
        answers.map(({ tookMs }) => tookMs),
        share,
      ).toFixed(2),
    ),
  );
  for (const tier of tiers) print(`tier ${tier}`, ...share(answers, (answer) => answer.tier === tier));
  for (const key of ['decision', 'model']) {
    for (const value of [...new Set(answers.map((answer) => answer[key]))].sort())
      print(`${key} ${value}`, ...share(answers, (answer) => answer[key] === value));
  }
}

function share(all, matches) {
  const count = all.filter(matches).length;
  return [count, `(${percent(count, all.length)})`];
}

/** What the native functions themselves say to every prompt, and to the rows that corpora of tiers and languages add. */
async function printScores(rows, folder) {
  const { loadNative } = await import('../dist/native/index.js');
  const native = await loadNative();
  const scores = rows.map(({ text }) => native.scoreFastPath(text));
  for (const threshold of thresholds)
    print(`scorer sure at confidence ${threshold}`, ...share(scores, ({ confidence }) => confidence >= threshold));
  print('ambiguous', ...share(scores, ({ ambiguous }) => ambiguous));
  print('agentic', ...share(scores, ({ agentic }) => agentic));
  for (const name of Object.keys(scores[0]?.dimensions ?? {})) {
    print(`dimension ${name} not zero`, ...share(scores, ({ dimensions }) => dimensions[name].score !== 0));
  }
  printTierFigures({ native, folder, tiers, print, share });
  printText(native, folder);
}

/** Every sample as [name, labels, value]. */
async function readMetrics(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name,
    labels,
    value: Number(value),
  }));
}

function countFaults(metrics, requests, answers) {
  const total = (name, label = '') =>
    metrics.filter((one) => one.name === name && one.labels.includes(label)).reduce((sum, { value }) => sum + value, 0);
  const expected = [
    ['sr_request_total', total('sr_request_total'), requests],
    ['sr_request_total with status 200', total('sr_request_total', 'status="200"'), requests],
    ['sr_request_duration_seconds_count', total('sr_request_duration_seconds_count'), requests],
    ['sr_fastpath_decisions_total', total('sr_fastpath_decisions_total'), requests],
    ...tiers.map((tier) => [
      `sr_fastpath_decisions_total of ${tier}`,
      total('sr_fastpath_decisions_total', `tier="${tier}"`),
      answers.filter((answer) => answer.tier === tier).length,
    ]),
  ];
  const bypassed = total('sr_fastpath_bypassed_total');
  print('settled by the fast path in the proxy', bypassed, `(${percent(bypassed, requests)})`);
  print('sr_request_total', total('sr_request_total'));
  return expected.filter(([, counted, right]) => counted !== right).map(([name, counted, right]) => `${name} is ${counted}, not ${right}`);
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
