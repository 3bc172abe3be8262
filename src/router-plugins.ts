// What each decision of one router has switched on, and what that needs: merged once, looked up by name.

import type { Config } from './config/schema.js';
import { type DecisionPlugins, mergePlugins } from './pipeline/plugins.js';
import { readToolDatabase, type ToolDatabase } from './tools/database.js';

/** By decision; what is not configured as a decision, such as `direct`, has what the whole file says. */
export function openPlugins({ plugins, decisions }: Config): (decision: string) => DecisionPlugins {
  const all = mergePlugins(plugins);
  const own = new Map(decisions.map((decision) => [decision.name, mergePlugins(plugins, decision.plugins)]));
  return (decision) => own.get(decision) ?? all;
}

/** Rejects where the file is none. */
export async function openToolDatabase({ toolDatabase }: Config): Promise<ToolDatabase> {
  return toolDatabase === undefined ? new Map() : readToolDatabase(toolDatabase);
}
