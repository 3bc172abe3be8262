// The list of protocols that clients may speak.

import { openaiChat } from './openai-chat.js';
import type { Protocol } from './protocol.js';

export const protocols: readonly Protocol[] = [openaiChat];
