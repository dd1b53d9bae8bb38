// A hub for `stalls.ts`, in a process of its own: as `hubsieve start` makes one, with a watch on its event loop, which is told on request.
import { readFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { readRules } from '#src/cli/common.js';
import { parseConfig } from '#src/config.js';
import { openHub } from '#src/hub.js';

/** Between two looks. */
const TICK_MS = 1;

export interface Stall {
  /** Longest time between two turns of the loop, in milliseconds; and how long of one the thread was really running. */
  wallMs: number;
  busyMs: number;
  /** Longest pause of the garbage collector. */
  gcMs: number;
  rssMiB: number;
}

/** Nanoseconds the main thread has run: on a machine with other work the clock on the wall says little. */
function running(): number {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1)[0]);
}

let longest: Stall = { wallMs: 0, busyMs: 0, gcMs: 0, rssMiB: 0 };
let lastMs = performance.now();
let lastNs = running();

function tick(): void {
  const nowMs = performance.now();
  const nowNs = running();
  longest.wallMs = Math.max(longest.wallMs, nowMs - lastMs);
  longest.busyMs = Math.max(longest.busyMs, (nowNs - lastNs) / 1e6);
  lastMs = performance.now();
  lastNs = running();
  setTimeout(tick, TICK_MS);
}

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest.gcMs = Math.max(longest.gcMs, duration);
}).observe({ entryTypes: ['gc'] });

const [file = '', dataDir = '', certsDir = ''] = process.argv.slice(2);
const config = parseConfig(readFileSync(file, 'utf8'), file);
const hub = await openHub({
  config,
  rules: await readRules(config, dataDir),
  dataDir,
  certsDir,
  say: () => undefined,
  warm: true,
});
process.on('message', (what) => {
  if (what === 'stop') {
    void hub.close().then(() => process.exit(0));
    return;
  }
  process.send!({ ...longest, rssMiB: process.memoryUsage().rss / 1024 / 1024 });
  longest = { wallMs: 0, busyMs: 0, gcMs: 0, rssMiB: 0 };
});
tick();
process.send!({ doors: hub.doors.map(({ port }) => port) });
