// The plug point of protocols: what clients speak to us, as pure translation without any I/O.

import type { Frame, Reply } from '../chat/reply.js';
import type { ChatRequest, JsonObject } from '../chat/request.js';
import type { RouterError } from '../errors.js';

/** A decoded body: its JSON, and the text it came in with the place of each top-level value. */
export interface DecodedBody {
  readonly value: JsonObject;
  readonly text: string;
  readonly spans: ReadonlyMap<string, readonly [start: number, end: number]>;
}

export interface Protocol {
  readonly name: string;
  /** Throws REQUEST_INVALID naming the field. */
  readonly parse: (body: DecodedBody) => ChatRequest;
  /** The answer as the client's JSON; `model` is the configured name of the model that answered. */
  readonly encodeReply: (reply: Reply, model: string, request: ChatRequest | undefined) => JsonObject;
  /** Server-sent events for a batch of frames. */
  readonly encodeFrames: (frames: readonly Frame[], model: string, request: ChatRequest | undefined) => string;
  /** What ends a stream that is complete; never sent after an error. */
  readonly endOfStream: string;
  readonly encodeError: (error: RouterError, requestId: string | undefined) => JsonObject;
  /** An error inside a stream whose head is already sent. */
  readonly encodeStreamError: (error: RouterError, requestId: string | undefined) => string;
}
