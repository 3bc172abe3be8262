// The plug point of providers: what we speak upstream, as pure translation without any I/O.

import type { z } from 'zod';
import type { Frame, Reply } from '../chat/reply.js';
import type { ChatRequest, JsonValue } from '../chat/request.js';

/** A call for the transport to make. */
export interface UpstreamCall {
  /** Absolute URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EncodeContext {
  /** The name the upstream knows the model by. */
  readonly upstreamModel: string;
  /** Extra request headers for upstreams that may know how the request was routed. */
  readonly decisionHeaders: () => Readonly<Record<string, string>>;
}

/** What an upstream said when it refused; every field is safe to hand to the client. */
export interface UpstreamFault {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
}

/** Fields every provider has, whatever its type. */
export interface ProviderOptions {
  readonly name: string;
}

export interface Provider<Options extends ProviderOptions> {
  /** The word in `providers: [{ type: … }]`. */
  readonly name: string;
  /** One entry of `providers:`, its `type` and `name` included. */
  readonly options: z.ZodType<Options>;
  /** The wire family; a request and a provider of one family exchange bytes untouched. */
  readonly family: string;
  readonly encode: (request: ChatRequest, context: EncodeContext, options: Options) => UpstreamCall;
  /** A whole reply. Throws UPSTREAM_INVALID where it is not one. */
  readonly decode: (value: JsonValue) => Reply;
  /** One server-sent event's data, or the word that ends the stream. Throws UPSTREAM_INVALID, or STREAM_CUT where the upstream reports an error. */
  readonly decodeEvent: (data: string) => Frame | 'end';
  readonly decodeError: (body: string) => UpstreamFault;
}

/** A provider bound to one entry of the configuration. */
export interface OpenProvider {
  readonly name: string;
  readonly type: string;
  readonly family: string;
  readonly encode: (request: ChatRequest, context: EncodeContext) => UpstreamCall;
  readonly decode: (value: JsonValue) => Reply;
  readonly decodeEvent: (data: string) => Frame | 'end';
  readonly decodeError: (body: string) => UpstreamFault;
}

/** A provider whose option type is closed over, so that unlike providers fit one list. */
export interface AnyProvider {
  readonly name: string;
  readonly options: z.ZodType;
  readonly open: (options: unknown) => OpenProvider;
}

/** Makes a provider fit the list. */
export function defineProvider<Options extends ProviderOptions>(provider: Provider<Options>): AnyProvider {
  return {
    name: provider.name,
    options: provider.options,
    open: (raw) => {
      const options = provider.options.parse(raw);
      return {
        name: options.name,
        type: provider.name,
        family: provider.family,
        encode: (request, context) => provider.encode(request, context, options),
        decode: provider.decode,
        decodeEvent: provider.decodeEvent,
        decodeError: provider.decodeError,
      };
    },
  };
}
