// From the pipeline's answer to what a client receives: pump, protocol, headers, and one record when it is over.

import { asRouterError, type RouterError } from '../errors.js';
import type { Protocol } from '../protocols/protocol.js';
import { answerHeaders, degradedHeaders } from './answer-headers.js';
import type { Answer, Inbound } from './exchange.js';
import type { Progress } from './progress.js';
import { pumpReply, pumpStream } from './pump.js';
import { finish, type RecordContext } from './record.js';
import type { AnswerHead, ResponseStage } from './response-stage.js';

/** What the server sends; a stream's chunks are whole server-sent events. */
export interface RouterAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | AsyncIterable<Uint8Array>;
}

/** True where the answer is a stream of server-sent events. */
export function isStream(body: RouterAnswer['body']): body is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in body;
}

export interface RespondContext extends RecordContext {
  readonly stages: readonly ResponseStage[];
}

/** Runs `serve` and turns whatever comes of it into an answer; never rejects. */
export async function respond(
  inbound: Inbound,
  serve: (inbound: Inbound) => Promise<Answer>,
  context: RespondContext,
): Promise<RouterAnswer> {
  try {
    const answer = await serve(inbound);
    if (answer.kind === 'report') return { status: 200, headers: answerHeaders(answer.facts, answer.result.model), body: answer.result };
    const { facts, target, attempts, source, trigger } = answer;
    const { progress } = inbound;
    context.metrics.addedLatency((performance.now() - progress.startedAtMs - (progress.timingsMs.get('upstream') ?? 0)) / 1000);
    const head: AnswerHead = { facts, target, attempts, stream: answer.kind === 'stream', source };
    const told = { ...answerHeaders(facts, target.model.name), ...degradedHeaders(facts, target.model.name, trigger) };
    if (trigger !== undefined) context.metrics.degraded(trigger);
    const { request } = facts;
    if (answer.kind === 'reply') {
      await pumpReply(answer.reply, head, context.stages);
      const body = inbound.protocol.encodeReply(answer.reply, target.model.name, request);
      return { status: 200, headers: told, body };
    }
    const headers = { ...told, ...streamHeaders };
    const frames = pumpStream(answer.frames, head, context.stages, answer.watch);
    return { status: 200, headers, body: encodeStream(frames, inbound.protocol, head) };
  } catch (thrown) {
    return fail(inbound.protocol, inbound.progress, asRouterError(thrown), context);
  }
}

/** The answer to a failure, with all that was known when it happened. */
function fail(protocol: Protocol, progress: Progress, error: RouterError, context: RecordContext): RouterAnswer {
  const facts = progress.facts();
  const model = facts?.candidates?.[0]?.candidate.model.name;
  finish(context, facts, progress, { status: error.status, model: model ?? 'none', attempts: 0, error: error.code, ended: 'failed' });
  if (error.code === 'INTERNAL') context.log.failure('request failed inside signalbox', error, { id: facts?.trace?.id });
  const { status, headers, body } = refusal(protocol, error, facts?.trace?.id);
  return { status, headers: { ...answerHeaders(facts, model), ...headers }, body };
}

/** A failure in the client's own error shape. */
export function refusal(protocol: Protocol, error: RouterError, requestId?: string): RouterAnswer {
  const { retryAfterSeconds } = error;
  const headers = {
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
  };
  return { status: error.status, headers, body: protocol.encodeError(error, requestId) };
}

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

async function* encodeStream(frames: ReturnType<typeof pumpStream>, protocol: Protocol, head: AnswerHead): AsyncGenerator<Uint8Array> {
  const { request, trace } = head.facts;
  try {
    for await (const batch of frames) {
      const events = protocol.encodeFrames(batch, head.target.model.name, request);
      if (events !== '') yield Buffer.from(events);
    }
    yield Buffer.from(protocol.endOfStream);
  } catch (thrown) {
    const error = asRouterError(thrown);
    if (error.code !== 'CLIENT_GONE') yield Buffer.from(protocol.encodeStreamError(error, trace?.id));
  }
}
