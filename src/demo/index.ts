// The demo: pretended models in this process and a configuration over them, so that routing can be seen without any key.

import { demoConfig } from './demo-config.js';
import { startDemoServer } from './demo-server.js';

export interface Demo {
  /** A whole configuration, as YAML text. */
  readonly yaml: string;
  /** What faults in it would be reported against. */
  readonly file: string;
  readonly close: () => Promise<void>;
}

export interface DemoOptions {
  /** Pause between the words of a streamed answer, for somebody who watches; default 0. */
  readonly wordDelayMs?: number;
}

/** Serves the demo models on a free loopback port. */
export async function startDemo({ wordDelayMs = 0 }: DemoOptions = {}): Promise<Demo> {
  const { baseUrl, close } = await startDemoServer(wordDelayMs);
  return { yaml: demoConfig(baseUrl), file: 'demo.yaml', close };
}
