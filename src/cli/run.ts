// One run of the command line: picks the command, loads only what it needs, turns whatever comes of it into an exit code.

import { CommanderError } from 'commander';
import { type Commands, createProgram } from './program.js';
import type { Terminal } from './terminal.js';

const failed = 1;
const misused = 2;

/** Resolves with the exit code; never rejects. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let good = true;
  const program = createProgram(commandsOn(terminal), terminal, (result) => {
    good = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return good ? 0 : failed;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : misused;
    const { failureText } = await import('./failure.js');
    terminal.err(failureText(thrown, terminal.paintErr));
    return failed;
  }
}

function commandsOn(terminal: Terminal): Commands {
  return {
    serve: async (options) => {
      const { serve } = await import('./serve.js');
      await serve(options, terminal);
      return true;
    },
    check: async (file, options) => (await import('./check.js')).check(file, options, terminal),
    explain: async (prompt, options) => {
      const { explain } = await import('./explain.js');
      await explain(prompt, options, terminal);
      return true;
    },
    doctor: async (options) => (await import('./doctor.js')).doctor(options, terminal),
    models: {
      list: async (options) => (await import('./models.js')).list(options, terminal),
      pull: async (id, options) => (await import('./models.js')).pull(id, options, terminal),
      import: async (id, folder, options) => (await import('./models.js')).importFrom(id, folder, options, terminal),
      verify: async (id) => (await import('./models.js')).verify(id, terminal),
    },
  };
}
