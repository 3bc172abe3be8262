// The list of providers: what `providers: [{ type }]` may name.

import { openai, openaiCompatible } from './openai.js';
import type { AnyProvider } from './provider.js';

export const providers: readonly AnyProvider[] = [openai, openaiCompatible];
