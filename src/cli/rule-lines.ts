// A traced rule tree as indented lines, each with whether it holds and how surely.

import type { DecisionTrace } from '../decisions/outcome.js';
import type { Paint } from './terminal.js';

export function ruleLines(trace: DecisionTrace, paint: Paint): readonly string[] {
  return [];
}
