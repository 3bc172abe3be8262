// The list of selectors: what `algorithm: { type }` may name.

import type { AnySelector } from './selector.js';
import { staticSelector } from './static.js';

export const selectors: readonly AnySelector[] = [staticSelector];
