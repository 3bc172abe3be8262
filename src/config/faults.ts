// The faults of a configuration: each with its place in the file, all reported by one error.

import { type ErrorCode, RouterError } from '../errors.js';

/** Keys and indexes from the root of the document. */
export type Path = readonly (string | number)[];

/** One thing that is wrong; never holds the value of a secret. */
export interface Fault {
  readonly code: Extract<ErrorCode, 'CONFIG_INVALID' | 'SECRET_MISSING'>;
  readonly file: string;
  /** 1-based */
  readonly line: number;
  /** 1-based */
  readonly column: number;
  /** `decisions[0].models[1]`; '' for the document itself. */
  readonly path: string;
  readonly message: string;
}

const maxListed = 100;

/** CONFIG_INVALID, or SECRET_MISSING where nothing else is wrong, with every fault in file order. */
export class ConfigError extends RouterError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const sorted = faults.toSorted((one, other) => one.line - other.line || one.column - other.column);
    const onlySecrets = sorted.every((fault) => fault.code === 'SECRET_MISSING');
    const count = sorted.length === 1 ? 'a fault' : `${sorted.length} faults`;
    const more = sorted.length > maxListed ? [`… and ${sorted.length - maxListed} more`] : [];
    const first = sorted[0];
    super(onlySecrets ? 'SECRET_MISSING' : 'CONFIG_INVALID', {
      message: [`The configuration has ${count}.`, ...sorted.slice(0, maxListed).map(faultLine), ...more].join('\n'),
      at: first && `${first.file}:${first.line}:${first.column}`,
    });
    this.faults = sorted;
  }
}

/** `file:line:column path: message`, one line. */
export function faultLine({ file, line, column, path, message }: Fault): string {
  return `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}: ${message}`;
}

/** A path as people write it. */
export function pathText(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${isWord(part) ? part : JSON.stringify(part)}`,
    )
    .join('');
}

function isWord(text: string): boolean {
  return /^[\w-]+$/.test(text);
}
