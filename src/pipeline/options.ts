// The options of the stages that have some; `config/schema.ts` puts them together.

import { z } from 'zod';

export const identityOptions = z
  .strictObject({
    apiKeys: z
      .array(
        z.strictObject({
          key: z.string().min(8).describe('The key callers send as a bearer token; usually "${ENV}" or "${file:PATH}".'),
          tenant: z.string().min(1).describe('Whose traffic it is: the partition of every store.'),
          user: z.string().min(1).optional().describe('The user it stands for.'),
          groups: z.array(z.string().min(1)).default([]).describe('Groups of that user.'),
        }),
      )
      .default([])
      .describe('Keys that callers may use. None: one local tenant, on loopback only.'),
    allowAnonymous: z.boolean().default(false).describe('With keys configured: also serve callers that send none.'),
  })
  .describe('Who may ask.');

export const limitOptions = z
  .strictObject({
    bodyBytes: z.int().positive().default(20_971_520).describe('Largest request body, bytes.'),
    jsonDepth: z.int().positive().max(1000).default(64).describe('Deepest nesting of the body.'),
    jsonTokens: z.int().positive().default(1_000_000).describe('Most values and keys in the body.'),
  })
  .describe('What a request may weigh.');

export const fastPathOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Score prompts with the heuristic fast path.'),
    threshold: z.number().min(0).max(1).default(0.7).describe('Confidence from which a tier decides by itself.'),
    tiers: z
      .partialRecord(z.enum(['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING', 'AGENTIC']), z.string().min(1))
      .default({})
      .describe('The decision each tier jumps to; a tier that is not listed takes the full path.'),
    weights: z.record(z.string(), z.number()).optional().describe('Weights of single dimensions, over the defaults.'),
    boundaries: z
      .tuple([z.number(), z.number(), z.number()])
      .optional()
      .describe('Scores at which MEDIUM, COMPLEX and REASONING begin; default 0, 0.3, 0.5.'),
    largeContextTokens: z.int().positive().optional().describe('Estimated tokens from which a request is at least COMPLEX.'),
  })
  .describe('The heuristic fast path.');

export const upstreamOptions = z
  .strictObject({
    connectTimeoutMs: z.int().positive().default(10_000).describe('Longest wait for a connection.'),
    firstByteTimeoutMs: z.int().positive().default(300_000).describe('Longest wait for the head of an answer.'),
    idleTimeoutMs: z
      .int()
      .positive()
      .default(300_000)
      .describe('Longest silence inside an answer; comments that keep a stream alive are silence.'),
    deadlineMs: z.int().positive().default(600_000).describe('All attempts together, until the answer begins.'),
    holdMs: z.int().nonnegative().default(2_000).describe('How long frames without content are held, so that falling back stays possible.'),
    maxAttempts: z.int().positive().default(6).describe('Most upstream calls for one request.'),
    retries: z.int().nonnegative().default(0).describe('Further calls to the same model before the next one, with jittered back-off.'),
    backoffMs: z.int().positive().default(250).describe('First back-off of a retry; doubles, up to ten times as much.'),
    breaker: z
      .strictObject({
        failures: z.int().positive().default(5).describe('Failures in a row that open the breaker of an endpoint.'),
        openSeconds: z.number().positive().default(30).describe('How long it stays open before one probe is let through.'),
      })
      .prefault({})
      .describe('The circuit breaker of each endpoint.'),
  })
  .describe('How upstreams are called.');

export const sessionOptions = z
  .strictObject({
    store: z.enum(['memory']).default('memory').describe('Where pins are kept.'),
    ttlSeconds: z.number().positive().default(3600).describe('How long a conversation that rests stays pinned.'),
    maxEntries: z.int().positive().default(100_000).describe('Most conversations remembered; those that rest longest go first.'),
    fingerprint: z
      .array(z.enum(['conversation', 'apiKey', 'ip', 'headers']))
      .min(1)
      .default(['conversation', 'apiKey'])
      .describe('What tells conversations apart. conversation: x-signalbox-session-id, or else how the conversation opens.'),
    headers: z.array(z.string().min(1)).default([]).describe('The request headers that `headers` in the fingerprint stands for.'),
    toolLoop: z
      .enum(['hold', 'fall-back'])
      .default('hold')
      .describe('While a tool loop is open. hold: only the pinned model answers; fall-back: others may, but the pin stays.'),
  })
  .refine(({ fingerprint, headers }) => fingerprint.includes('headers') === headers.length > 0, {
    error: 'expected names here exactly where the fingerprint lists headers',
    path: ['headers'],
  })
  .describe('Conversations that stay with one model. Left out: only those that send x-signalbox-session-id.');

export type SessionOptions = z.infer<typeof sessionOptions>;
export type IdentityOptions = z.infer<typeof identityOptions>;
export type LimitOptions = z.infer<typeof limitOptions>;
export type FastPathOptions = z.infer<typeof fastPathOptions>;
export type UpstreamOptions = z.infer<typeof upstreamOptions>;
