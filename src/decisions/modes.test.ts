// Routing modes: how the header is read, and every refusal with its code, status and hint.

import { describe, expect, test } from 'vitest';
import { RouterError } from '../errors.js';
import { planRouting, type RoutingOptions, type RoutingRequest, routingOptions } from './modes.js';

const knownModels = ['gpt-4o-mini', 'deepseek-r1'];

function request(headers: RoutingRequest['headers'], model = 'router', options: Partial<RoutingOptions> = {}): RoutingRequest {
  return {
    headers,
    model,
    options: { ...routingOptions.parse({}), ...options },
    isKnownModel: (name) => knownModels.includes(name),
    knownModels,
  };
}

function refusal(asked: RoutingRequest): RouterError {
  try {
    planRouting(asked);
  } catch (thrown) {
    if (thrown instanceof RouterError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}

const mine = 'x-signalbox-routing';
const theirs = 'x-dynamo-routing';

describe('the mode', () => {
  const rows: [string, RoutingRequest['headers'], Partial<RoutingOptions>, string][] = [
    ['ours', { [mine]: 'shadow' }, {}, 'shadow'],
    ['theirs', { [theirs]: 'shadow' }, {}, 'shadow'],
    ['ours before theirs', { [mine]: 'force', [theirs]: 'shadow' }, {}, 'force'],
    ['ours before theirs, even a wrong one', { [mine]: 'force', [theirs]: 'nonsense' }, {}, 'force'],
    ['any case', { [mine]: 'FoRcE' }, {}, 'force'],
    ['spaces around', { [theirs]: '  Shadow\t' }, {}, 'shadow'],
    ['a list of one', { [mine]: ['shadow'] }, {}, 'shadow'],
    ['no header', {}, {}, 'auto'],
    ['no header, another default', {}, { defaultMode: 'shadow' }, 'shadow'],
    ['a header before the default', { [mine]: 'auto' }, { defaultMode: 'shadow' }, 'auto'],
    ['a header that is not there', { [mine]: undefined, [theirs]: 'force' }, {}, 'force'],
  ];
  test.each(rows)('%s', (_, headers, options, mode) => expect(planRouting(request(headers, 'router', options)).mode).toBe(mode));

  const unknown: [string, RoutingRequest['headers'], string, string][] = [
    ['an unknown word', { [mine]: 'on' }, mine, 'on'],
    ['an unknown word in theirs', { [theirs]: 'aggregated' }, theirs, 'aggregated'],
    ['ours decides, though theirs is right', { [mine]: 'on', [theirs]: 'auto' }, mine, 'on'],
    ['nothing in it', { [mine]: '' }, mine, 'an empty value'],
    ['spaces only', { [mine]: '  ' }, mine, 'an empty value'],
    ['two values', { [mine]: ['off', 'auto'] }, mine, 'off, auto'],
    ['a long one', { [mine]: 'x'.repeat(200) }, mine, `${'x'.repeat(64)}…`],
    ['a word every object has', { [mine]: 'constructor' }, mine, 'constructor'],
  ];
  test.each(unknown)('%s is refused', (_, headers, at, received) => {
    expect(refusal(request(headers))).toMatchObject({
      code: 'ROUTING_MODE_UNKNOWN',
      status: 400,
      at,
      expected: 'off, auto, shadow or force',
      received,
    });
  });
});

describe('the plan', () => {
  const direct = { requested: 'explicit', serve: 'direct', model: 'gpt-4o-mini' };
  const rows: [string, string, object][] = [
    ['off', 'gpt-4o-mini', { ...direct, compute: false }],
    ['auto', 'gpt-4o-mini', { ...direct, compute: false }],
    ['shadow', 'gpt-4o-mini', { ...direct, compute: true }],
    ['force', 'gpt-4o-mini', { requested: 'explicit', compute: true, serve: 'decision' }],
    ['force', 'no-such-model', { requested: 'explicit', compute: true, serve: 'decision' }],
    ['auto', 'router', { requested: 'alias', compute: true, serve: 'decision' }],
    ['auto', '', { requested: 'alias', compute: true, serve: 'decision' }],
    ['auto', '  ', { requested: 'alias', compute: true, serve: 'decision' }],
    ['shadow', 'router', { requested: 'alias', compute: true, serve: 'default' }],
    ['shadow', '', { requested: 'alias', compute: true, serve: 'default' }],
    ['force', 'router', { requested: 'alias', compute: true, serve: 'decision' }],
  ];
  test.each(rows)('%s, model "%s"', (mode, model, plan) => {
    expect(planRouting(request({ [mine]: mode }, model))).toEqual({ mode, ...plan });
  });

  test('the alias is what is configured, and then the usual one is a model like any other', () => {
    expect(planRouting(request({}, 'pick', { alias: 'pick' })).requested).toBe('alias');
    expect(refusal(request({}, 'router', { alias: 'pick' }))).toMatchObject({ code: 'MODEL_UNKNOWN', status: 404 });
    expect(refusal(request({}, 'Router'))).toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});

describe('refusals', () => {
  test.each(['router', ''])('the alias "%s" without routing', (model) => {
    expect(refusal(request({ [mine]: 'off' }, model))).toMatchObject({ code: 'MODEL_ALIAS_WITHOUT_ROUTING', status: 400, at: 'model' });
  });

  test.each(['off', 'auto', 'shadow'])('an unknown model that would serve under %s', (mode) => {
    const error = refusal(request({ [mine]: mode }, 'gpt-4o-mni'));
    expect(error).toMatchObject({ code: 'MODEL_UNKNOWN', status: 404, at: 'model', received: 'gpt-4o-mni' });
    expect(error.expected).toContain('did you mean gpt-4o-mini?');
  });

  test('an unknown model like no other names the alias instead', () => {
    const { expected, received } = refusal(request({}, 'z'.repeat(5000)));
    expect(expected).toBe('a configured model, or router to have one chosen');
    expect(received).toHaveLength(65);
  });

  test('force where it is not allowed', () => {
    const options = { allowForce: false };
    expect(refusal(request({ [mine]: 'force' }, 'gpt-4o-mini', options))).toMatchObject({ code: 'REQUEST_INVALID', status: 403, at: mine });
    expect(refusal(request({ [theirs]: 'Force' }, 'router', options))).toMatchObject({ status: 403, at: theirs });
    expect(planRouting(request({ [mine]: 'auto' }, 'router', options)).serve).toBe('decision');
  });
});

describe('the options', () => {
  test('leave the default mode open', () => expect(routingOptions.parse({})).toEqual({ alias: 'router', allowForce: true }));

  const refused: [string, object][] = [
    ['force by default but not allowed', { defaultMode: 'force', allowForce: false }],
    ['an unknown mode', { defaultMode: 'on' }],
    ['an empty alias', { alias: '' }],
    ['an unknown key', { mode: 'auto' }],
  ];
  test.each(refused)('refuse %s', (_, value) => expect(routingOptions.safeParse(value).success).toBe(false));
});
