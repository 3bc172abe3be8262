// How a command that fails says so: one sentence, or every fault of a configuration like a compiler.

import { ConfigError, faultLine } from '../config/index.js';
import { asRouterError, RouterError } from '../errors.js';
import type { Paint } from './terminal.js';

/** Lines for stderr. What is not one of our errors is a bug, and shows where it happened. */
export function failureText(thrown: unknown, paint: Paint): string {
  if (thrown instanceof ConfigError) {
    const { faults } = thrown;
    const lines = faults.map((fault) => `${paint.bad('error')} ${faultLine(fault)}\n`);
    return `${lines.join('')}${faults.length === 1 ? '1 fault' : `${faults.length} faults`}; nothing was started.\n`;
  }
  if (thrown instanceof RouterError && thrown.code !== 'INTERNAL') return `${paint.bad('error')} ${sentence(thrown)} (${thrown.code})\n`;
  const { cause = thrown } = asRouterError(thrown);
  return `${paint.bad('error')} signalbox failed in a way it should not: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`;
}

function sentence(error: RouterError): string {
  if (error.code === 'ADDRESS_IN_USE') {
    return `${error.at ?? 'The address'} is already in use: stop what listens there, or choose another port with --port (0: any free one).`;
  }
  if (error.code === 'CONFIG_UNREADABLE') {
    const why =
      error.received === 'ENOENT' ? 'there is no such file' : (error.received ?? `expected ${error.expected ?? 'a readable file'}`);
    return `${error.at ?? 'The configuration'} cannot be read: ${why}.`;
  }
  return error.message;
}
