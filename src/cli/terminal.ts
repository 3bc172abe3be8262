// The terminal a command writes to, and the few colours it may use there.

/** Streams and environment of one run; replaced in tests. */
export interface Terminal {
  /** What was asked for: reports and JSON. */
  readonly out: (text: string) => void;
  /** For the person who watches: banner, progress, errors. */
  readonly err: (text: string) => void;
  readonly paintOut: Paint;
  readonly paintErr: Paint;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Somebody watches stderr. */
  readonly interactive: boolean;
}

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

/** ANSI colours, or the plain text. */
export function paint(colours: boolean): Paint {
  const style = (open: number, close: number) => (text: string) => (colours ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { bold: style(1, 22), dim: style(2, 22), good: style(32, 39), bad: style(31, 39), accent: style(36, 39) };
}

/** The terminal of this process. Colours only on a TTY, never with NO_COLOR set. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paintOut: paint(wanted && stdout.isTTY),
    paintErr: paint(wanted && stderr.isTTY),
    env,
    interactive: stderr.isTTY,
  };
}
