// Logs as JSON lines on stdout, written in batches; never any prompt text.

import { type Logger, pino } from 'pino';
import { RouterError } from '../errors.js';
import { type LogSink, openSink, type SinkTarget } from './log-sink.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** One handled request, whatever became of it. */
export interface RequestLine {
  readonly id: string;
  readonly status: number;
  /** `cut`: the upstream broke off; `aborted`: the client went away. */
  readonly ended: 'complete' | 'cut' | 'aborted' | 'failed';
  readonly error?: string | undefined;
  readonly tenant?: string | undefined;
  readonly decision?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly model?: string | undefined;
  readonly tier?: string | undefined;
  readonly confidence?: number | undefined;
  readonly stream: boolean;
  readonly attempts: number;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly usd?: number | undefined;
  /** From the head of the request to the end of its answer. */
  readonly durationMs: number;
  /** Each stage's own time, and the wait for the upstream. */
  readonly timingsMs: ReadonlyMap<string, number>;
}

/** What was loaded, once at the start and after each reload. */
export interface StartLine {
  readonly version: string;
  readonly url: string;
  /** The native flavor that loaded. */
  readonly flavor: string;
  /** The routing classifier, its labels and the tokens it sees at once; null where none is configured. */
  readonly classifier: string | null;
  readonly labels: readonly string[];
  readonly windowTokens: number | null;
  /** The default routing mode. */
  readonly mode: string;
  readonly models: number;
  readonly decisions: number;
}

/** Further fields of a line; nothing that could hold a prompt. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[] | undefined>>;

export interface Log {
  readonly request: (line: RequestLine) => void;
  readonly started: (line: StartLine) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** A failure nobody expected, as an error line: where it was thrown and its code, without its text, which may quote a prompt. */
  readonly failure: (message: string, thrown: unknown, fields?: LogFields) => void;
  /** Resolves when every line is out, or could not be written within a second. */
  readonly close: () => Promise<void>;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Default: stdout. */
  readonly destination?: SinkTarget;
}

let second = -1;
let secondText = '';

export function createLog({ level, destination = 1 }: LogOptions): Log {
  const sink = openSink(destination, (dropped) => write.warn({ dropped }, 'log lines dropped: nobody reads them fast enough'));
  const write = logger(level, sink);
  return {
    request: (line) => {
      if (!write.isLevelEnabled('info')) return;
      const shown = { ...line, durationMs: rounded(line.durationMs), timingsMs: timings(line.timingsMs), msg: 'request' };
      // One a request, so without the detour through a logger that costs three times the line; same fields, same order.
      sink.stream.write(`{"level":"info"${isoTime()},${JSON.stringify(shown).slice(1)}\n`);
    },
    started: (line) => {
      write.info(line, 'started');
      sink.flush();
    },
    info: (message, fields) => write.info(fields ?? {}, message),
    warn: (message, fields) => write.warn(fields ?? {}, message),
    error: (message, fields) => write.error(fields ?? {}, message),
    failure: (message, thrown, fields) => write.error({ ...fields, ...describe(thrown) }, message),
    close: sink.close,
  };
}

/** Writes nothing; for routers that are given no log. */
export const silentLog: Log = createLog({ level: 'silent', destination: { write: () => undefined } });

function logger(level: LogLevel, sink: LogSink): Logger {
  return pino({ level, base: null, timestamp: isoTime, formatters: { level: (label) => ({ level: label }) } }, sink.stream);
}

/** The time as a field of a line; the date is spelt out once a second, since spelling it costs as much as the rest of a line. */
function isoTime(): string {
  const now = Date.now();
  const whole = Math.floor(now / 1000);
  if (whole !== second) {
    second = whole;
    secondText = new Date(whole * 1000).toISOString().slice(0, 20);
  }
  return `,"time":"${secondText}${String(now - whole * 1000).padStart(3, '0')}Z"`;
}

function timings(times: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const shown: Record<string, number> = {};
  for (const [name, tookMs] of times) shown[name] = rounded(tookMs);
  return shown;
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function describe(thrown: unknown): LogFields {
  const origin = thrown instanceof RouterError && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = thrown instanceof RouterError ? { code: thrown.code, at: thrown.at } : {};
  if (!(origin instanceof Error)) return { ...code, thrown: typeof origin };
  const frames = (origin.stack ?? '')
    .replace(origin.message, '')
    .split('\n')
    .filter((line) => /^\s+at .*(?::\d+:\d+|<anonymous>)\)?$/.test(line));
  return { ...code, thrown: origin.name, stack: frames.slice(0, 8).map((line) => line.trim()) };
}
