// One call to one target: the request in its provider's words, the answer in ours, every way to fail as a typed error.

import type { Frame, Reply } from '../chat/reply.js';
import type { ChatRequest } from '../chat/request.js';
import { type ErrorCode, RouterError } from '../errors.js';
import type { OpenProvider } from '../providers/provider.js';
import type { Target } from '../providers/target.js';
import type { CallScope } from '../transport/scope.js';
import type { Transport, TransportAnswer } from '../transport/transport.js';
import { decodeFrames, holdUntilContent } from './frames.js';

export interface AttemptContext {
  readonly transport: Transport;
  readonly holdMs: number;
  readonly decisionHeaders: () => Readonly<Record<string, string>>;
  readonly scope: CallScope;
}

export type Attempted =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'stream'; readonly frames: AsyncIterable<readonly Frame[]> };

const replyLimitBytes = 64 * 1024 * 1024;
const errorLimitBytes = 256 * 1024;

/** Rejects with a `RouterError`; `mayFallBack` tells whether another target could do better. */
export async function attempt(target: Target, request: ChatRequest, context: AttemptContext): Promise<Attempted> {
  const { provider, model } = target;
  const upstreamModel = model.upstreamModel ?? model.name;
  const call = provider.encode(request, { upstreamModel, decisionHeaders: context.decisionHeaders });
  const answer = await context.transport.send({ ...call, scope: context.scope });
  try {
    if (answer.status < 200 || answer.status > 299) throw await refusal(answer, provider);
    if (!request.stream) return { kind: 'reply', reply: provider.decode(parseReply(await answer.text(replyLimitBytes))) };
    if (!answer.contentType.includes('event-stream')) {
      throw new RouterError('UPSTREAM_INVALID', {
        at: 'content-type',
        expected: 'text/event-stream',
        received: answer.contentType || 'none',
      });
    }
    return { kind: 'stream', frames: await holdUntilContent(decodeFrames(answer, provider), context.holdMs) };
  } catch (error) {
    answer.cancel();
    throw error;
  }
}

const fallBackOn: ReadonlySet<ErrorCode> = new Set([
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_FAILED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_INVALID',
  'STREAM_CUT',
]);

/** True for what another model may not suffer from: limits, outages, nonsense. A refusal of the request or of our credential is final. */
export function mayFallBack(error: RouterError): boolean {
  return fallBackOn.has(error.code);
}

function parseReply(text: string): Parameters<OpenProvider['decode']>[0] {
  try {
    return JSON.parse(text);
  } catch {
    throw new RouterError('UPSTREAM_INVALID', { at: 'reply', expected: 'JSON', received: 'something else' });
  }
}

/** What a status outside 2xx means; the upstream's own words are handed on only where the request was at fault. */
async function refusal(answer: TransportAnswer, provider: OpenProvider): Promise<RouterError> {
  const { status, retryAfterSeconds } = answer;
  const fault = provider.decodeError(await answer.text(errorLimitBytes));
  const cause = { status, ...fault };
  const code = codeOf(status);
  if (code !== 'UPSTREAM_REJECTED') return new RouterError(code, { status: status === 503 ? 503 : undefined, retryAfterSeconds, cause });
  return new RouterError(code, { status, message: fault.message, at: fault.param, upstreamCode: fault.code, cause });
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return 'UPSTREAM_RATE_LIMITED';
  if (status === 504) return 'UPSTREAM_TIMEOUT';
  if (status === 401 || status === 403) return 'UPSTREAM_UNAUTHORIZED';
  return status >= 400 && status < 500 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_FAILED';
}
