// Our own words for what a client asks: a conversation, its tools and the few parameters that routing reads.

import type { JsonObject, JsonValue } from './json.js';

export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** One piece of a message: text, or anything else (image, audio, file) kept as it came. */
export type Part = { readonly type: 'text'; readonly text: string } | { readonly type: 'image' | 'other'; readonly value: JsonObject };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface Message {
  readonly role: Role;
  readonly parts: readonly Part[];
  readonly toolCalls: readonly ToolCall[];
  /** Of a tool's message: the call it answers. */
  readonly toolCallId?: string;
  /** The message as the client wrote it; a stage that edits a message leaves this out. */
  readonly source?: JsonObject;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly source: JsonObject;
}

/**
 * The request as it came over the wire. A provider of the same family forwards these bytes with only `model` replaced,
 * so that fields we do not know, number spellings and key order survive. An edit drops it.
 */
export interface Wire {
  readonly family: string;
  readonly text: string;
  /** Start and end, in UTF-16 units of `text`, of each top-level value. */
  readonly spans: ReadonlyMap<string, readonly [start: number, end: number]>;
}

/** A chat request in our words. Frozen: what is keyed, cached and replayed. */
export interface ChatRequest {
  /** As asked: a model name, the routing alias, or '' where the client left it out. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly stream: boolean;
  /** The client wants token counts at the end of the stream. */
  readonly streamUsage: boolean;
  /** Upper bound on the output the client asked for, tokens. */
  readonly maxOutputTokens: number | undefined;
  /** The client wants JSON back, by schema or by mode. */
  readonly structuredOutput: boolean;
  /** Every field as the client wrote it: what a provider of the same family starts from. */
  readonly fields: JsonObject;
  readonly wire?: Wire;
}

/** What reads as an image, for the vision filter. */
export function hasImages(request: ChatRequest): boolean {
  return request.messages.some((message) => message.parts.some((part) => part.type === 'image'));
}

/** A frozen copy of `request` with `changes`, without the wire form, which no longer says the same. */
export function edited(request: ChatRequest, changes: Partial<Omit<ChatRequest, 'wire'>>): ChatRequest {
  const { wire: _, ...rest } = request;
  return Object.freeze({ ...rest, ...changes });
}

export type { JsonObject, JsonValue };
