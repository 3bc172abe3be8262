// The published models a user can point to, as `models/manifest.json` names them: the schema of that file, and looking one up.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The folder of this package; the same from `src` and from `dist`. */
export const packageRoot: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path below the model's folder, with slashes; never one that leaves it. */
const filePath = z.string().regex(/^(?!.*\.\.)\w[\w.-]*(?:\/\w[\w.-]*)*$/, 'a path below the folder of the model');

const labelledHead = z.strictObject({
  name: z.string().min(1).describe('What signalbox calls the head.'),
  task: z.enum(['sequence', 'token']),
  labels: z.array(z.string()).min(2).optional().describe('Our labels in the order of ids, for folders that only say LABEL_0, LABEL_1, ….'),
  published: z
    .record(z.string(), z.string())
    .optional()
    .describe("The publisher's labels and ours for them, where they differ in more than case."),
  labelsFile: filePath.optional().describe("Where vLLM-SR's folders keep the order of labels, beside the configuration."),
  alarms: z.array(z.string()).optional().describe('For guards: labels that alarm; their probabilities add up.'),
  threshold: z.number().min(0).max(1).optional().describe('The least probability of the label, or of the alarms together, that counts.'),
});

const embeddingHead = z.strictObject({
  name: z.string().min(1),
  task: z.literal('embedding'),
  dimensions: z.int().positive(),
  pooling: z.enum(['mean', 'cls', 'last', 'max']).optional().describe('As published; the folder says it to the engine.'),
  prompts: z.record(z.string(), z.string()).optional().describe('What goes before texts, where the publisher says it on his card only.'),
  usualPrompt: z.string().optional().describe('The prompt of callers who name none.'),
});

const model = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/)
    .describe('What `loadModel` and the commands take.'),
  repository: z
    .string()
    .regex(/^[\w-]+\/[\w.-]+$/)
    .describe('Owner and name on the hub.'),
  revision: z.string().optional().describe('A commit or branch; what the hub calls main is the default.'),
  architecture: z.string().describe('`model_type` of its configuration.'),
  parametersMillions: z.number().positive(),
  maxTokens: z.int().positive().describe('The most tokens it was made to read at once.'),
  licence: z.string().nullable().describe('null: not known here, see its card.'),
  gated: z.boolean().describe('Its terms have to be accepted on the hub before it can be downloaded.'),
  purpose: z.string().min(1),
  notes: z.string().optional(),
  heads: z.array(z.discriminatedUnion('task', [labelledHead, embeddingHead])).min(1),
  files: z.array(filePath).min(1).describe('All that it needs.'),
  optionalFiles: z.array(filePath).default([]).describe('Taken where the publisher has them.'),
  hashes: z
    .record(filePath, z.string().regex(/^[0-9a-f]{64}$/))
    .optional()
    .describe('SHA-256 as published, where known.'),
});

/** The schema of `models/manifest.json`. */
export const manifestSchema = z.strictObject({ version: z.literal(1), models: z.array(model) });

/** One published model. */
export type PublishedModel = z.infer<typeof model>;

/** One head of a published model. */
export type PublishedHead = PublishedModel['heads'][number];

/** A head with labels. */
export type LabelledHead = z.infer<typeof labelledHead>;

let known: readonly PublishedModel[] | undefined;

/** All of the manifest, in its order; read once. */
export function publishedModels(): readonly PublishedModel[] {
  known ??= manifestSchema.parse(JSON.parse(readFileSync(join(packageRoot, 'models', 'manifest.json'), 'utf8'))).models;
  return known;
}

/** The model of this id; undefined for what is none. */
export function publishedModel(id: string): PublishedModel | undefined {
  return publishedModels().find((entry) => entry.id === id);
}
