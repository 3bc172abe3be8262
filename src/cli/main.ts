#!/usr/bin/env node
// The bin: arguments in, exit code out.

import { run } from './run.js';
import { processTerminal } from './terminal.js';

process.exitCode = await run(process.argv.slice(2), processTerminal());
