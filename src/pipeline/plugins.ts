// What a decision may switch on beside its models: the options under `plugins:`, of one decision or of all.

import { z } from 'zod';

/** What makes an answer a degraded one. */
export const triggers = ['rate_limit', 'budget_exceeded', 'provider_error', 'all_exhausted'] as const;
export type Trigger = (typeof triggers)[number];

/** What a header's template may name. */
const templateWords = ['requested_model', 'model', 'trigger'] as const;
export type TemplateWord = (typeof templateWords)[number];

const template = z.string().refine((text) => placeholders(text).every(isTemplateWord), {
  error: `expected only ${templateWords.map((word) => `{{${word}}}`).join(', ')} as placeholders`,
});

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of a header')
  .refine(
    (name) => !/^(?:content-|transfer-encoding$|connection$|set-cookie$)/i.test(name),
    'expected a header that is not the protocol’s own',
  );

const degradationOptions = z
  .strictObject({
    enabled: z.boolean().optional().describe('Whether the policy holds; default true where it is written.'),
    triggers: z.array(z.enum(triggers)).min(1).optional().describe('What may degrade an answer; default all.'),
    fallbackModel: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('The model, or the pool in order, that answers where no candidate can.'),
    notifyHeaders: z
      .record(headerName, template)
      .optional()
      .describe(
        'Headers of degraded answers; {{requested_model}}, {{model}} and {{trigger}} are filled in. Default X-Degraded and X-Original-Model.',
      ),
  })
  .describe('What happens where the model that was chosen cannot answer.');

const toolSelectionOptions = z
  .strictObject({
    enabled: z.boolean().optional().describe('Whether tools are selected; default true where it is written.'),
    mode: z.enum(['filter', 'add']).optional().describe("filter: of the request's tools, default; add: from `toolDatabase`, beside them."),
    maxTools: z.int().positive().optional().describe('Most tools a model is offered; default 10.'),
    confidenceThreshold: z.number().min(0).max(1).optional().describe('Score, 0..1, that a tool must exceed; default 0.2.'),
  })
  .describe('Which tools the model is offered.');

export const pluginOptions = z
  .strictObject({ degradationPolicy: degradationOptions.optional(), toolSelection: toolSelectionOptions.optional() })
  .describe('What is switched on beside routing; keys of a decision win over those of the whole file.');

export type PluginOptions = z.infer<typeof pluginOptions>;

export interface DegradationPolicy {
  readonly triggers: readonly Trigger[];
  /** Model names; may be empty. */
  readonly pool: readonly string[];
  readonly notifyHeaders: Readonly<Record<string, string>>;
}

export interface ToolSelectionOptions {
  readonly mode: 'filter' | 'add';
  readonly maxTools: number;
  readonly confidenceThreshold: number;
}

/** What holds for one decision; what is off is absent. */
export interface DecisionPlugins {
  readonly degradationPolicy: DegradationPolicy | undefined;
  readonly toolSelection: ToolSelectionOptions | undefined;
}

/** The options of the whole file and of one decision, merged key by key, with every default filled in. */
export function mergePlugins(all: PluginOptions = {}, own: PluginOptions = {}): DecisionPlugins {
  return {
    degradationPolicy: degradationOf(merged(all.degradationPolicy, own.degradationPolicy)),
    toolSelection: toolSelectionOf(merged(all.toolSelection, own.toolSelection)),
  };
}

/** `template` with its words filled in. */
export function fillTemplate(text: string, words: Readonly<Record<TemplateWord, string>>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, word: string) => (isTemplateWord(word) ? words[word] : whole));
}

function merged<Options extends object>(all: Options | undefined, own: Options | undefined): Options | undefined {
  return all === undefined || own === undefined ? (own ?? all) : { ...all, ...own };
}

function degradationOf(options: PluginOptions['degradationPolicy']): DegradationPolicy | undefined {
  if (options === undefined || options.enabled === false) return undefined;
  const { fallbackModel = [], notifyHeaders } = options;
  return {
    triggers: options.triggers ?? triggers,
    pool: typeof fallbackModel === 'string' ? [fallbackModel] : fallbackModel,
    notifyHeaders: notifyHeaders ?? { 'X-Degraded': 'true', 'X-Original-Model': '{{requested_model}}' },
  };
}

function toolSelectionOf(options: PluginOptions['toolSelection']): ToolSelectionOptions | undefined {
  if (options === undefined || options.enabled === false) return undefined;
  const { mode = 'filter', maxTools = 10, confidenceThreshold = 0.2 } = options;
  return { mode, maxTools, confidenceThreshold };
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{\{\s*([^}]*?)\s*\}\}/g)].map(([, word = '']) => word);
}

function isTemplateWord(word: string): word is TemplateWord {
  return templateWords.some((known) => known === word);
}
