// The contract of every provider: pure translation that loses nothing of a request, reads any stream, and survives any answer.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { providers } from '../../src/providers/index.js';
import { deepFreeze, sampleFacts } from './sample-facts.js';

const options = (type: string) => ({ type, name: 'p', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'sk-secret-key' });
const context = { upstreamModel: 'theirs', decisionHeaders: () => ({ 'x-signalbox-decision': 'd' }) };

describe.each(providers.map((provider) => ({ name: provider.name, provider: provider.open(options(provider.name)) })))(
  'provider $name',
  ({ name, provider }) => {
    it('keeps the name of its entry and its own type', () => {
      expect(provider).toMatchObject({ name: 'p', type: name });
    });

    it('encodes without touching the request, twice the same, for the upstream model', () => {
      const { request } = deepFreeze(sampleFacts());
      const call = provider.encode(request, context);
      expect(provider.encode(request, context)).toEqual(call);
      expect(new URL(call.url).origin).toBe('http://127.0.0.1:1');
      expect(call.body).toContain('theirs');
      expect(call.body).toContain('urgent: hello');
    });

    it('sends its credential in a header, never in URL or body, and no decision unless told to', () => {
      const call = provider.encode(sampleFacts().request, context);
      expect(Object.values(call.headers).join('\n')).toContain('sk-secret-key');
      expect(call.url + call.body).not.toContain('sk-secret-key');
      expect(call.headers).not.toHaveProperty('x-signalbox-decision');
    });

    it('fails on any answer that is none with a typed error, and never otherwise', () => {
      const typed = (run: () => unknown) => {
        try {
          run();
        } catch (error) {
          expect(error).toBeInstanceOf(RouterError);
        }
      };
      fc.assert(
        fc.property(fc.json(), (text) => {
          typed(() => provider.decode(JSON.parse(text)));
          typed(() => provider.decodeEvent(text));
        }),
      );
      fc.assert(fc.property(fc.string(), (text) => typed(() => provider.decodeEvent(text))));
    });

    it('reads any refusal without failing', () => {
      fc.assert(
        fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
          expect(Object.keys(provider.decodeError(text)).sort()).toEqual(['code', 'message', 'param', 'type']);
        }),
      );
    });

    it('refuses options it does not know', () => {
      const [definition] = providers.filter((one) => one.name === name);
      expect(definition?.options.safeParse({ ...options(name), surprise: 1 }).success).toBe(false);
    });
  },
);
