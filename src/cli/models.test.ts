// Whole runs of `signalbox models`: what they print, where things lie after, and what they exit with.

import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../test/rigs/hub.js';
import { embedderFolder, guardFolder } from '../../test/rigs/model-folders.js';
import { publishedModels } from '../models/index.js';
import { run } from './run.js';
import { paint } from './terminal.js';

const scratch = mkdtempSync(join(tmpdir(), 'signalbox-models-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let hub: Hub;
let models: string;
beforeEach(async () => {
  models = mkdtempSync(join(scratch, 'models-'));
  hub = await startHub(embedderFolder(join(scratch, 'served')));
});
afterEach(() => hub.close());

async function cli(line: string, { interactive = false, ...env }: { readonly interactive?: boolean; readonly HF_ENDPOINT?: string } = {}) {
  let out = '';
  let err = '';
  const plain = paint(false);
  const code = await run(line.split(' '), {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    paintOut: plain,
    paintErr: plain,
    env: { SIGNALBOX_MODELS: models, HF_ENDPOINT: hub.url, ...env },
    interactive,
  });
  return { code, out, err };
}

describe('models list', () => {
  it('shows every model with size, licence and purpose', async () => {
    const { code, out, err } = await cli('models list');
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^id +size +licence +here +for$/);
    expect(lines.find((line) => line.startsWith('minilm-l6'))).toMatch(/small 23M +Apache-2\.0 +embeddings, English/);
    expect(lines.find((line) => line.startsWith('prompt-guard-2-86m'))).toMatch(/base 86M +Llama 4 Community License \*/);
    expect(out).toContain(models);
  });

  it('says it as JSON too, with what is here', async () => {
    await cli('models pull minilm-l6');
    const listed = JSON.parse((await cli('models list --json')).out);
    expect(listed).toHaveLength(publishedModels().length);
    const states = new Map(listed.map(({ id, state }: { id: string; state: string }) => [id, state]));
    expect([states.get('minilm-l6'), states.get('minilm-l12')]).toEqual(['present', 'absent']);
  });
});

describe('models pull', () => {
  it('brings a model, and verify finds it whole', async () => {
    const { code, out, err } = await cli('models pull minilm-l6');
    expect({ code, lines: err.trimEnd().split('\n') }).toEqual({ code: 0, lines: publishedModels()[0]?.files });
    expect(out).toMatch(/^ok minilm-l6: 5 files, [\d.]+ MB in .*minilm-l6\n {3}licence: Apache-2\.0\n {3}loadModel\('minilm-l6'\)\n$/);
    expect(await cli('models verify')).toEqual({ code: 0, out: 'ok minilm-l6\n', err: '' });
  });

  it('fetches a whole model again only when told to', async () => {
    await cli('models pull minilm-l6');
    const before = hub.seen.length;
    expect(await cli('models pull minilm-l6')).toMatchObject({ code: 0, out: expect.stringContaining('is here already') });
    expect(hub.seen.length).toBe(before);
    await cli('models pull minilm-l6 --again');
    expect(hub.seen.length).toBeGreaterThan(before);
    truncateSync(join(models, 'minilm-l6', 'model.safetensors'), 100);
    expect(await cli('models pull minilm-l6')).toMatchObject({ code: 0, out: expect.stringContaining('5 files') });
  });

  it('shows how far it is to somebody who watches', async () => {
    const { err } = await cli('models pull minilm-l6', { interactive: true });
    expect(err).toMatch(/model\.safetensors 100 % of [\d.]+ MB/);
  });

  it('takes a folder or an address instead of the hub', async () => {
    expect(await cli(`models pull minilm-l6 --from ${join(scratch, 'served')}`)).toMatchObject({ code: 0 });
    rmSync(join(models, 'minilm-l6'), { recursive: true });
    expect(await cli(`models pull minilm-l6 --from ${hub.url}/plain`)).toMatchObject({ code: 0 });
    expect(existsSync(join(models, 'minilm-l6', '1_Pooling', 'config.json'))).toBe(true);
  });

  it('says without a network what can be done', async () => {
    const { code, out, err } = await cli('models pull minilm-l6', { HF_ENDPOINT: 'http://127.0.0.1:9' });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^error 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\).*signalbox models import ID FOLDER.*\(DOWNLOAD_FAILED\)\n$/,
    );
  });

  it('knows what was probably meant', async () => {
    expect(await cli('models pull minilm-l66')).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean minilm-l6?') });
  });

  it('says where the folder cannot be written', async () => {
    writeFileSync(join(models, '.partial'), 'in the way');
    expect(await cli('models pull minilm-l6')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be written') });
  });
});

describe('models import and verify', () => {
  it('takes a folder, names what it wrote, and proves it', async () => {
    const folder = guardFolder(mkdtempSync(join(scratch, 'guard-')));
    const { code, out } = await cli(`models import prompt-guard-86m ${folder}`);
    expect(code).toBe(0);
    expect(out).toMatch(/names and prompts of the manifest written into config\.json\n {3}licence: Llama 3\.1 Community License/);
    expect(await cli('models verify prompt-guard-86m')).toMatchObject({ code: 0, out: 'ok prompt-guard-86m\n' });
    truncateSync(join(models, 'prompt-guard-86m', 'model.safetensors'), 100);
    const verified = await cli('models verify');
    expect(verified.code).toBe(1);
    expect(verified.out).toMatch(
      /^fault prompt-guard-86m: .*At model\.safetensors: expected \d+ bytes, received 100 bytes\. \(MODEL_INVALID\)\n$/,
    );
  });

  it('says what is missing', async () => {
    expect(await cli(`models import minilm-l6 ${models}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/At config\.json.*\(MODEL_INVALID\)/),
    });
    expect(await cli('models verify minilm-l6')).toMatchObject({
      code: 1,
      out: expect.stringContaining('signalbox models pull minilm-l6'),
    });
    expect(await cli('models verify')).toMatchObject({ code: 0, out: `There is no model in ${models}.\n` });
  });
});
