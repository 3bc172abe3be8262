// The two orders and nothing else: the stages of the way in, and those of the way back.

import { type CostContext, cost } from './cost.js';
import { type DecideContext, decide } from './decide.js';
import { decode } from './decode.js';
import { type DegradeContext, degrade } from './degrade.js';
import { identity } from './identity.js';
import { latency } from './latency.js';
import { type LearnContext, learn } from './learn.js';
import type { IdentityOptions, LimitOptions } from './options.js';
import { type PrescanContext, prescan } from './prescan.js';
import { type RecordContext, record } from './record.js';
import type { ResponseStage } from './response-stage.js';
import { type RoutingContext, routing } from './routing.js';
import { type SelectContext, select } from './select.js';
import { pinSession, type SessionContext, session } from './session.js';
import { type SignalsContext, signals } from './signals.js';
import { pipeline } from './stage.js';
import { type ToolsContext, tools } from './tools.js';
import { trace } from './trace.js';
import { validate } from './validate.js';

export interface StageContexts {
  readonly identity: IdentityOptions;
  readonly limits: LimitOptions;
  readonly routing: RoutingContext;
  readonly prescan: PrescanContext;
  readonly signals: SignalsContext;
  readonly decide: DecideContext;
  readonly tools: ToolsContext;
  readonly session: SessionContext;
  readonly select: SelectContext;
  readonly degrade: DegradeContext;
}

/** The way in, up to where a target is chosen: closed by `dispatch` to serve, or by a report to explain. */
export function requestStages(contexts: StageContexts) {
  return pipeline()
    .use(trace)
    .use(identity(contexts.identity))
    .use(decode(contexts.limits))
    .use(validate)
    .use(routing(contexts.routing))
    .use(prescan(contexts.prescan))
    .use(signals(contexts.signals))
    .use(decide(contexts.decide))
    .use(tools(contexts.tools))
    .use(session(contexts.session))
    .use(select(contexts.select))
    .use(degrade(contexts.degrade));
}

/** The way back. */
export function responseStages(context: CostContext & RecordContext & LearnContext & SessionContext): readonly ResponseStage[] {
  return [latency(context.metrics), pinSession(context), cost(context), learn(context), record(context)];
}
