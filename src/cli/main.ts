#!/usr/bin/env node
// The bin: arguments in, exit code out.

import { run } from './run.js';
import { processTerminal } from './terminal.js';

/** A connection somebody forgot must not keep a process alive that has done its work. */
const lingerMs = 1000;

process.exitCode = await run(process.argv.slice(2), processTerminal());
setTimeout(() => process.exit(), lingerMs).unref();
