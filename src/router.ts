// The composition root: a configuration becomes the lists, the native engine, the stores and the two pipelines of one router.

import type { JsonObject } from './chat/json.js';
import { type Extensions, plugIns } from './config/extensions.js';
import type { Config } from './config/schema.js';
import { RouterError } from './errors.js';
import type { Experience } from './learning/experience.js';
import { type FeedbackResult, giveFeedback } from './learning/feedback.js';
import type { ExperienceStore } from './learning/store.js';
import { type Capabilities, loadNative, type Native } from './native/index.js';
import { decodeBody } from './pipeline/decode.js';
import { dispatch } from './pipeline/dispatch.js';
import { escalate } from './pipeline/escalate.js';
import type { HeaderMap, Inbound } from './pipeline/exchange.js';
import { authenticate } from './pipeline/identity.js';
import { requestStages, responseStages, type StageContexts } from './pipeline/index.js';
import { sessionOptions } from './pipeline/options.js';
import { startProgress } from './pipeline/progress.js';
import { type RouteResult, report } from './pipeline/report.js';
import { type RespondContext, type RouterAnswer, refusal, respond } from './pipeline/respond.js';
import { requestId } from './pipeline/trace.js';
import { protocols } from './protocols/index.js';
import type { Protocol } from './protocols/protocol.js';
import { type DeciderContext, openDecider } from './router-decider.js';
import { openPlugins, openToolDatabase } from './router-plugins.js';
import { openSignals } from './router-signals.js';
import { openTargets, type Targets } from './router-targets.js';
import { createStores, type Lease, type Stores } from './stores.js';
import { type Log, silentLog } from './telemetry/log.js';
import type { Metrics } from './telemetry/metrics.js';
import { createMetrics } from './telemetry/prometheus.js';
import { createSavings, mostExpensive, type Savings, type SavingsReport } from './telemetry/savings.js';
import { type Embedder, rememberingEmbedder, trigramEmbedder } from './tools/embedder.js';

/** A request from outside, before anything of it is read. */
export interface RouterRequest {
  /** What the client speaks; default `openai`. */
  readonly protocol?: string | undefined;
  /** Names in lower case. */
  readonly headers?: HeaderMap | undefined;
  readonly body: Inbound['body'];
  readonly signal?: AbortSignal | undefined;
  /** The address of the client, where it is known. */
  readonly ip?: string | undefined;
}

