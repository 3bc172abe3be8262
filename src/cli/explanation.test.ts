// The explanation for people: everything of the report is in it, and nothing that is not.

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/index.js';
import { demoConfig } from '../demo/demo-config.js';
import type { RouteResult } from '../pipeline/report.js';
import { explanation } from './explanation.js';
import { paint } from './terminal.js';

const config = parseConfig(demoConfig('http://127.0.0.1:9/v1'), { file: 'demo.yaml', env: {} });

const result: RouteResult = {
  decision: 'code',
  model: 'demo-large',
  tier: 'MEDIUM',
  confidence: 0.5,
  by: 'rules',
  reason: 'The rules of decision code hold.',
  fastPath: { score: 0.041, confidence: 0.62, ambiguous: true, agentic: false },
  dimensions: {
    tokenCount: { score: -1, evidence: '4 tokens' },
    codePresence: { score: 0.5, evidence: '1 word' },
    outputFormat: { score: 0, evidence: '' },
  },
  signals: [{ signal: 'keyword', key: 'name', value: 'code', confidence: 0.5, evidence: 'refactor' }],
  rules: [
    {
      decision: 'reasoning',
      matched: false,
      confidence: 0,
      rules: {
        type: 'signal',
        signal: 'keyword',
        key: 'name',
        value: 'proof',
        minConfidence: 0.6,
        actual: 0.25,
        matched: false,
        confidence: 0,
      },
    },
    {
      decision: 'code',
      matched: true,
      confidence: 0.5,
      rules: {
        type: 'AND',
        matched: true,
        confidence: 0.5,
        children: [
          { type: 'signal', signal: 'keyword', key: 'name', value: 'code', minConfidence: 0, actual: 0.5, matched: true, confidence: 0.5 },
          {
            type: 'NOT',
            matched: true,
            confidence: 1,
            children: [
              {
                type: 'signal',
                signal: 'keyword',
                key: 'name',
                value: 'small-talk',
                minConfidence: 0,
                actual: undefined,
                matched: false,
                confidence: 0,
              },
            ],
          },
        ],
      },
    },
  ],
  candidates: [
    { model: 'demo-large', score: 1 },
    { model: 'demo-small', score: 0.5 },
    { model: 'tiny', score: 0, rejected: 'context: needs about 10 tokens, has 5' },
  ],
  timingsMs: { prescan: 0.02, decide: 0.0149 },
};

const shown = (change: Partial<RouteResult> = {}) => explanation({ ...result, ...change }, { config, paint: paint(false) });

describe('explanation', () => {
  it('shows a routed prompt whole', () => {
    expect(shown().split('\n')).toEqual([
      'model      demo-large',
      'decision   code, confidence 0.50, by rules',
      'why        The rules of decision code hold.',
      'tier       MEDIUM, score +0.04, confidence 0.62: below the threshold 0.70, so the rules decide',
      '',
      'fast path',
      '  tokenCount            ██████████ -1.00  4 tokens',
      '  codePresence          █████····· +0.50  1 word',
      '',
      'signals',
      '  keyword name=code  0.50  refactor',
      '',
      'rules',
      '  ✗ reasoning',
      '    ✗ keyword name=proof at least 0.60 (found 0.25)',
      '  ✓ code  0.50',
      '    ✓ AND  0.50',
      '      ✓ keyword name=code  0.50',
      '      ✓ NOT  1.00',
      '        ✗ keyword name=small-talk',
      '',
      'models',
      '  ✓ demo-large  1.00',
      '  ✓ demo-small  0.50  if the ones before fail',
      '  ✗ tiny        context: needs about 10 tokens, has 5',
      '',
      'time (cold)',
      '  prescan 0.02 · decide 0.01 · total 0.03 ms',
      '',
    ]);
  });

  it.each<[string, Partial<RouteResult>, string]>([
    [
      'a sure tier',
      { fastPath: { score: -0.2, confidence: 0.98, ambiguous: false, agentic: false }, tier: 'SIMPLE' },
      'score -0.20, confidence 0.98: leads to general',
    ],
    [
      'an agentic one',
      { fastPath: { score: 0.6, confidence: 0.9, ambiguous: false, agentic: true }, tier: 'COMPLEX' },
      'COMPLEX, agentic, score +0.60, confidence 0.90: leads to hard',
    ],
    ['a request that is not routed', { fastPath: null, tier: null, dimensions: {} }, 'not scored: nothing is routed'],
  ])('tells %s', (_, change, expected) => {
    expect(shown(change)).toContain(expected);
  });

  it('leaves empty sections out', () => {
    const text = shown({ dimensions: {}, signals: [], rules: [] });
    expect(text).not.toMatch(/^(fast path|signals|rules)$/m);
  });
});
