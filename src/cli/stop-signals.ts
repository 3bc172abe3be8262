// The signals a server answers to: stop, stop at once, read the configuration again.

/** npm hands the terminal's Ctrl-C on a second time; that one must not count as the impatient second. */
const echoMs = 200;

export interface SignalHandlers {
  /** On SIGHUP. */
  readonly onReload: () => void;
}

/** Resolves with the name of the first SIGTERM or SIGINT; from then on a second one ends the process at once. */
export function untilStopped({ onReload }: SignalHandlers): Promise<NodeJS.Signals> {
  process.on('SIGHUP', onReload);
  return new Promise((resolve) => {
    let firstAtMs: number | undefined;
    const stop = (signal: NodeJS.Signals, number: number): void => {
      if (firstAtMs === undefined) {
        firstAtMs = performance.now();
        resolve(signal);
      } else if (performance.now() - firstAtMs > echoMs) process.exit(128 + number);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
