// The options of the server and its logs.

import { z } from 'zod';

export const serverOptions = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('The address to listen on.'),
    port: z.int().min(0).max(65_535).default(8080).describe('The port to listen on; 0: any free one.'),
    drainSeconds: z.number().nonnegative().default(30).describe('How long open answers may finish after SIGTERM.'),
    heartbeatSeconds: z.number().nonnegative().default(15).describe('Silence in a stream after which a comment keeps it alive; 0: never.'),
    headersTimeoutMs: z.int().positive().default(10_000).describe('Longest wait for the head of a request.'),
    allowUnauthenticated: z.boolean().default(false).describe('Listen beyond loopback even without API keys.'),
  })
  .describe('How clients reach signalbox.');

export const logOptions = z
  .strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('The least severe line that is written.'),
  })
  .describe('What is logged, as JSON lines; never any prompt text.');

export type LogOptions = z.infer<typeof logOptions>;
