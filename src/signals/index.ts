// The list of signals: what a rule's `signal:` may name and what may stand under `signals:`.

import { keyword } from './keyword.js';
import type { AnySignal } from './signal.js';

export const signals: readonly AnySignal[] = [keyword];
