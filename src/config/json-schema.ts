// The configuration's JSON Schema, for editors and for the reference in the docs.

import { z } from 'zod';
import type { Extensions } from './extensions.js';
import { configSchema } from './schema.js';

/** Draft 2020-12, of what a file may hold: options with a default may be left out. */
export function configJsonSchema(extensions: Extensions = {}): object {
  return z.toJSONSchema(configSchema(extensions), { target: 'draft-2020-12', io: 'input' });
}
