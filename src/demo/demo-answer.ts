// What a demo model says: that it is none, why it was chosen, and what it was asked. The same request always gets the same words.

import { isObject, type JsonObject, type JsonValue } from '../chat/json.js';

/** The models of the demo. */
export const demoModels: readonly string[] = ['demo-small', 'demo-large', 'demo-reasoner'];

/** How the request was routed, as far as the router told. */
export interface DemoRouting {
  readonly decision: string | undefined;
  readonly tier: string | undefined;
  readonly confidence: string | undefined;
  readonly reason: string | undefined;
}

export interface DemoAnswer {
  /** The words with the spaces before them: joined, they are the text. */
  readonly words: readonly string[];
  readonly finish: 'stop' | 'length';
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

const quotedLetters = 80;
const bytesPerToken = 4;

/** The answer to a chat completion request that came for `model`. */
export function demoAnswer(model: string, request: JsonObject, routing: DemoRouting): DemoAnswer {
  const all = textOf(model, request, routing).match(/\s*\S+/g) ?? [];
  const limit = request.max_completion_tokens ?? request.max_tokens;
  const words = typeof limit === 'number' && limit >= 0 ? all.slice(0, limit) : all;
  const promptTokens = Math.ceil(Buffer.byteLength(JSON.stringify(request.messages ?? [])) / bytesPerToken);
  return {
    words,
    finish: words.length < all.length ? 'length' : 'stop',
    usage: { prompt_tokens: promptTokens, completion_tokens: words.length, total_tokens: promptTokens + words.length },
  };
}

function textOf(model: string, request: JsonObject, routing: DemoRouting): string {
  const tools = Array.isArray(request.tools) ? request.tools.length : 0;
  return [
    `[${model}] This is a demo model, not an LLM: it only shows where your request went.`,
    choiceOf(routing),
    ...(tools === 0 ? [] : [`You offered ${tools === 1 ? 'a tool' : `${tools} tools`}; a demo model calls none.`]),
    `You said: ${quote(lastUserText(request.messages))}`,
  ].join('\n');
}

function choiceOf({ decision, tier, confidence, reason }: DemoRouting): string {
  if (decision === undefined) return 'It was called directly, not through the router.';
  if (decision === 'direct') return 'It was chosen because: you asked for it by name. Ask for the model "router" to have one chosen.';
  const facts = [`decision ${decision}`, `tier ${tier ?? 'none'}`, `confidence ${confidence ?? 'unknown'}`].join(', ');
  return `It was chosen because: ${facts}.${reason === undefined ? '' : ` ${reason}`}`;
}

function lastUserText(messages: JsonValue | undefined): string {
  const users = Array.isArray(messages) ? messages.filter(isObject).filter(({ role }) => role === 'user') : [];
  const content = users.at(-1)?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.flatMap((part) => (isObject(part) && typeof part.text === 'string' ? [part.text] : [])).join(' ');
}

function quote(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ').trim()];
  if (letters.length === 0) return '(nothing)';
  return letters.length > quotedLetters ? `${letters.slice(0, quotedLetters).join('')}…` : letters.join('');
}
