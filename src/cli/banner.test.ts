// The banner: every line of it true for the configuration, and a curl line that a shell understands.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../config/index.js';
import { demoConfig } from '../demo/demo-config.js';
import { type BannerFacts, banner } from './banner.js';
import { paint } from './terminal.js';

const parse = (text: string): Config => parseConfig(text, { file: 'test.yaml', env: { API_KEY: 'sk-secret-canary' } });
const demo = demoConfig('http://127.0.0.1:9/v1');

function shown(text: string, facts: Partial<BannerFacts> = {}): string {
  const all: BannerFacts = {
    version: '1.2.3',
    url: 'http://127.0.0.1:8080',
    source: { kind: 'demo' },
    config: parse(text),
    flavor: 'candle',
    ...facts,
  };
  return banner(all, paint(false));
}

const keyed = `${demo}identity: { apiKeys: [{ key: "\${API_KEY}", tenant: t }] }\n`;

describe('banner', () => {
  it('shows the demo whole', () => {
    expect(shown(demo).split('\n')).toEqual([
      'signalbox 1.2.3 routes each LLM request to the model that should answer it',
      '  serving   http://127.0.0.1:8080/v1',
      '  config    demo: pretended models in this process, no key, no network; --config FILE serves real ones',
      '  models    demo-small, demo-large, demo-reasoner',
      '  decisions reasoning, code, hard, general (default)',
      '  routing   on (auto): requests for the model "router"',
      '  native    candle',
      'try it:',
      expect.stringMatching(/^ {2}curl -N http:\/\/127\.0\.0\.1:8080\/v1\/chat\/completions /),
      '',
    ]);
  });

  it.each<[string, string, Partial<BannerFacts>, string]>([
    ['a file', demo, { source: { kind: 'file', file: 'a.yaml' } }, 'a.yaml (reloads when it changes)'],
    ['the environment', demo, { source: { kind: 'environment' } }, 'from API keys in the environment'],
    ['the stub', demo, { flavor: 'stub' }, 'stub (fast path and keywords, no models)'],
    ['routing off', `${demo}routing: { defaultMode: "off" }\n`, {}, 'off; a request may ask for it'],
    ['force', `${demo}routing: { defaultMode: force }\n`, {}, 'on (force): every request'],
    ['shadow', `${demo}routing: { defaultMode: shadow }\n`, {}, 'decided but not followed'],
    ['another alias', `${demo}routing: { alias: best }\n`, {}, 'the model "best"'],
    ['keys', keyed, {}, '-H "authorization: Bearer $API_KEY"'],
  ])('tells %s', (_, text, facts, expected) => {
    expect(shown(text, facts)).toContain(expected);
  });

  it('never shows a key', () => {
    expect(shown(keyed)).not.toContain('canary');
  });

  it('colours only where colours are wanted', () => {
    const facts: BannerFacts = { version: '1', url: 'http://x', source: { kind: 'demo' }, config: parse(demo), flavor: 'stub' };
    expect(banner(facts, paint(true))).toContain('\u001b[1m');
    expect(banner(facts, paint(false))).not.toContain('\u001b');
  });
});

describe('the curl line', () => {
  it.each([
    ['routed', demo, 'router'],
    ['with routing off', `${demo}routing: { defaultMode: "off" }\n`, 'demo-small'],
  ])('is what a shell takes apart into a good request, %s', (_, text, model) => {
    const line = shown(text).trimEnd().split('\n').at(-1) ?? '';
    const script = line.replace('curl', 'printf "%s\\n"');
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(words.slice(0, -1)).toEqual(['-N', 'http://127.0.0.1:8080/v1/chat/completions', '-H', 'content-type: application/json', '-d']);
    expect(JSON.parse(words.at(-1) ?? '')).toEqual({ model, stream: true, messages: [{ role: 'user', content: 'Hello!' }] });
  });
});
