// Tools selection: the tools of a request, or of a database, that have to do with what is asked, best first.

import type { JsonValue } from '../chat/json.js';
import { isObject } from '../chat/json.js';
import { type ChatRequest, edited, type Tool } from '../chat/request.js';
import { openLoopTools } from '../chat/tool-loop.js';
import type { ToolDatabase } from './database.js';
import type { Embedder } from './embedder.js';
import { type Relevance, relevanceOf, type ToolProfile, toolText } from './relevance.js';
import { topicWords } from './words.js';

export interface SelectionOptions {
  /** filter: the request's own tools; add: those of the database, beside the request's own. */
  readonly mode: 'filter' | 'add';
  readonly maxTools: number;
  /** A tool must score above it. */
  readonly confidenceThreshold: number;
}

export interface SelectionContext {
  readonly embedder: Embedder;
  readonly database: ToolDatabase;
  readonly options: SelectionOptions;
}

export interface SelectionInput {
  readonly request: ChatRequest;
  /** What the user asks. */
  readonly query: string;
  readonly categories: ReadonlyMap<string, number>;
  readonly signal: AbortSignal;
}

export interface ScoredTool extends Relevance {
  readonly name: string;
  readonly kept: boolean;
}

export interface Selection {
  /** The same object where nothing changed. */
  readonly request: ChatRequest;
  readonly scores: readonly ScoredTool[];
}

interface Judged {
  readonly tool: Tool;
  readonly relevance: Relevance;
}

/**
 * Keeps what scores above the threshold, best first, at most `maxTools`. Tools that the request cannot do without come
 * first and are never cut: hosted ones, those that `tool_choice` names, those of an open tool loop; where `tool_choice`
 * asks for any tool, the best stays.
 */
export async function selectTools(input: SelectionInput, context: SelectionContext): Promise<Selection> {
  const { request, query } = input;
  const { options, database } = context;
  const own = request.tools;
  const offered =
    options.mode === 'filter' ? own : [...database.values()].map(({ tool }) => tool).filter((tool) => !names(own).has(tool.name));
  if (offered.length === 0 || query.trim() === '') return { request, scores: [] };
  const judged = (await judge(input, offered, context)).toSorted((one, other) => other.relevance.score - one.relevance.score);
  const needed = options.mode === 'filter' ? neededTools(request) : () => false;
  const fixed = options.mode === 'filter' ? own.filter(needed) : own;
  const relevant = judged.filter(({ tool, relevance }) => !needed(tool) && relevance.score > options.confidenceThreshold);
  const kept = relevant.slice(0, Math.max(0, options.maxTools - fixed.length)).map(({ tool }) => tool);
  const [best] = judged;
  if (kept.length === 0 && fixed.length === 0 && wantsAny(request) && best !== undefined) kept.push(best.tool);
  const tools = [...fixed, ...kept];
  const scores = judged.map(({ tool, relevance }) => ({ name: tool.name, ...relevance, kept: tools.includes(tool) }));
  const same = tools.length === own.length && tools.every((tool, index) => tool === own[index]);
  return { request: same ? request : withTools(request, tools), scores };
}

async function judge({ query, categories, signal }: SelectionInput, tools: readonly Tool[], { embedder, database }: SelectionContext) {
  const profiles = tools.map((tool) => profileOf(tool, database));
  const [vector = new Float32Array(), ...vectors] = await embedder.embed([query, ...profiles.map(toolText)], signal);
  const asked = { words: topicWords(query), vector, categories };
  return tools.map((tool, index): Judged => {
    const profile = profiles[index] ?? profileOf(tool, database);
    return { tool, relevance: relevanceOf(asked, profile, vectors[index] ?? new Float32Array()) };
  });
}

/** What the database knows of a tool of that name, else what the request says. */
function profileOf({ name, description }: Tool, database: ToolDatabase): ToolProfile {
  return database.get(name)?.profile ?? { name, description, tags: [], category: undefined };
}

function names(tools: readonly Tool[]): ReadonlySet<string> {
  return new Set(tools.map(({ name }) => name));
}

function neededTools({ fields, messages }: ChatRequest): (tool: Tool) => boolean {
  const chosen = namesIn(fields.tool_choice);
  const looping = openLoopTools(messages);
  return ({ name, source }) => source.type !== 'function' || chosen.has(name) || looping.has(name);
}

/** Every name inside `tool_choice`: of one function, or of a list of allowed ones. */
function namesIn(value: JsonValue | undefined): ReadonlySet<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...namesIn(item)]));
  if (!isObject(value)) return new Set();
  return new Set(
    Object.entries(value).flatMap(([key, inner]) => (key === 'name' && typeof inner === 'string' ? [inner] : [...namesIn(inner)])),
  );
}

function wantsAny({ fields }: ChatRequest): boolean {
  return fields.tool_choice === 'required' || fields.tool_choice === 'any';
}

/** Without any tool, what only makes sense with tools goes too: upstreams refuse it alone. */
function withTools(request: ChatRequest, tools: readonly Tool[]): ChatRequest {
  if (tools.length > 0) return edited(request, { tools });
  const { tools: _tools, tool_choice: _choice, parallel_tool_calls: _parallel, ...fields } = request.fields;
  return edited(request, { tools, fields });
}
