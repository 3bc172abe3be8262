// Labels: what a publisher wrote, and what it is called here.

import { describe, expect, it } from 'vitest';
import { ourLabels, readLabels } from './labels.js';
import type { LabelledHead } from './manifest.js';

const guard: LabelledHead = { name: 'jailbreak', task: 'sequence', labels: ['benign', 'jailbreak'], published: { MALICIOUS: 'jailbreak' } };
const listed: LabelledHead = { name: 'pii', task: 'token', labelsFile: 'pii_type_mapping.json' };
const feedback: LabelledHead = {
  name: 'feedback',
  task: 'sequence',
  labels: ['satisfied', 'need-clarification'],
  published: { SAT: 'satisfied' },
};

describe('what a configuration says', () => {
  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ['in any order', { id2label: { 1: 'b', 0: 'a' } }, ['a', 'b']],
    ['as numbers', { id2label: { 0: 0, 1: 1 } }, ['0', '1']],
    ['as a count', { num_labels: 3 }, ['LABEL_0', 'LABEL_1', 'LABEL_2']],
    ['not at all', {}, ['LABEL_0', 'LABEL_1']],
  ])('%s', (_name, config, labels) => {
    expect(readLabels(config)).toEqual(labels);
  });

  it.each([{ id2label: {} }, { id2label: { 1: 'a' } }, { id2label: ['a'] }, { id2label: 'a' }, { num_labels: -1 }])(
    'refuses %j',
    (config) => {
      expect(() => readLabels(config)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
    },
  );
});

describe('what it is called here', () => {
  it.each<[string, readonly string[], LabelledHead, Record<string, unknown> | undefined, readonly string[]]>([
    ['counted: by the order of the manifest', ['LABEL_0', 'LABEL_1'], guard, undefined, ['benign', 'jailbreak']],
    ['named: one by one, whatever the order', ['MALICIOUS', 'BENIGN'], guard, undefined, ['jailbreak', 'benign']],
    ['named otherwise: left', ['ham', 'spam'], guard, undefined, ['ham', 'spam']],
    ['case and joints aside', ['SAT', 'NEED_CLARIFICATION'], feedback, undefined, ['satisfied', 'need-clarification']],
    ['counted: by the publisher’s own list', ['LABEL_0', 'LABEL_1'], listed, { idx_to_label: { 0: 'O', 1: 'B-AGE' } }, ['O', 'B-AGE']],
    ['counted: categories too', ['LABEL_0', 'LABEL_1'], listed, { idx_to_category: { 0: 'law', 1: 'math' } }, ['law', 'math']],
    ['counted, and nobody knows', ['LABEL_0', 'LABEL_1'], listed, undefined, ['LABEL_0', 'LABEL_1']],
  ])('%s', (_name, found, head, file, labels) => {
    expect(ourLabels(found, head, file)).toEqual(labels);
  });

  it('refuses a list of another length', () => {
    const ask = () => ourLabels(['LABEL_0', 'LABEL_1', 'LABEL_2'], guard);
    expect(ask).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', at: 'config.json:id2label' }));
  });
});
