// Faults of a model folder, in the words of the native side.

import { RouterError } from '../errors.js';

/** MODEL_INVALID at a file of the folder. */
export function invalidModel(at: string, expected: string, received: string, cause?: unknown): RouterError {
  return new RouterError('MODEL_INVALID', { at, expected, received, cause });
}

/** A count of bytes for a sentence. */
export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
