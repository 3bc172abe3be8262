// The mode matrix: every mode header × every kind of model × every state of the classifier, for a Dynamo policy.

import { expect, test } from 'vitest';
import { RouterError } from '../errors.js';
import type { Classifier } from './classifier.js';
import { dynamoDecider } from './decider.js';
import { dynamoOptions } from './dynamo.js';
import { planRouting, routingOptions } from './modes.js';

const policy = dynamoOptions.parse({ reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A', threshold_min_conf: 0.6 });

type Case = readonly [mode: string, model: string, classifier: string, served: string, recorded: string];

/** served: the model that answers, or the error; recorded: what was computed. `named` is an explicit model. */
const cases: readonly Case[] = [
  ['off', 'alias', 'ok', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'alias', 'low', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'alias', 'error', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'empty', 'ok', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'empty', 'low', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'empty', 'error', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['off', 'explicit', 'ok', 'named', '-'],
  ['off', 'explicit', 'low', 'named', '-'],
  ['off', 'explicit', 'error', 'named', '-'],

  ['auto', 'alias', 'ok', 'R', 'R reasoning'],
  ['auto', 'alias', 'low', 'A', 'A abstain_low_confidence'],
  ['auto', 'alias', 'error', 'A', 'A classifier_error'],
  ['auto', 'empty', 'ok', 'R', 'R reasoning'],
  ['auto', 'empty', 'low', 'A', 'A abstain_low_confidence'],
  ['auto', 'empty', 'error', 'A', 'A classifier_error'],
  ['auto', 'explicit', 'ok', 'named', '-'],
  ['auto', 'explicit', 'low', 'named', '-'],
  ['auto', 'explicit', 'error', 'named', '-'],

  ['shadow', 'alias', 'ok', 'A', 'R reasoning'],
  ['shadow', 'alias', 'low', 'A', 'A abstain_low_confidence'],
  ['shadow', 'alias', 'error', 'A', 'A classifier_error'],
  ['shadow', 'empty', 'ok', 'A', 'R reasoning'],
  ['shadow', 'empty', 'low', 'A', 'A abstain_low_confidence'],
  ['shadow', 'empty', 'error', 'A', 'A classifier_error'],
  ['shadow', 'explicit', 'ok', 'named', 'R reasoning'],
  ['shadow', 'explicit', 'low', 'named', 'A abstain_low_confidence'],
  ['shadow', 'explicit', 'error', 'named', 'A classifier_error'],

  ['force', 'alias', 'ok', 'R', 'R reasoning'],
  ['force', 'alias', 'low', 'A', 'A abstain_low_confidence'],
  ['force', 'alias', 'error', 'A', 'A classifier_error'],
  ['force', 'empty', 'ok', 'R', 'R reasoning'],
  ['force', 'empty', 'low', 'A', 'A abstain_low_confidence'],
  ['force', 'empty', 'error', 'A', 'A classifier_error'],
  ['force', 'explicit', 'ok', 'R', 'R reasoning'],
  ['force', 'explicit', 'low', 'A', 'A abstain_low_confidence'],
  ['force', 'explicit', 'error', 'A', 'A classifier_error'],

  ['missing', 'alias', 'ok', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'alias', 'low', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'alias', 'error', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'empty', 'ok', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'empty', 'low', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'empty', 'error', 'MODEL_ALIAS_WITHOUT_ROUTING', '-'],
  ['missing', 'explicit', 'ok', 'named', '-'],
  ['missing', 'explicit', 'low', 'named', '-'],
  ['missing', 'explicit', 'error', 'named', '-'],

  ['unknown', 'alias', 'ok', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'alias', 'low', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'alias', 'error', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'empty', 'ok', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'empty', 'low', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'empty', 'error', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'explicit', 'ok', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'explicit', 'low', 'ROUTING_MODE_UNKNOWN', '-'],
  ['unknown', 'explicit', 'error', 'ROUTING_MODE_UNKNOWN', '-'],
];

const models: Readonly<Record<string, string>> = { alias: 'router', empty: '', explicit: 'named' };

const answers: Readonly<Record<string, Classifier['classify']>> = {
  ok: async () => ({ reasoning: 0.85, 'non-reasoning': 0.15 }),
  low: async () => ({ reasoning: 0.55, 'non-reasoning': 0.45 }),
  error: () => Promise.reject(new Error('the session is gone')),
};

const headerNames = ['x-signalbox-routing', 'X-Dynamo-Routing'];

test('the table has every combination once', () => {
  expect(new Set(cases.map(([mode, model, classifier]) => `${mode} ${model} ${classifier}`)).size).toBe(6 * 3 * 3);
});

for (const header of headerNames) {
  test.each(cases)(`${header}: %s, %s model, classifier %s → %s, recorded %s`, async (mode, model, answer, served, recorded) => {
    expect(await serve(header, mode, models[model] ?? '', answers[answer])).toEqual({ served, recorded });
  });
}

async function serve(header: string, mode: string, model: string, classify: Classifier['classify'] | undefined) {
  if (classify === undefined) throw new Error('no such classifier');
  const decider = dynamoDecider({ policy, classifier: { name: 'fake', labels: ['reasoning', 'non-reasoning'], classify } });
  const headers = mode === 'missing' ? {} : { [header.toLowerCase()]: mode };
  try {
    const options = routingOptions.parse({ defaultMode: 'off' });
    const plan = planRouting({ headers, model, options, isKnownModel: (name) => name === 'named' });
    const input = { text: 'anything', matches: [], explain: false, signal: new AbortController().signal };
    const computed = plan.compute ? await decider.decide(input) : undefined;
    const serving = { decision: computed, default: decider.defaultOutcome(), direct: undefined }[plan.serve];
    return {
      served: serving?.models[0] ?? plan.model,
      recorded: computed === undefined ? '-' : `${computed.models.join()} ${computed.rationale}`,
    };
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    return { served: thrown.code, recorded: '-' };
  }
}