/** One configured model, as `GET /v1/models` lists it. */
export interface ListedModel extends JsonObject {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

export interface Router {
  /** Decides, calls upstream, answers. Never rejects: a failure is an answer in the client's own error shape. */
  readonly handle: (request: RouterRequest) => Promise<RouterAnswer>;
  /** The decision without the call. Rejects with a `RouterError`. */
  readonly route: (request: RouterRequest) => Promise<RouteResult>;
  /** Learns from what a caller says about an answer. Rejects with a `RouterError`. */
  readonly feedback: (request: Pick<RouterRequest, 'headers' | 'body'>) => Promise<FeedbackResult>;
  /** Throws UNAUTHORIZED, for endpoints that no pipeline serves. */
  readonly authenticate: (headers: HeaderMap) => void;
  /** The answer for what failed before any pipeline saw it; not counted as a request. */
  readonly refuse: (error: RouterError, headers: HeaderMap) => RouterAnswer;
  readonly models: () => readonly ListedModel[];
  readonly capabilities: () => Capabilities;
  readonly savings: () => SavingsReport;
  readonly metrics: Metrics;
  readonly settings: Pick<Config, 'limits' | 'server'>;
  /** Lets go of everything it leased; exchanges still open are the caller's to wait for. */
  readonly close: () => Promise<void>;
}

export interface RouterContext {
  readonly extensions?: Extensions | undefined;
  /** What outlives this router; a reload hands the same to the next. */
  readonly native?: Native | undefined;
  readonly stores?: Stores | undefined;
  readonly metrics?: Metrics | undefined;
  readonly savings?: Savings | undefined;
  readonly log?: Log | undefined;
  /** What tools are told apart by; default: their letters. */
  readonly embedder?: Embedder | undefined;
}

/** Builds a router from a checked configuration. Rejects with a `RouterError` naming what it lacks. */
export async function createRouter(config: Config, context: RouterContext = {}): Promise<Router> {
  const lists = plugIns(context.extensions);
  const native = context.native ?? (await loadNative());
  const { metrics = createMetrics(), stores = createStores(), log = silentLog } = context;
  const baseline = mostExpensive(config.models);
  const savings = context.savings ?? createSavings({ baseline: baseline?.name });
  const { upstream } = config;
  const callerOf = authenticate(config.identity);
  const transport = stores.transports.lease(transportOptions(upstream));
  const health = stores.health.lease(upstream.breaker);
  const learned = openLearning(config, stores, log);
  const { experience } = learned.store;
  const targets = openTargets(config, lists);
  const calling = { transport: transport.store, health: health.store, options: upstream, begin: experience.traffic.begin };
  const { ttlSeconds, maxEntries } = config.sessions ?? sessionOptions.parse({});
  const sessions = stores.sessions.lease({ ttlSeconds, maxEntries });
  const session = { store: sessions.store, options: config.sessions, metrics };
  const database = await openToolDatabase(config);
  const tools = { database, embedder: rememberingEmbedder(context.embedder ?? trigramEmbedder), log };
  const stages = openRequestStages(config, native, { lists, metrics, log, experience, targets, session, tools });
  const serve = stages.end(escalate(dispatch(calling), { selectors: targets.selectors, experience, metrics }));
  const explain = stages.end(report);
  const responding: RespondContext = {
    stages: responseStages({ ...session, ...learned.store, log, savings, baseline, learning: config.learning, now: Date.now }),
    metrics,
    log,
  };
  return {
    handle: async (request) => {
      const protocol = protocolOf(request.protocol);
      return respond(inboundOf(request, protocol, false), serve, responding);
    },
    route: async (request) => {
      const answer = await explain(inboundOf(request, protocolOf(request.protocol), true));
      if (answer.kind !== 'report') throw new RouterError('INTERNAL', { expected: 'a report', received: answer.kind });
      return answer.result;
    },
    feedback: async ({ headers = {}, body }) => {
      const { tenant, user } = callerOf(headers);
      const { value } = decodeBody(typeof body === 'function' ? await body() : body, config.limits);
      const models = config.models.map(({ name }) => name);
      const result = giveFeedback(value, experience, { tenant, user, models });
      learned.store.touch();
      return result;
    },
    authenticate: (headers) => void callerOf(headers),
    refuse: (error, headers) => refusal(protocolOf(), error, requestId(headers)),
    models: () => listModels(config),
    capabilities: () => native.capabilities(),
    savings: () => savings.report(),
    metrics,
    settings: { limits: config.limits, server: config.server },
    close: async () => {
      await Promise.all([transport.release(), health.release(), learned.release(), sessions.release()]);
    },
  };
}

interface StagesContext extends DeciderContext, Pick<StageContexts, 'session'> {
  readonly experience: Experience;
  readonly targets: Targets;
  readonly tools: Omit<StageContexts['tools'], 'plugins'>;
}

function openRequestStages(config: Config, native: Native, context: StagesContext) {
  const { lists, metrics, session, experience, targets } = context;
  const signals = openSignals(config, lists);
  const prescanner = native.createPrescanner({
    ...config.fastPath,
    keywordRules: signals.flatMap(({ keywordRules }) => keywordRules),
    agentic:
      signals.some(({ prescan }) => prescan.includes('agentic')) || config.models.some(({ toolQuality }) => toolQuality !== undefined),
    language: signals.some(({ prescan }) => prescan.includes('language')),
  });
  const plugins = openPlugins(config);
  return requestStages({
    identity: config.identity,
    limits: config.limits,
    routing: { options: config.routing, models: config.models.map(({ name }) => name) },
    prescan: { prescanner, fastPath: config.fastPath, metrics },
    signals: { open: signals, tokens: native },
    decide: { decider: openDecider(config, context), metrics },
    tools: { ...context.tools, plugins },
    session,
    select: { ...targets, experience, learning: config.learning, now: Date.now },
    degrade: { targets: targets.targets, plugins },
  });
}

/** What was learned, from the store that outlives this router; told of once where its file was not whole. */
function openLearning({ learning }: Config, stores: Stores, log: Log): Lease<ExperienceStore> {
  const lease = stores.experience.lease({ file: learning.enabled ? learning.file : undefined });
  const notice = lease.store.notice();
  const { state, keptAs } = lease.store.restored;
  if (notice !== undefined) log.warn(notice, { state, keptAs });
  lease.store.configure(learning, (error) => log.failure('what was learned cannot be saved', error));
  return lease;
}

function transportOptions({ connectTimeoutMs, firstByteTimeoutMs, idleTimeoutMs }: Config['upstream']) {
  return { connectTimeoutMs, firstByteTimeoutMs, idleTimeoutMs };
}

const never = new AbortController().signal;

function inboundOf({ headers = {}, body, signal = never, ip }: RouterRequest, protocol: Protocol, explain: boolean): Inbound {
  return { protocol, headers, body, signal, ip, explain, progress: startProgress() };
}

function protocolOf(name = 'openai'): Protocol {
  const protocol = protocols.find((one) => one.name === name);
  if (protocol !== undefined) return protocol;
  throw new RouterError('INVALID_INPUT', { at: 'protocol', expected: protocols.map((one) => one.name).join(' or '), received: name });
}

/** The routing alias first, then every configured model. */
function listModels(config: Config): readonly ListedModel[] {
  const listed = (id: string, owner: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: owner });
  return [listed(config.routing.alias, 'signalbox'), ...config.models.map(({ name, provider }) => listed(name, provider))];
}
