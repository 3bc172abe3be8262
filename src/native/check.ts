// What callers hand to the native functions, looked at before it crosses: wrong values fail here, by name.

import { RouterError } from '../errors.js';

export function invalid(at: string, expected: string, value: unknown): RouterError {
  return new RouterError('INVALID_INPUT', { at, expected, received: describe(value) });
}

export function checkString(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'a string', value);
  return value;
}

/** A list of strings, copied, so that what was checked is what crosses. */
export function checkStrings(value: unknown, at: string): string[] {
  if (!Array.isArray(value)) throw invalid(at, 'an array of strings', value);
  return Array.from(value, (entry, index) => checkString(entry, `${at}[${index}]`));
}

export function checkNumber(value: unknown, at: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw invalid(at, 'a number', value);
  return value;
}

export function checkCount(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > 0xffff_ffff)
    throw invalid(at, 'a whole number from 0', value);
  return value;
}

/** An object that is not an array; nothing and `null` are not objects. */
export function checkObject(value: unknown, at: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(at, 'an object', value);
  return value;
}

/** Runs `read`, which may meet getters and proxies of the caller: what they throw becomes INVALID_INPUT. */
export function reading<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RouterError) throw error;
    throw new RouterError('INVALID_INPUT', { at, expected: 'a value that can be read', received: 'one that throws', cause: error });
  }
}

/** The kind of a value, never its text: it may be a prompt. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}
