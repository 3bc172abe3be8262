// The tools stage: which tools the model is offered, where the decision has them selected.

import { promptText } from '../chat/prompt.js';
import type { SignalMatch } from '../signals/signal.js';
import type { Log } from '../telemetry/log.js';
import type { ToolDatabase } from '../tools/database.js';
import type { Embedder } from '../tools/embedder.js';
import { type Selection, type SelectionInput, selectTools } from '../tools/selection.js';
import type { Decided, Inbound, Prescanned, Signalled, Tooled, Validated } from './exchange.js';
import type { DecisionPlugins, ToolSelectionOptions } from './plugins.js';
import type { Stage } from './stage.js';

export interface ToolsContext {
  readonly plugins: (decision: string) => DecisionPlugins;
  readonly database: ToolDatabase;
  readonly embedder: Embedder;
  readonly log: Log;
}

type Needs = Inbound & Validated & Prescanned & Signalled & Decided;

/** Fails open: where the embedder fails the tools stay as they came, and the log says so. */
export function tools(context: ToolsContext): Stage<Needs, Tooled> {
  return {
    name: 'tools',
    run: async ({ outgoing, prompt, signals, decision, signal }, next) => {
      const { toolSelection } = context.plugins(decision.decision);
      const { estimatedTokens, user: query } = prompt;
      if (toolSelection === undefined) return next({ outgoing, offered: { estimatedTokens, scores: [] } });
      const input = { request: outgoing, query, categories: categoriesOf(signals), signal };
      const { request, scores } = await selectOrKeep(input, toolSelection, context);
      const tokens = request === outgoing ? estimatedTokens : promptText(request).estimatedTokens;
      return next({ outgoing: request, offered: { estimatedTokens: tokens, scores } });
    },
  };
}

async function selectOrKeep(input: SelectionInput, options: ToolSelectionOptions, context: ToolsContext): Promise<Selection> {
  const { database, embedder, log } = context;
  try {
    return await selectTools(input, { database, embedder, options });
  } catch (thrown) {
    if (input.signal.aborted) throw thrown;
    log.failure('tools were not selected', thrown);
    return { request: input.request, scores: [] };
  }
}

/** What the signals found the request to be about; only signals that some rule names are evaluated. */
function categoriesOf(signals: readonly SignalMatch[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { key, value, confidence } of signals) {
    const category = value.toLowerCase();
    if (key === 'category') found.set(category, Math.max(confidence, found.get(category) ?? 0));
  }
  return found;
}
