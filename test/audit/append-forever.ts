// Child of store.test.ts: appends without end, and says each seq (and the second it wrote there) once it is acknowledged.
import { randomBytes } from 'node:crypto';
import { openLog } from '#src/audit/store.js';
import { openLevelStore } from '#src/store/level.js';
import { decision, KEY, message, TIME_MS } from './helpers.js';

const [, , path = '', flushMs = '0'] = process.argv;
const log = await openLog(await openLevelStore({ path, flushMs: Number(flushMs) }), {
  key: KEY,
  random: randomBytes,
  checkpointMs: 5,
});
let i = 0;
const worker = async () => {
  for (;;) {
    const second = i++;
    const seq = await log.append(message(second, { decisions: [decision(`$['${second % 7}']`)] }));
    process.stdout.write(`${seq} ${TIME_MS / 1000 + second}\n`);
  }
};
await Promise.all([worker(), worker(), worker()]);
