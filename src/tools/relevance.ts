// How much a tool has to do with what the user asks: 0.4 keyword + 0.4 semantic + 0.2 category, as the seed adds them.

import { topicWords } from './words.js';

/** What is known of a tool when it is judged. */
export interface ToolProfile {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly category: string | undefined;
}

export interface Relevance {
  /** 0..1, the weighted sum. */
  readonly score: number;
  readonly keyword: number;
  readonly semantic: number;
  readonly category: number;
}

export interface Query {
  readonly words: ReadonlySet<string>;
  readonly vector: Float32Array;
  /** Categories the request was found to be of, in lower case, with confidence 0..1. */
  readonly categories: ReadonlyMap<string, number>;
}

const weights = { keyword: 0.4, semantic: 0.4, category: 0.2 } as const;

/** The text of a tool that is embedded. */
export function toolText({ name, description, tags }: ToolProfile): string {
  return `${name.replace(/[_-]+/g, ' ')}: ${description} ${tags.join(' ')}`.trim();
}

/** A tool without a category gets nothing for it: its score stays below 0.8. */
export function relevanceOf(query: Query, tool: ToolProfile, vector: Float32Array): Relevance {
  const keyword = keywordRelevance(query.words, tool);
  const semantic = Math.min(1, Math.max(0, dot(query.vector, vector)));
  const category = categoryRelevance(query, tool);
  return { keyword, semantic, category, score: weights.keyword * keyword + weights.semantic * semantic + weights.category * category };
}

/** The better of two shares: words of the tool's name that are asked for, and words shared with the whole tool (overlap coefficient: of the smaller set). */
function keywordRelevance(asked: ReadonlySet<string>, tool: ToolProfile): number {
  const name = topicWords(tool.name);
  const all = topicWords(toolText(tool));
  return Math.max(share(name, asked, name.size), share(all, asked, Math.min(all.size, asked.size)));
}

function share(words: ReadonlySet<string>, asked: ReadonlySet<string>, of: number): number {
  let common = 0;
  for (const word of words) if (asked.has(word)) common += 1;
  return of === 0 ? 0 : common / of;
}

/** The confidence with which the request is of the tool's category; 1 where it is asked for by name. */
function categoryRelevance({ words, categories }: Query, { category }: ToolProfile): number {
  if (category === undefined) return 0;
  const named = topicWords(category);
  const spoken = named.size > 0 && [...named].every((word) => words.has(word));
  return spoken ? 1 : (categories.get(category.toLowerCase()) ?? 0);
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
