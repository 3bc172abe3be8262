// Failures of the addon, which come as data, as the one error type of signalbox.

import type { RawFailure } from '../../index.js';
import { isErrorCode, RouterError } from '../errors.js';

/** The value, or the failure thrown. */
export function unwrap<T>(result: T | RawFailure): T {
  if (isFailure(result)) throw toRouterError(result);
  return result;
}

export function toRouterError({ code, expected, received, at }: RawFailure): RouterError {
  return new RouterError(isErrorCode(code) ? code : 'INTERNAL', { expected, received, at });
}

export function capabilityMissing(at: string, expected: string, received: string): RouterError {
  return new RouterError('CAPABILITY_MISSING', { at, expected, received });
}

/** Only a failure has a `code`. */
function isFailure<T>(result: T | RawFailure): result is RawFailure {
  return typeof result === 'object' && result !== null && 'code' in result;
}
