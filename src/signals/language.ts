// The language signal: which language the last user message is in, as the prescan tells it.

import { z } from 'zod';
import { languageCodes, unknownLanguage } from '../native/index.js';
import { defineSignal } from './signal.js';

const options = z.strictObject({
  name: z.string().min(1).describe('The name rules use: { signal: language, name: … }.'),
  languages: z
    .array(z.enum([...languageCodes, unknownLanguage]))
    .min(1)
    .describe('The languages it holds for, by ISO 639-1; unknown stands for code, gibberish and texts without letters.'),
});

export const language = defineSignal({
  name: 'language',
  configKey: 'languages',
  options,
  leafKeys: ['name'],
  values: (entries) => entries.map(({ name }) => name),
  prescan: ['language'],
  read: ({ prescan }, entries) => {
    const found = prescan.language;
    if (found === undefined) return [];
    const matching = entries.filter(({ languages }) => languages.some((one) => one === found.language));
    return matching.map(({ name }) => ({
      signal: 'language',
      key: 'name',
      value: name,
      confidence: found.confidence,
      evidence: found.language,
    }));
  },
});
