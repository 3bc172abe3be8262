// The list of signals: what a rule's `signal:` may name and what may stand under `signals:`.

import { agentic } from './agentic.js';
import { context } from './context.js';
import { conversation } from './conversation.js';
import { keyword } from './keyword.js';
import { language } from './language.js';
import { reask } from './reask.js';
import type { AnySignal } from './signal.js';
import { structure } from './structure.js';

export const signals: readonly AnySignal[] = [keyword, agentic, language, context, structure, conversation, reask];
