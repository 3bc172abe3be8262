// The list of signals: what a rule's `signal:` may name and what may stand under `signals:`.

import { context } from './context.js';
import { keyword } from './keyword.js';
import { language } from './language.js';
import type { AnySignal } from './signal.js';

export const signals: readonly AnySignal[] = [keyword, language, context];
