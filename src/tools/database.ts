// The tool database: a JSON list of tools that may be offered to models, or that says more about tools which requests bring.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isObject, type JsonObject, type JsonValue } from '../chat/json.js';
import type { Tool } from '../chat/request.js';
import { RouterError } from '../errors.js';
import type { ToolProfile } from './relevance.js';

/** One entry; `tool` is forwarded as it stands. */
const entrySchema = z.strictObject({
  tool: z.looseObject({
    type: z.literal('function'),
    function: z.looseObject({ name: z.string().min(1), description: z.string().optional() }),
  }),
  description: z.string().optional(),
  category: z.string().min(1).optional(),
  tags: z.array(z.string().min(1)).optional(),
});

const databaseSchema = z.array(entrySchema);

export interface DatabaseTool {
  readonly tool: Tool;
  readonly profile: ToolProfile;
}

/** Tools by name, in the order of the file. */
export type ToolDatabase = ReadonlyMap<string, DatabaseTool>;

/** Rejects with CONFIG_UNREADABLE, or with CONFIG_INVALID naming the entry. */
export async function readToolDatabase(file: string): Promise<ToolDatabase> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RouterError('CONFIG_UNREADABLE', { at: `tool database ${file}`, expected: 'a file', cause });
  });
  return parseToolDatabase(text, file);
}

/** Throws CONFIG_INVALID where the text is not such a list, or where two entries share a name. */
export function parseToolDatabase(text: string, file: string): ToolDatabase {
  const value = parseJson(text, file);
  const parsed = databaseSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RouterError('CONFIG_INVALID', { at: `tool database ${file}, ${(issue?.path ?? []).join('.')}`, expected: issue?.message });
  }
  const tools = new Map<string, DatabaseTool>();
  for (const [index, { tool, description, category, tags = [] }] of parsed.data.entries()) {
    const { name } = tool.function;
    if (tools.has(name)) {
      throw new RouterError('CONFIG_INVALID', { at: `tool database ${file}, ${index}`, expected: 'a name of its own', received: name });
    }
    const told = tool.function.description ?? '';
    const profile = { name, description: description ?? told, tags, category };
    tools.set(name, { tool: { name, description: told, source: sourceOf(value, index) }, profile });
  }
  return tools;
}

function parseJson(text: string, file: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RouterError('CONFIG_INVALID', { at: `tool database ${file}`, expected: 'a JSON list', received: 'something else', cause });
  }
}

function sourceOf(value: JsonValue, index: number): JsonObject {
  const entry = Array.isArray(value) ? value[index] : undefined;
  const tool = isObject(entry) ? entry.tool : undefined;
  return isObject(tool) ? tool : {};
}
