// The validate stage: the client's protocol, read into our words.

import type { Decoded, Inbound, Validated } from './exchange.js';
import type { Stage } from './stage.js';

/** Throws REQUEST_INVALID naming the field. */
export const validate: Stage<Inbound & Decoded, Validated> = {
  name: 'validate',
  run: async ({ protocol, decoded }, next) => {
    const request = protocol.parse(decoded);
    return next({ request, outgoing: request });
  },
};
