// What the process itself costs: memory, CPU time, and how late its event loop runs; read only when scraped.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

const delayResolutionMs = 20;

/** prom-client's own default set is larger, and not all of it passes `promtool check metrics`. */
export function registerProcessMetrics(registry: Registry): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    const opened: Gauge = new Gauge({ name, help, registers, collect: () => opened.set(read()) });
  };
  gauge('process_start_time_seconds', 'When the process started, seconds since the epoch.', () => performance.timeOrigin / 1000);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  registerCpu(registers);
  registerLoopDelay(gauge);
}

function registerCpu(registers: Registry[]): void {
  let counted = 0;
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the process, user and system.',
    registers,
    collect: () => {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      cpu.inc(Math.max(0, seconds - counted));
      counted = seconds;
    },
  });
}

/** Since the last scrape. */
function registerLoopDelay(gauge: (name: string, help: string, read: () => number) => void): void {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
  gauge('nodejs_eventloop_lag_p99_seconds', 'Event-loop delay since the last scrape, 99th percentile.', () => {
    const late = Math.max(0, delay.percentile(99) / 1e9 - delayResolutionMs / 1000);
    delay.reset();
    return late;
  });
}
