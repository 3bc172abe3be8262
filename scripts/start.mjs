// `npm start`: builds what is missing, then serves in this very process; arguments after `--` go to `signalbox serve`.

import { prepare } from './build.mjs';

const args = process.argv.slice(2);
followParent();
const main = new URL('../dist/cli/main.js', import.meta.url);

try {
  await prepare({ flavors: [wantedFlavor()], say: (text) => process.stderr.write(`signalbox: ${text}\n`) });
} catch (error) {
  process.stderr.write(`signalbox: ${error.message}\n`);
  process.exit(1);
}
process.argv.splice(1, process.argv.length - 1, main.pathname, 'serve', ...args);
await import(main.href);

/** Only the one flavor that will be loaded is built. */
function wantedFlavor() {
  const at = args.indexOf('--backend');
  const flag = at === -1 ? args.find((word) => word.startsWith('--backend='))?.slice('--backend='.length) : args[at + 1];
  return flag ?? (process.env.SIGNALBOX_BACKEND || 'candle');
}

/** npm does not hand a SIGTERM on: whoever stops `npm start` would leave the server behind. Its end is ours. */
function followParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  timer.unref();
}
