// The list of selectors: what `algorithm: { type }` may name.

import { automix } from './automix.js';
import { cost } from './cost.js';
import { elo } from './elo.js';
import { gmtRouter } from './gmt-router.js';
import { hybridSelector } from './hybrid.js';
import { latencyAware } from './latency-aware.js';
import { multiFactor } from './multi-factor.js';
import { rlDriven } from './rl-driven.js';
import type { AnySelector } from './selector.js';
import { staticSelector } from './static.js';

export const selectors: readonly AnySelector[] = [
  staticSelector,
  elo,
  automix,
  hybridSelector(),
  rlDriven,
  gmtRouter,
  latencyAware,
  cost,
  multiFactor,
];
