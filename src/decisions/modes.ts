// Routing modes: what the mode header, the model name and the configuration say about routing one request.

import { z } from 'zod';
import { RouterError } from '../errors.js';
import { didYouMean } from './did-you-mean.js';

const modes = ['off', 'auto', 'shadow', 'force'] as const;

const headerNames = ['x-signalbox-routing', 'x-dynamo-routing'] as const;

/** off: never route. auto: route the alias. shadow: compute and record only. force: route every model. */
export type RoutingMode = (typeof modes)[number];

export const routingOptions = z
  .strictObject({
    alias: z.string().min(1).default('router').describe('The model name that asks for routing; an empty model does too.'),
    defaultMode: z
      .enum(modes)
      .optional()
      .describe('The mode of requests without a routing header: auto where left out, off in a Dynamo file.'),
    allowForce: z.boolean().default(true).describe('Whether force may replace the model that a request names.'),
  })
  .refine(({ defaultMode, allowForce }) => allowForce || defaultMode !== 'force', {
    error: 'expected another mode than force where allowForce is false',
    path: ['defaultMode'],
  })
  .describe('When requests are routed.');

export type RoutingOptions = z.infer<typeof routingOptions>;

/** What to do with one request. */
export interface RoutingPlan {
  readonly mode: RoutingMode;
  /** Whether the client asked for the alias, or left the model out, or named a model. */
  readonly requested: 'alias' | 'explicit';
  /** Whether a decision is computed, be it only to be recorded. */
  readonly compute: boolean;
  /** What serves: the computed decision, the model that was named, or the default decision. */
  readonly serve: 'decision' | 'direct' | 'default';
  /** The model that was named, where it serves. */
  readonly model?: string;
}

export interface RoutingRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As the client wrote it; '' where it left it out. */
  readonly model: string;
  readonly options: RoutingOptions;
  readonly isKnownModel: (name: string) => boolean;
  /** For the hint in MODEL_UNKNOWN. */
  readonly knownModels?: readonly string[];
}

type Serving = Pick<RoutingPlan, 'compute' | 'serve'>;

/** The whole table; off with the alias is an error. */
const plans: Readonly<Record<RoutingMode, { readonly alias?: Serving; readonly explicit: Serving }>> = {
  off: { explicit: { compute: false, serve: 'direct' } },
  auto: { alias: { compute: true, serve: 'decision' }, explicit: { compute: false, serve: 'direct' } },
  shadow: { alias: { compute: true, serve: 'default' }, explicit: { compute: true, serve: 'direct' } },
  force: { alias: { compute: true, serve: 'decision' }, explicit: { compute: true, serve: 'decision' } },
};

/**
 * Throws ROUTING_MODE_UNKNOWN, MODEL_ALIAS_WITHOUT_ROUTING, MODEL_UNKNOWN where an unknown model would serve,
 * and REQUEST_INVALID (403) for a force that is not allowed.
 */
export function planRouting(request: RoutingRequest): RoutingPlan {
  const { model, options } = request;
  const mode = modeOf(request);
  const requested = model === options.alias || model.trim() === '' ? 'alias' : 'explicit';
  const serving = plans[mode][requested];
  if (serving === undefined) throw aliasWithoutRouting(model, options.alias);
  if (serving.serve !== 'direct') return { mode, requested, ...serving };
  if (!request.isKnownModel(model)) throw unknownModel(request);
  return { mode, requested, ...serving, model };
}

function modeOf({ headers, options }: RoutingRequest): RoutingMode {
  const name = headerNames.find((header) => headers[header] !== undefined);
  const mode = name === undefined ? (options.defaultMode ?? 'auto') : readMode(name, headers[name] ?? '');
  if (mode !== 'force' || options.allowForce) return mode;
  throw new RouterError('REQUEST_INVALID', {
    status: 403,
    at: name ?? 'routing.defaultMode',
    expected: 'off, auto or shadow, for force is not allowed here',
    received: mode,
  });
}

/** A header that came more than once counts as one with all values, which is no mode unless there is only one. */
function readMode(name: string, value: string | readonly string[]): RoutingMode {
  const text = (typeof value === 'string' ? value : value.join(', ')).trim();
  const mode = modes.find((one) => one === text.toLowerCase());
  if (mode !== undefined) return mode;
  const received = text === '' ? 'an empty value' : shortened(text);
  throw new RouterError('ROUTING_MODE_UNKNOWN', { at: name, expected: 'off, auto, shadow or force', received });
}

function aliasWithoutRouting(model: string, alias: string): RouterError {
  return new RouterError('MODEL_ALIAS_WITHOUT_ROUTING', {
    at: 'model',
    expected: `the name of a model, or the header ${headerNames[0]}: auto`,
    received: model === alias ? alias : 'no model',
  });
}

function unknownModel({ model, options, knownModels = [] }: RoutingRequest): RouterError {
  const close = didYouMean(model, [...knownModels, options.alias]);
  const hint = close === undefined ? `, or ${options.alias} to have one chosen` : ` (did you mean ${close}?)`;
  return new RouterError('MODEL_UNKNOWN', { at: 'model', expected: `a configured model${hint}`, received: shortened(model) });
}

function shortened(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
