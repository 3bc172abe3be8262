// Preloaded into every measured process: tells what it has used over IPC, without keeping it alive; ends it with its parent.

import { readdirSync, readFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
v8.setFlagsFromString('--no-expose-gc');

process.on('message', (message) => {
  if (message?.probe !== true) return;
  const { user, system } = process.cpuUsage();
  process.send({ probe: true, cpuUs: user + system, rssBytes: process.memoryUsage.rss(), ...(message.deep === true ? deep() : {}) });
});
process.on('disconnect', () => process.exit(0));
process.channel?.unref();

/** What a leak would show in; the heap right after a collection. */
function deep() {
  collect();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    anonymousBytes: anonymousBytes(),
    descriptors: descriptors(),
    handles: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
  };
}

/** Memory that no file backs, swapped out or not: what RSS hides. */
function anonymousBytes() {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return (kib('RssAnon') + kib('VmSwap')) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}

function descriptors() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
