// Dynamo's own policy file, unchanged, in front of real models: the five checks of its test script, on the mock classifier.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultyUpstream, startFaultyUpstream } from '../rigs/faulty-upstream.js';
import { type Bin, startBin } from '../rigs/proxy.js';

const reasoner = 'deepseek-ai/DeepSeek-R1-Distill-Llama-8B';
const general = 'meta-llama/Meta-Llama-3.1-8B-Instruct';
const policy = `reasoning_model: ${reasoner}
general_model: ${general}
abstain_onprem_model: ${general}
threshold_min_conf: 0.6
`;
const hard = 'Prove that the square root of 2 is irrational. Show each step.';
const easy = 'What is the capital of France?';

let upstream: FaultyUpstream;
let folder: string;
const bins: Bin[] = [];

async function startWith(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Bin> {
  const bin = await startBin(args, { OPENAI_BASE_URL: upstream.baseUrl, ...env });
  bins.push(bin);
  return bin;
}

async function ask(bin: Bin, model: string, content: string, routing?: string) {
  const response = await fetch(`${bin.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(routing && { 'X-Dynamo-Routing': routing }) },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }], max_tokens: 64 }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  folder = await mkdtemp(path.join(tmpdir(), 'signalbox-dynamo-'));
  await writeFile(path.join(folder, 'semantic-router-binary.yaml'), policy);
});

afterAll(async () => {
  await Promise.all(bins.map((bin) => bin.stop()));
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each([
  ['--config', (file: string) => startWith(['--config', file], {})],
  ['SEMROUTER_CONFIG', (file: string) => startWith([], { SEMROUTER_ENABLED: 'true', SEMROUTER_CONFIG: file })],
])('a binary policy by %s', (_, start) => {
  let bin: Bin;
  beforeAll(async () => {
    bin = await start(path.join(folder, 'semantic-router-binary.yaml'));
  });

  it.each([
    ['reasoning queries go to the reasoning model', 'router', hard, 'auto', 200, reasoner],
    ['general queries go to the general model', 'router', easy, 'auto', 200, general],
    ['off uses the model that was asked for', general, hard, 'off', 200, general],
    ['force replaces it', general, hard, 'force', 200, reasoner],
    ['shadow does not', general, hard, 'shadow', 200, general],
    ['auto honours an explicit model', general, hard, 'auto', 200, general],
  ])('%s', async (_name, model, content, routing, status, served) => {
    expect(await ask(bin, model, content, routing)).toMatchObject({ status, answer: { model: served } });
    expect(upstream.journal.at(-1)?.body).toMatchObject({ model: served });
  });

  it('does not route by default, and says so', async () => {
    expect(await ask(bin, 'router', hard)).toMatchObject({ status: 400, answer: { error: { code: 'MODEL_ALIAS_WITHOUT_ROUTING' } } });
  });

  it('lists both models', async () => {
    const { data } = await bin.client.models.list();
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([reasoner, general]));
  });

  it('has the two metrics, in milliseconds where they say so', async () => {
    const text = await (await fetch(`${bin.url}/metrics`)).text();
    const labels = `route="enforce",target="${reasoner}",rationale="reasoning",winner="reasoning",transport="http"`;
    expect(text).toContain(`semantic_route_decisions_total{${labels}}`);
    expect(text).toMatch(/semantic_route_decisions_total\{route="shadow",[^}]*\} 1\n/);
    expect(text).toMatch(/semantic_classifier_latency_ms_bucket\{le="[\d.]+",transport="http"\} [1-9]/);
  });
});
